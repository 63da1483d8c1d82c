//! Finds the fallible functions of a file.

use std::collections::BTreeSet;
use std::ops::Range;

use proc_macro2::{LineColumn, Span};
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Block, Signature, Type, TypeParamBound};
use syn::{GenericArgument, PathArguments, ReturnType};

/// A fallible function.
pub(crate) struct Function {
    pub(crate) name: String,
    /// The byte before which its attribute is put.
    pub(crate) offset: usize,
    /// The line and column of that byte, both from 1, columns in characters.
    pub(crate) start: (usize, usize),
    /// The lines that it stands on.
    pub(crate) lines: Range<usize>,
}

/// The types of a crate that are named like a `Result` and are none.
#[derive(Default)]
pub(crate) struct Impostors(BTreeSet<String>);

impl Impostors {
    /// Adds those of one file.
    pub(crate) fn read(&mut self, file: &syn::File) {
        self.visit_file(file);
    }

    fn add(&mut self, name: &syn::Ident) {
        let name = name.to_string();
        if name.ends_with("Result") {
            self.0.insert(name);
        }
    }
}

impl Visit<'_> for Impostors {
    fn visit_item_struct(&mut self, item: &syn::ItemStruct) {
        self.add(&item.ident);
    }

    fn visit_item_enum(&mut self, item: &syn::ItemEnum) {
        self.add(&item.ident);
    }

    fn visit_item_type(&mut self, item: &syn::ItemType) {
        if !is_fallible(&item.ty, &Self::default()) {
            self.add(&item.ident);
        }
    }
}

/// The fallible functions of a file, in the order in which they start.
///
/// `skipped` is the length of what stands before the first token and is unknown to the parser.
pub(crate) fn functions(file: &syn::File, impostors: &Impostors, skipped: usize) -> Vec<Function> {
    let mut finder = Finder {
        impostors,
        skipped,
        found: Vec::new(),
    };
    finder.visit_file(file);
    finder.found.sort_by_key(|function| function.offset);
    finder.found
}

struct Finder<'a> {
    impostors: &'a Impostors,
    skipped: usize,
    found: Vec<Function>,
}

impl Finder<'_> {
    fn consider(&mut self, signature: &Signature, body: &Block, tokens: &impl ToTokens) {
        let ReturnType::Type(_, output) = &signature.output else {
            return;
        };
        if signature.constness.is_some() || !is_fallible(output, self.impostors) {
            return;
        }
        let Some(first) = first_token(tokens) else {
            return;
        };
        let LineColumn { line, column } = first.start();
        self.found.push(Function {
            name: signature.ident.to_string(),
            offset: self.skipped + first.byte_range().start,
            start: (line, column + 1),
            lines: line..body.brace_token.span.close().end().line + 1,
        });
    }
}

