//! The arguments of `#[trace]`.

use super::recorded::{Field, Message, fields, message};
use super::value::string;
use super::{Library, library, named, read_keys};
use crate::diag;
use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Ident, LitStr};

/// The arguments of `#[trace]`.
#[derive(Default)]
pub(crate) struct TraceArgs {
    pub(crate) library: Library,
    pub(crate) op: Option<LitStr>,
    pub(crate) name: Option<Message>,
    pub(crate) fields: Vec<Field>,
}

const KNOWN: &[&str] = &["op", "name", "fields", "crate"];

impl TraceArgs {
    /// Reads the arguments; a mistake in one leaves the others standing.
    pub(crate) fn read(tokens: TokenStream) -> (Self, Option<syn::Error>) {
        let mut args = Self::default();
        let (_, errors) = read_keys(
            tokens,
            KNOWN,
            "name = \"load {user_id}\"",
            |key, input, _| args.read_one(key, input),
        );
        (args, diag::combine(errors))
    }

    fn read_one(&mut self, key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        if key == "fields" {
            self.fields = fields(key, input)?;
            return Ok(());
        }
        let argument = named(key, input)?;
        match argument.key.to_string().as_str() {
            "crate" => self.library = library(&argument)?,
            "op" => self.op = Some(string(&argument)?),
            "name" => self.name = Some(message("name", &string(&argument)?)?),
            _ => {} // unknown, and said so
        }
        Ok(())
    }
}
