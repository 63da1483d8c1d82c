//! Bodies before and after, with `@` for each mark, `@in` for one of an error that came out of a value,
//! `@new` for one of a new error.

use super::{AsyncBlocks, Exits, From, Marked, mark};
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

/// The body with its marks.
fn shown(body: TokenStream) -> String {
    let marked = marked(body, AsyncBlocks::Apart);
    let text = marked.body.stream().to_string();
    without_names(&text)
        .replace(". __dragonfly_at (& __DRAGONFLY_SITE) ?", "@ ?")
        .replace(". __dragonfly_received (& __DRAGONFLY_SITE) ?", "@in ?")
        .replace("__DRAGONFLY_SITE . leave () ;", "@")
        .replace("__DRAGONFLY_SITE . fail () ;", "@new")
}

/// The names of called functions taken out.
fn without_names(text: &str) -> String {
    let mut parts = text.split(". __dragonfly_returned (& __DRAGONFLY_SITE , \"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| {
        let (_, rest) = part.split_once("\")").unwrap_or_default();
        text + "@" + rest
    })
}

#[track_caller]
fn check(body: TokenStream, expected: &str) {
    let without_space = |text: &str| text.replace(' ', "");
    assert_eq!(without_space(&shown(body)), without_space(expected));
}

#[test]
fn marks_every_try_of_the_function_itself() {
    check(quote!(a()?.b()?[0]?), "a () @ ? . b () @ ? [0] @ ?");
    check(quote!(f(x.await?)?;), "f (x . await @ ?) @ ? ;");
    check(
        quote!(x.0.1?; { y }?; S { z }?; "a"?),
        r#"x.0.1@?; {y}@?; S {z}@?; "a"@?"#,
    );
    check(quote!(a()??), "a () @ ? @in ?");
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
        quote!(impl S<{ 1 }> { fn inner() -> S<{ 2 }> { x? } }),
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
        r#"match a { A => return { @ Err(e) }, B => { @new bail!("x") }, }"#,
    );
    check(
        quote!(anyhow::bail!("x");),
        r#"{ @new anyhow::bail!("x"); }"#,
    );
    check(
        quote!(if a {
            bail!("x")
        }),
        r#"if a { { @new bail!("x") } }"#,
    );
    check(
        quote!(snafu::whatever!("x");),
        r#"{ @new snafu::whatever!("x"); }"#,
    );
    check(quote!(whatever!(a(), "x");), r#"whatever!(a(), "x");"#);
    check(quote!(a; Err(e)), "a ; @ Err (e)");
    check(
        quote!(let r = { Err(e) }; return Err(e).map(f);),
        "let r = { Err (e) } ; return Err (e) . map (f) ;",
    );
}

#[test]
fn marks_what_may_return_so_that_it_tells_if_it_does() {
    let marked = |note: &str, call: &str| {
        format!(
            "{{ let __dragonfly_left = ::dragonfly::__private::unless_passed(|| {{ {note} }}); {call}; __dragonfly_left.passed(); }}"
        )
    };
    let call = r#"anyhow::ensure!(a(), "x")"#;
    check(quote!(anyhow::ensure!(a(), "x");), &marked("@new", call));
    let call = "ensure!(a, e)";
    check(quote!(ensure!(a, e);), &marked("@", call));
    let call = r#"ensure_whatever!(a, "x")"#;
    check(quote!(ensure_whatever!(a, "x");), &marked("@new", call));
    for other in [
        quote!(let b = ensure!(a);),
        quote!(ensure!(a)),
        quote!(ensure!(a?);),
        quote!(ensure!(a.await);),
    ] {
        check(other.clone(), &other.to_string());
    }
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
    assert!(has_tail(quote!(if a { return Ok(x); } b())));
    assert!(has_tail(quote!(match a {
        A => return Ok(b?),
        B => b(),
    })));
    assert!(!has_tail(quote!(if a { return Ok(x).and(b()); } b())));
    assert!(has_tail(quote!(ensure!(a); b())));
    assert!(!has_tail(quote!(ensure!(a?); b())));
    assert!(!has_tail(quote!(check!(a); b())));
    assert!(has_tail(quote!(dbg!(a); b())));
    assert!(!has_tail(quote!(dbg!(a?); b())));
    assert!(has_tail(quote!(let span = info_span!("a"); b())));
}

#[test]
fn async_blocks_may_be_the_function() {
    let marked = marked(quote!(Box::pin(async move { x? })), AsyncBlocks::Within);
    assert!(marked.body.stream().to_string().contains("__dragonfly_at"));
}

