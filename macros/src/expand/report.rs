//! What happens to an error of an annotated function, as its arguments say.

use crate::args::{Field, Ignored, ReportArgs, Show};
use crate::item::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;

pub(super) struct Report<'a>(pub(super) &'a ReportArgs);

impl Report<'_> {
    /// Reports `__dragonfly_error`.
    ///
    /// ```text
    /// // Output:
    /// if !::dragonfly::__private::is_expected(&__DRAGONFLY_SITE, || ..) {
    ///     ::dragonfly::__private::report_with(&__DRAGONFLY_SITE, view, |__dragonfly_details| { .. });
    /// }
    /// ```
    pub(super) fn of_error(&self) -> TokenStream {
        let library = &self.0.library;
        let view = quote_spanned!(Span::mixed_site()=>
            (&&&&&&#library::__private::Probe(__dragonfly_error)).__dragonfly_view()
        );
        let told = self.told();
        let report = if told.is_empty() {
            quote_spanned!(Span::mixed_site()=> #library::__private::report(&__DRAGONFLY_SITE, #view);)
        } else {
            quote_spanned! {Span::mixed_site()=>
                #library::__private::report_with(&__DRAGONFLY_SITE, #view, |__dragonfly_details| {
                    use #library::__private::{FieldText as _, FieldValue as _};
                    #told
                });
            }
        };
        if self.0.ignored.is_empty() {
            return report;
        }
        let asked = self.0.ignored.iter().map(|ignored| match ignored {
            Ignored::Pattern(pattern, guard) => {
                let guard = guard.as_ref().map(|guard| quote!(if #guard));
                quote_spanned! {Span::mixed_site()=>
                    (&&&#library::__private::Expected(__dragonfly_error)).__dragonfly_matches(
                        #[allow(unreachable_patterns, clippy::all, clippy::pedantic, clippy::restriction)]
                        |__dragonfly_error: &_| match __dragonfly_error {
                            #pattern #guard => true,
                            _ => false,
                        }
                    )
                }
            }
            Ignored::Predicate(path) => quote_spanned! {Span::mixed_site()=>
                (&&&#library::__private::Predicate(__dragonfly_error, #path)).__dragonfly_holds()
            },
        });
        quote_spanned! {Span::mixed_site()=>
            use #library::__private::{
                ExpectedInside as _, ExpectedItself as _, PredicateInside as _, PredicateItself as _,
            };
            if !#library::__private::is_expected(&__DRAGONFLY_SITE, || #(#asked)||*) {
                #report
            }
        }
    }

    /// Keeps the values that are to be told, before the body can consume them.
    ///
    /// ```text
    /// // Output:
    /// let __dragonfly_field_0 = (&&Keep(&(items.len()))).__dragonfly_keep(|value, f| (&&Show(value)).__dragonfly_show(f));
    /// ```
    pub(super) fn kept(&self) -> TokenStream {
        let library = &self.0.library;
        let kept = self.values().map(|(name, field)| {
            let (value, at) = (&field.value, field.value.span());
            let show = match &field.show {
                Show::Best => quote_spanned! {Span::mixed_site().located_at(at)=>
                    (&&#library::__private::Show(__dragonfly_value)).__dragonfly_show(__dragonfly_formatter)
                },
                Show::As(format) => quote_spanned! {Span::mixed_site().located_at(at)=>
                    __dragonfly_formatter.write_fmt(#library::__private::format_args!(#format, __dragonfly_value))
                },
            };
            quote_spanned! {Span::mixed_site().located_at(at)=>
                let #name = (&&#library::__private::Keep(&(#value))).__dragonfly_keep(
                    |__dragonfly_value, __dragonfly_formatter| #show,
                );
            }
        });
        let mut kept = kept.peekable();
        if kept.peek().is_none() {
            return TokenStream::new();
        }
        quote_spanned! {Span::mixed_site()=>
            #[allow(unused_imports)]
            use #library::__private::{KeepCopy as _, KeepText as _, ShowDebug as _, ShowDisplay as _};
            #(#kept)*
        }
    }

    fn values(&self) -> impl Iterator<Item = (Ident, &Field)> {
        let named = |kind: &'static str| {
            move |(index, field)| {
                (
                    format_ident!("__dragonfly_{kind}_{index}", span = Span::mixed_site()),
                    field,
                )
            }
        };
        let message = self.0.message.iter().flat_map(|message| &message.values);
        let fields = self.0.fields.iter().enumerate().map(named("field"));
        let tags = self.0.tags.iter().enumerate().map(named("tag"));
        message
            .enumerate()
            .map(named("message"))
            .chain(fields)
            .chain(tags)
    }

    /// Whether a value that is recorded names this argument.
    pub(super) fn records(&self, name: &Ident) -> bool {
        self.values()
            .any(|(_, field)| names(field.value.to_token_stream(), &name.to_string()))
    }

    /// What is told of a call that failed.
    fn told(&self) -> TokenStream {
        let library = &self.0.library;
        let names: Vec<(Ident, &Field)> = self.values().collect();
        let (messages, rest) = names.split_at(
            self.0
                .message
                .as_ref()
                .map_or(0, |message| message.values.len()),
        );
        let (fields, tags) = rest.split_at(self.0.fields.len());
        let message = self.0.message.as_ref().map(|message| {
            let format = &message.format;
            let values = messages.iter().map(|(name, _)| name);
            quote_spanned! {Span::mixed_site()=>
                __dragonfly_details.message(#library::__private::format_args!(#format #(, #values)*));
            }
        });
        let fields = fields.iter().map(|(name, field)| {
            let key = &field.name;
            if let Show::As(_) = field.show {
                return quote_spanned!(Span::mixed_site()=> __dragonfly_details.text(#key, &#name););
            }
            quote_spanned! {Span::mixed_site()=>
                __dragonfly_details.field(#key, (&&#library::__private::Field(&#name)).__dragonfly_value());
            }
        });
        let tags = tags.iter().map(|(name, field)| {
            let key = &field.name;
            quote_spanned!(Span::mixed_site()=> __dragonfly_details.tag(#key, &#name);)
        });
        quote_spanned!(Span::mixed_site()=> #message #(#fields)* #(#tags)*)
    }

    /// What the site says beyond its place.
    pub(super) fn of_site(&self) -> TokenStream {
        let library = &self.0.library;
        let level = self.0.level.as_ref().map(
            |level| quote_spanned!(Span::mixed_site()=> .level(#library::__private::Level::#level)),
        );
        let handled = self
            .0
            .handled
            .as_ref()
            .map(|handled| quote_spanned!(Span::mixed_site()=> .handled(#handled)));
        let parts = &self.0.fingerprint;
        let fingerprint = (!parts.is_empty())
            .then(|| quote_spanned!(Span::mixed_site()=> .fingerprint(&[#(#parts),*])));
        let rate = self
            .0
            .sample_rate
            .as_ref()
            .map(|rate| quote_spanned!(rate.span()=> .sample_rate(#rate)));
        let most = self
            .0
            .max_per_minute
            .as_ref()
            .map(|most| quote_spanned!(most.span()=> .max_per_minute(#most)));
        quote_spanned!(Span::mixed_site()=> #level #handled #fingerprint #rate #most)
    }
}
