//! What an attribute was told to record of each call.

use crate::args::{Field, Library, Message, Show};
use crate::item::names;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, format_ident, quote_spanned};
use syn::spanned::Spanned as _;

pub(super) struct Recorded<'a> {
    pub(super) library: &'a Library,
    pub(super) message: Option<&'a Message>,
    pub(super) fields: &'a [Field],
    pub(super) tags: &'a [Field],
}

/// Who keeps the values.
#[derive(Clone, Copy)]
pub(super) enum Keeper {
    Call,
    /// A future that is returned, which may outlive what the arguments borrow.
    Future,
}

impl<'a> Recorded<'a> {
    /// Keeps the values that are to be told, before the body can consume them.
    ///
    /// ```text
    /// // Output:
    /// let __dragonfly_field_0 = (&&Keep(&(items.len()))).__dragonfly_keep(|value, f| (&&Show(value)).__dragonfly_show(f));
    /// ```
    pub(super) fn kept(&self, by: Keeper) -> TokenStream {
        let library = self.library;
        let keep = match by {
            Keeper::Call => "Keep",
            Keeper::Future => "KeepOwned",
        };
        let keep = Ident::new(keep, Span::mixed_site());
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
                let #name = (&&#library::__private::#keep(&(#value))).__dragonfly_keep(
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

    fn values(&self) -> impl Iterator<Item = (Ident, &'a Field)> {
        let named = |kind: &'static str| {
            move |(index, field)| {
                (
                    format_ident!("__dragonfly_{kind}_{index}", span = Span::mixed_site()),
                    field,
                )
            }
        };
        let message = self.message.iter().flat_map(|message| &message.values);
        let fields = self.fields.iter().enumerate().map(named("field"));
        let tags = self.tags.iter().enumerate().map(named("tag"));
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

    /// What is told of a call.
    pub(super) fn told(&self) -> TokenStream {
        let library = self.library;
        let names: Vec<(Ident, &Field)> = self.values().collect();
        let (messages, rest) =
            names.split_at(self.message.map_or(0, |message| message.values.len()));
        let (fields, tags) = rest.split_at(self.fields.len());
        let message = self.message.map(|message| {
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
}