impl Visit<'_> for Finder<'_> {
    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        let bare = syn::ItemFn {
            attrs: Vec::new(),
            ..item.clone()
        };
        self.consider(&item.sig, &item.block, &bare);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &syn::ImplItemFn) {
        let bare = syn::ImplItemFn {
            attrs: Vec::new(),
            ..item.clone()
        };
        self.consider(&item.sig, &item.block, &bare);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &syn::TraitItemFn) {
        if let Some(body) = &item.default {
            let bare = syn::TraitItemFn {
                attrs: Vec::new(),
                ..item.clone()
            };
            self.consider(&item.sig, body, &bare);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

fn first_token(tokens: &impl ToTokens) -> Option<Span> {
    let first = tokens.to_token_stream().into_iter().next()?;
    Some(first.span())
}

/// The byte before the first item of a crate's root, its attributes included, with line and column.
pub(crate) fn first_item(file: &syn::File, skipped: usize) -> Option<(usize, (usize, usize))> {
    let first = first_token(file.items.first()?)?;
    let LineColumn { line, column } = first.start();
    Some((skipped + first.byte_range().start, (line, column + 1)))
}

fn is_fallible(output: &Type, impostors: &Impostors) -> bool {
    match output {
        Type::Path(path) if path.qself.is_none() => is_fallible_path(&path.path, impostors),
        Type::ImplTrait(opaque) => is_future(&opaque.bounds, impostors),
        Type::Paren(inner) => is_fallible(&inner.elem, impostors),
        Type::Group(inner) => is_fallible(&inner.elem, impostors),
        _ => false,
    }
}

fn is_fallible_path(path: &syn::Path, impostors: &Impostors) -> bool {
    let mut segments = path.segments.iter().rev();
    let Some(last) = segments.next() else {
        return false;
    };
    // `Self::Result` and `V::Result` may be anything
    let is_associated = segments
        .next()
        .is_some_and(|segment| segment.ident.to_string().starts_with(char::is_uppercase));
    let name = last.ident.to_string();
    if is_associated {
        return false;
    }
    if name.ends_with("BoxFuture") {
        return types(&last.arguments)
            .next_back()
            .is_some_and(|output| is_fallible(output, impostors));
    }
    if name == "Pin" {
        return types(&last.arguments).any(|pointer| is_box_of_future(pointer, impostors));
    }
    name.ends_with("Result") && !impostors.0.contains(&name)
}

fn is_box_of_future(pointer: &Type, impostors: &Impostors) -> bool {
    let Type::Path(path) = pointer else {
        return false;
    };
    let Some(last) = path.path.segments.last() else {
        return false;
    };
    last.ident == "Box"
        && types(&last.arguments).any(|inner| match inner {
            Type::TraitObject(object) => is_future(&object.bounds, impostors),
            _ => false,
        })
}

fn types(arguments: &PathArguments) -> impl DoubleEndedIterator<Item = &Type> {
    let arguments = match arguments {
        PathArguments::AngleBracketed(arguments) => Some(&arguments.args),
        _ => None,
    };
    arguments
        .into_iter()
        .flatten()
        .filter_map(|argument| match argument {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        })
}

fn is_future<'a>(
    bounds: impl IntoIterator<Item = &'a TypeParamBound>,
    impostors: &Impostors,
) -> bool {
    let mut paths = bounds.into_iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) => bound.path.segments.last(),
        _ => None,
    });
    paths.any(|last| {
        let PathArguments::AngleBracketed(arguments) = &last.arguments else {
            return false;
        };
        last.ident == "Future"
            && arguments.args.iter().any(|argument| match argument {
                GenericArgument::AssocType(output) => {
                    output.ident == "Output" && is_fallible(&output.ty, impostors)
                }
                _ => false,
            })
    })
}

#[cfg(test)]
mod tests {
    use super::{Impostors, functions};

    #[track_caller]
    fn check(code: &str, expected: &[&str]) {
        let file = syn::parse_file(code).unwrap();
        let mut impostors = Impostors::default();
        impostors.read(&file);
        let found = functions(&file, &impostors, 0);
        let names: Vec<_> = found.iter().map(|found| found.name.as_str()).collect();
        assert_eq!(names, expected);
    }

    #[test]
    fn results_by_name() {
        check(
            "fn a() -> Result<u8, E> {} fn b() -> fmt::Result {} fn c() -> IResult<u8> {}
             fn d() {} fn e() -> Option<u8> {} const fn f() -> Result<u8, E> {}
             fn g() -> Results {} fn h() -> ::std::io::Result<()> {}",
            &["a", "b", "c", "h"],
        );
    }

    #[test]
    fn every_place() {
        check(
            "impl A { pub fn a(&self) -> Result {} } impl B for A { fn b() -> Result {} }
             trait B { fn b() -> Result; fn c() -> Result {} }
             mod d { fn e() { fn f() -> Result {} || { unsafe fn g() -> Result {} } } }",
            &["a", "b", "c", "f", "g"],
        );
    }

    #[test]
    fn futures() {
        check(
            "async fn a() -> Result {} fn b() -> impl Future<Output = Result> + Send {}
             fn c() -> Pin<Box<dyn Future<Output = io::Result<()>> + Send + '_>> {}
             fn d<'a>() -> BoxFuture<'a, Result<u8, E>> {} fn e() -> impl Future<Output = u8> {}
             fn f() -> Pin<Box<dyn Stream<Item = Result>>> {} fn g() -> BoxFuture<'static, ()> {}",
            &["a", "b", "c", "d"],
        );
    }

    #[test]
    fn impostors_are_left_alone() {
        check(
            "enum ReadResult {} type WriteResult = u8; type OpenResult = io::Result<()>;
             fn a() -> ReadResult {} fn b() -> WriteResult {} fn c() -> OpenResult {}
             fn d() -> Self::Result {} fn e<V: Visitor>() -> V::Result {}",
            &["c"],
        );
    }

    #[test]
    fn the_attribute_goes_before_visibility_and_qualifiers() {
        let code = "/// a\n#[inline] pub(crate) async unsafe fn a() -> Result {}";
        let file = syn::parse_file(code).unwrap();
        let found = functions(&file, &Impostors::default(), 0);
        assert_eq!(&code[found[0].offset..found[0].offset + 10], "pub(crate)");
        assert_eq!(found[0].start, (2, 11));
    }
}
