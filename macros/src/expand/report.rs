//! What happens to an error of an annotated function, as its arguments say.

use super::body::located_at;
use super::recorded::Recorded;
use crate::args::{Ignored, ReportArgs};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Pat;
use syn::spanned::Spanned as _;

pub(super) struct Report<'a> {
    pub(super) args: &'a ReportArgs,
    /// The return type, which names the error that is described.
    pub(super) returned: Span,
}

/// Who looks at the error.
#[derive(Clone, Copy)]
pub(super) enum Floor {
    /// The function itself.
    Here,
    /// A closure of it, which is told where the function is.
    Laid,
}

impl Report<'_> {
    pub(super) fn recorded(&self) -> Recorded<'_> {
        let args = self.args;
        Recorded {
            library: &args.library,
            message: args.message.as_ref(),
            fields: &args.fields,
            tags: &args.tags,
        }
    }

    /// Reports `__dragonfly_error`, as for the function that `floor` names the frame of.
    ///
    /// ```text
    /// // Output:
    /// if !::dragonfly::__private::is_expected(&__DRAGONFLY_SITE, || ..) {
    ///     ::dragonfly::__private::report_with(&__DRAGONFLY_SITE, view, floor, |__dragonfly_details| { .. });
    /// }
    /// ```
    pub(super) fn of_error(&self, floor: Floor) -> TokenStream {
        let library = &self.args.library;
        let view = located_at(
            self.returned,
            quote_spanned!(Span::mixed_site()=>
                (&&&&&&&#library::__private::Probe(__dragonfly_error)).__dragonfly_view()
            ),
        );
        let floor = match floor {
            Floor::Here => quote_spanned!(Span::mixed_site()=> #library::__private::Floor::HERE),
            Floor::Laid => quote_spanned!(Span::mixed_site()=> __dragonfly_floor),
        };
        let told = self.recorded().told();
        let report = if told.is_empty() {
            quote_spanned!(Span::mixed_site()=> #library::__private::report(&__DRAGONFLY_SITE, #view, #floor);)
        } else {
            quote_spanned! {Span::mixed_site()=>
                #library::__private::report_with(&__DRAGONFLY_SITE, #view, #floor, |__dragonfly_details| {
                    use #library::__private::{FieldText as _, FieldValue as _};
                    #told
                });
            }
        };
        if self.args.ignored.is_empty() {
            return report;
        }
        let asked = self.args.ignored.iter().map(|ignored| match ignored {
            Ignored::Pattern(pattern, guard) => {
                let named = guard.is_none().then(|| refused_if_bound(pattern));
                let guard = guard.as_ref().map(|guard| quote!(if #guard));
                quote_spanned! {Span::mixed_site()=>
                    (&&&#library::__private::Expected(__dragonfly_error)).__dragonfly_matches(
                        #[allow(unreachable_patterns, clippy::all, clippy::pedantic, clippy::restriction)]
                        |__dragonfly_error: &_| match __dragonfly_error {
                            #named
                            #pattern #guard => true,
                            _ => false,
                        }
                    )
                }
            }
            Ignored::Texts(texts, guard) => {
                let asked = texts.iter().map(|text| {
                    let is_text = quote_spanned! {Span::mixed_site()=>
                        #library::__private::IsText::is_text(__dragonfly_error, #text)
                    };
                    located_at(text.span(), is_text)
                });
                let guard = guard.iter();
                quote_spanned!(Span::mixed_site()=> (#(#asked)||*) #(&& (#guard))*)
            }
            Ignored::Predicate(path) => {
                quote_spanned! {Span::mixed_site().located_at(path.span())=>
                    (&&&&#library::__private::Predicate(__dragonfly_error, #path)).__dragonfly_holds()
                }
            }
        });
        quote_spanned! {Span::mixed_site()=>
            use #library::__private::{
                ExpectedInside as _, ExpectedItself as _, PredicateInside as _, PredicateItself as _,
                PredicateOfAnother as _,
            };
            if !#library::__private::is_expected(&__DRAGONFLY_SITE, || #(#asked)||*) {
                #report
            }
        }
    }

    /// What the site says beyond its place.
    pub(super) fn of_site(&self) -> TokenStream {
        let library = &self.args.library;
        let level = self.args.level.as_ref().map(
            |level| quote_spanned!(Span::mixed_site()=> .level(#library::__private::Level::#level)),
        );
        let handled = self
            .args
            .handled
            .as_ref()
            .map(|handled| quote_spanned!(Span::mixed_site()=> .handled(#handled)));
        let parts = &self.args.fingerprint;
        let fingerprint = (!parts.is_empty())
            .then(|| quote_spanned!(Span::mixed_site()=> .fingerprint(&[#(#parts),*])));
        let rate = self
            .args
            .sample_rate
            .as_ref()
            .map(|rate| quote_spanned!(rate.span()=> .sample_rate(#rate)));
        let most = self
            .args
            .max_per_minute
            .as_ref()
            .map(|most| quote_spanned!(most.span()=> .max_per_minute(#most)));
        quote_spanned!(Span::mixed_site()=> #level #handled #fingerprint #rate #most)
    }
}

/// An arm that matches nothing. A name alone means a variant or a constant; where neither is in scope, it would be a
/// new variable, and the pattern that of every error: that is refused, as not all of this arm binds it.
fn refused_if_bound(pattern: &Pat) -> Option<TokenStream> {
    let is_name = matches!(pattern, Pat::Ident(name) if name.by_ref.is_none() && name.mutability.is_none() && name.subpat.is_none());
    is_name.then(|| {
        quote_spanned!(Span::mixed_site().located_at(pattern.span())=> #pattern | _ if false => false,)
    })
}
