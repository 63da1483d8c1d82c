//! Bodies before and after, with `@` for each mark.

use super::{AsyncBlocks, Exits, Marked, mark};
use crate::args::Library;
use proc_macro2::{Delimiter, Group, TokenStream};
use quote::quote;

fn marked(body: TokenStream, blocks: AsyncBlocks) -> Marked {
    mark(
        &Group::new(Delimiter::Brace, body),
        &Library::default(),
        blocks,
        &Exits::Noted,
    )
}

/// The body with `@` for each mark.
fn shown(body: TokenStream) -> String {
    let marked = marked(body, AsyncBlocks::Apart);
    let text = marked.body.stream().to_string();
    text.replace(". __dragonfly_at (& __DRAGONFLY_SITE) ?", "@ ?")
        .replace("__DRAGONFLY_SITE . leave () ;", "@")
}

#[track_caller]
fn check(body: TokenStream, expected: &str) {
    let without_space = |text: &str| text.replace(' ', "");
    assert_eq!(without_space(&shown(body)), without_space(expected));
}

#[test]
fn marks_every_try_of_the_function_itself() {
    check(quote!(a()?.b?[0]?), "a () @ ? . b @ ? [0] @ ?");
    check(quote!(f(x.await?)?;), "f (x . await @ ?) @ ? ;");
    check(
        quote!(x.0.1?; { y }?; S { z }?; "a"?),
        r#"x.0.1@?; {y}@?; S {z}@?; "a"@?"#,
    );
    check(quote!(a??), "a @ ? @ ?");
    check(
        quote!(match x? {
            A | B => c?,
            _ => d || e?,
        }),
        "match x @ ? { A | B => c @ ? , _ => d || e @ ? , }",
    );
    check(
        quote!(if !(a?) {
            b?
        }),
        "if ! (a @ ?) { b @ ? }",
    );
}

#[test]
fn leaves_bounds_alone() {
    for body in [
        quote!(let x: &dyn Fn() = &f::<T>; g::<dyn A + ?Sized>()),
        quote!(
            struct S<T: ?Sized>(Box<T>);
        ),
    ] {
        let plain = body.to_string();
        assert_eq!(shown(body), plain);
    }
}

#[test]
fn leaves_alone_what_has_exits_of_its_own() {
    for body in [
        quote!(let f = |x| x?; let g = || -> R { y? };),
        quote!(run(|a, b| f::<A, B>(a)?, 1)),
        quote!(async { x? }.await),
        quote!(async move { x? }),
        quote!(
            fn inner() -> R {
                x?
            }
        ),
        quote!(impl S { fn inner() -> R { return Err(x?) } }),
        quote!(
            mod m {
                fn inner() -> R {
                    x?
                }
            }
        ),
        quote!(
            macro_rules! m {
                ($x:expr) => {
                    $x?
                };
            }
        ),
        quote!(try_all!(x?)),
        quote!(assert!(x?)),
        quote!(
            #[doc = "?"]
            x
        ),
    ] {
        let plain = body.to_string();
        assert_eq!(shown(body), plain);
    }
}

#[test]
fn goes_on_after_it() {
    check(quote!(run(|x| x?, y?)?), "run (| x | x ? , y @ ?) @ ?");
    check(quote!(a.map(|x| x? + 1)?), "a . map (| x | x ? + 1) @ ?");
    check(quote!(println!("{}", x?)), r#"println!("{}", x@?)"#);
    check(
        "match x { | A | B => y?, }".parse().unwrap(),
        "match x { | A | B => y @ ?, }",
    );
}

#[test]
fn marks_errors_that_are_returned() {
    check(
        quote!(if a { return Err(e); } Ok(1)),
        "if a { return { @ Err (e) } ; } Ok (1)",
    );
    check(
        quote!(match a {
            A => return Err(e),
            B => bail!("x"),
        }),
        r#"match a { A => return { @ Err(e) }, B => { @ bail!("x") }, }"#,
    );
    check(quote!(anyhow::bail!("x");), r#"@ anyhow::bail!("x");"#);
    check(quote!(a; Err(e)), "a ; @ Err (e)");
    check(
        quote!(let r = { Err(e) }; return Err(e).map(f);),
        "let r = { Err (e) } ; return Err (e) . map (f) ;",
    );
}

#[test]
fn an_error_that_may_not_come_to_be_is_no_exit() {
    check(quote!(return Err(f(e?));), "return Err(f(e @?));");
    assert!(
        marked(quote!(if a { return Err(e?); } b()), AsyncBlocks::Apart)
            .tail
            .is_none()
    );
}

#[test]
fn knows_the_tail_only_where_nothing_else_can_fail_unseen() {
    let has_tail = |body| marked(body, AsyncBlocks::Apart).tail.is_some();
    assert!(has_tail(quote!(a?; b())));
    assert!(has_tail(
        quote!(if a { return Err(e); } match x { _ => b() })
    ));
    assert!(has_tail(quote!(bail!("x"); b())));
    assert!(!has_tail(quote!(a()?;)));
    assert!(!has_tail(quote!(if a { return x; } b())));
    assert!(!has_tail(quote!(ensure!(a); b())));
}

#[test]
fn async_blocks_may_be_the_function() {
    let marked = marked(quote!(Box::pin(async move { x? })), AsyncBlocks::Within);
    assert!(marked.body.stream().to_string().contains("__dragonfly_at"));
}
