//! The names that arguments are bound to.

use proc_macro2::Ident;
use syn::{Attribute, Pat, Token};

/// A name that a parameter binds.
pub(crate) struct Binding {
    /// The `#[cfg]`s that it stands under.
    pub(crate) conditions: Vec<Attribute>,
    pub(crate) name: Ident,
    /// Whether it counts as used even if the body does not name it.
    pub(crate) used: bool,
    /// The `mut` of what can be assigned to.
    pub(crate) mutability: Option<Token![mut]>,
}

impl Binding {
    /// A name without conditions; what `self` refers to is always used.
    pub(crate) fn of(name: Ident) -> Self {
        Self {
            conditions: Vec::new(),
            used: name == "self",
            name,
            mutability: None,
        }
    }

    /// The names in a pattern, in their order.
    pub(crate) fn all_in(pattern: &Pat) -> Vec<Self> {
        match pattern {
            Pat::Ident(binding) => {
                let mut names = vec![Self {
                    mutability: binding.mutability.filter(|_| binding.by_ref.is_none()),
                    ..Self::of(binding.ident.clone())
                }];
                names.extend(
                    binding
                        .subpat
                        .iter()
                        .flat_map(|(_, inner)| Self::all_in(inner)),
                );
                names
            }
            Pat::Paren(inner) => Self::all_in(&inner.pat),
            Pat::Reference(inner) => Self::all_in(&inner.pat),
            Pat::Tuple(inner) => inner.elems.iter().flat_map(Self::all_in).collect(),
            Pat::TupleStruct(inner) => inner.elems.iter().flat_map(Self::all_in).collect(),
            Pat::Slice(inner) => inner.elems.iter().flat_map(Self::all_in).collect(),
            Pat::Struct(inner) => inner
                .fields
                .iter()
                .flat_map(|field| {
                    let names = Self::all_in(&field.pat).into_iter();
                    names.map(|binding| binding.under(&field.attrs))
                })
                .collect(),
            Pat::Or(inner) => inner.cases.first().map(Self::all_in).unwrap_or_default(),
            Pat::Type(inner) => Self::all_in(&inner.pat),
            _ => Vec::new(),
        }
    }

    /// The same under the `#[cfg]`s of what it stands in.
    pub(crate) fn under(mut self, attributes: &[Attribute]) -> Self {
        let is_condition = |attribute: &&Attribute| attribute.path().is_ident("cfg");
        self.conditions
            .extend(attributes.iter().filter(is_condition).cloned());
        self
    }
}