#[test]
fn marks_a_block_that_the_function_ends_by_waiting_for() {
    let tail_of = |body: &TokenStream| {
        let marked = marked(body.clone(), AsyncBlocks::Waited);
        let tail = marked
            .tail
            .map(|tail| matches!(tail.from, From::Call(name) if name == "serve"));
        (
            without_names(&marked.body.stream().to_string())
                .matches('@')
                .count(),
            tail,
        )
    };
    for body in [
        quote!(let runtime = new()?; runtime.block_on(async move { load().await?; serve().await })),
        quote!(new()?; System::new().block_on(async { { load().await?; serve().await } })),
        quote!(new()?; local.block_on(&runtime, async { load().await?; serve().await },)),
        // by `#[tokio::main]`
        quote! {
            let body = async { new()?; load().await?; serve().await };
            let body = { if false { let _: &dyn Future<Output = Result<()>> = &body; } body };
            #[allow(clippy::needless_return)]
            {
                use tokio::runtime::Builder;
                return Builder::new_multi_thread().enable_all().build().expect("").block_on(body);
            }
        },
    ] {
        assert_eq!(tail_of(&body), (2, Some(true)), "{body}");
    }
    for body in [
        quote!(new()?; spawn(async { load().await?; serve().await })),
        quote!(new()?; runtime.block_on(join(async { load().await?; serve().await }))),
        quote!(new()?; runtime.block_on(async { load().await?; serve().await }).map(drop)),
        quote!(new()?; let done = runtime.block_on(async { load().await?; }); done),
        quote!(let body = async { load().await? }; { new()?; return runtime.block_on(body); }),
        quote!(let body = async { load().await? }; new()?; { return runtime.block_on(other); }),
    ] {
        assert_eq!(tail_of(&body).0, 1, "{body}");
    }
}

#[test]
fn knows_an_error_that_is_new_where_it_is_returned() {
    for new in [
        quote!("no answer"),
        quote!("no answer".to_owned()),
        quote!(ShopError::SoldOut { left: 3 }),
        quote!(io::Error::last_os_error()),
        quote!(anyhow!("closed").context("opening")),
        quote!(Failure::new(ErrorKind::Other, true)),
    ] {
        check(
            quote!(return Err(#new);),
            &format!("return {{ @new Err({new}) }};"),
        );
    }
    for carried in [
        quote!(error),
        quote!(error.into()),
        quote!(Wrapped { error }),
        quote!(Wrapped { source: error }),
        quote!(self.error),
        quote!(format!("{error}")),
        quote!(list[0]),
    ] {
        check(
            quote!(return Err(#carried);),
            &format!("return {{ @ Err({carried}) }};"),
        );
    }
}

#[test]
fn knows_an_error_that_came_out_of_a_value() {
    for value in [
        quote!(handle.await?),
        quote!(handle.join().unwrap()),
        quote!(channel.recv().await.expect("open").context("receiving")),
        quote!(
            files
                .par_iter()
                .map(|file| read(file))
                .collect::<Result<Vec<_>, _>>()
        ),
        quote!(
            open(path)
                .into_par_iter()
                .try_for_each(read)
                .context("reading")
        ),
    ] {
        let shown = shown(quote!(#value?;));
        assert!(shown.replace(' ', "").ends_with("@in?;"), "{shown}");
    }
    for call in [
        quote!(read(path)),
        quote!(result),
        quote!(pool.lock().unwrap().query(text)),
        quote!(open()?.read()),
        quote!(shop.open().await),
        quote!(self.result),
        quote!(list[0]),
        quote!(shop.read(path).context("reading")),
        quote!(read(files.par_iter().count())),
        quote!(for file in files.par_iter() {} read(path)),
        quote!(sum(files.par_iter().count(), path).collect::<Vec<_>>()),
    ] {
        let shown = shown(quote!(#call?;));
        assert!(shown.replace(' ', "").ends_with("@?;"), "{shown}");
    }
}

#[test]
fn knows_the_function_that_returned_an_error() {
    for (call, name) in [
        (quote!(load(id)), Some("load")),
        (quote!(shop::load(id).await), Some("load")),
        (
            quote!(self.shop.load(id).await.map_err(|_| Answer(500))),
            Some("load"),
        ),
        (quote!(r#move(id)), Some("move")),
        (quote!(open.and_then(Shop::load)), Some("load")),
        (
            quote!(open().and_then(|shop| shop.load(id)).map_err(drop)),
            Some("load"),
        ),
        (
            quote!(shop.and_then(|shop| {
                shop.open()?;
                shop.load(id)
            })),
            Some("load"),
        ),
        (quote!(list.first().ok_or(Empty)), Some("ok_or")),
        (quote!(future.await), None),
        (quote!(load!(id)), None),
        (quote!(match (a) {}), None),
    ] {
        let text = marked(quote!(#call?;), AsyncBlocks::Apart)
            .body
            .stream()
            .to_string();
        let names = text.matches("__dragonfly_returned").count();
        assert_eq!(names, usize::from(name.is_some()), "{text}");
        let is_told = name.is_none_or(|name| text.contains(&format!("{name:?}) ?")));
        assert!(is_told, "{text}");
    }
}

#[test]
fn marks_what_an_attribute_of_tracing_put_into_a_block() {
    let body = quote! {
        let __tracing_attr_span = span!();
        let __tracing_instrument_future = async move { { a()?; async { b()? }.await?; } };
        __tracing_instrument_future.await
    };
    let braces = Group::new(Delimiter::Brace, body.clone());
    let marked = marked(body, AsyncBlocks::of_async(&braces));
    let text = marked.body.stream().to_string();
    assert_eq!(text.matches("__DRAGONFLY_SITE").count(), 2, "{text}");
    let other = Group::new(Delimiter::Brace, quote!(async { a()? }.await?));
    assert!(AsyncBlocks::of_async(&other) == AsyncBlocks::Apart);
}
