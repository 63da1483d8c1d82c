//! The frames of an event, laid out.

use super::super::passed::{Details, Exit, ExitKind};
use super::super::site::{Package, Site};
use super::{Frame, Passed, point_at_exits, readable, within_crate, without_ours};
use std::panic::Location;

const PACKAGE: Package = Package {
    name: None,
    version: None,
};

fn passed(site: &'static Site) -> Passed {
    Passed {
        site,
        exit: None,
        details: Details::default(),
    }
}

#[test]
fn library_files_are_named_from_their_crate() {
    let path = "/home/a/.cargo/registry/src/index-1949/anyhow-1.0.0/src/error.rs";
    assert_eq!(within_crate(path), "anyhow-1.0.0/src/error.rs");
    assert_eq!(
        within_crate("/rustc/5980/library/core/src/ops.rs"),
        "library/core/src/ops.rs"
    );
    assert_eq!(
        within_crate("/home/a/shop/src/main.rs"),
        "/home/a/shop/src/main.rs"
    );
}

#[test]
fn a_function_of_a_library_is_named_from_its_crate() {
    const FILE: &str = "/home/a/.cargo/registry/src/index-1949/shop-1.4.2/src/lib.rs";
    static SITE: Site = Site::new("sell", || "shop::sell", "shop", (FILE, 7, 8), PACKAGE);
    let mut frames: Vec<Frame> = Vec::new();
    point_at_exits(&mut frames, &[passed(&SITE)], &[]);
    let frame = frames.first().expect("a frame");
    assert_eq!(frame.filename.as_deref(), Some("shop-1.4.2/src/lib.rs"));
    assert_eq!(frame.abs_path.as_deref(), Some(FILE));
}

#[test]
fn a_closure_that_a_library_called_is_not_taken_for_the_function_around_it() {
    static SELL: Site = Site::new("sell", || "shop::sell", "shop", (file!(), 7, 8), PACKAGE);
    static SERVE: Site = Site::new("serve", || "shop::serve", "shop", (file!(), 9, 8), PACKAGE);
    let at = Location::caller();
    let exit = Exit {
        at,
        kind: ExitKind::Plain,
    };
    let steps = [
        passed(&SELL),
        Passed {
            exit: Some(exit),
            ..passed(&SERVE)
        },
    ];
    let line = u64::from(at.line());
    let frame = |function: &str, line| Frame {
        function: Some(function.to_owned()),
        abs_path: Some(format!("/home/a/{}", file!())),
        lineno: Some(line),
        ..Frame::default()
    };
    let (sell, closure, serve) = ("shop::sell", "shop::serve", "shop::serve");
    let mut frames = vec![
        frame(sell, 7),
        frame(closure, 11),
        frame(serve, line),
        frame(serve, line),
    ];
    point_at_exits(&mut frames, &steps, &[]);
    let columns: Vec<_> = frames
        .iter()
        .map(|frame| (frame.lineno, frame.colno))
        .collect();
    let column = Some(u64::from(at.column()));
    assert_eq!(
        columns[1..],
        [(Some(11), None), (Some(line), column), (Some(line), None)]
    );
}

#[test]
fn a_function_below_that_is_called_like_the_innermost_one_is_not_taken_for_it() {
    static OPEN: Site = Site::new(
        "open",
        || "shop::Shop::open",
        "shop",
        (file!(), 7, 8),
        PACKAGE,
    );
    let exit = Exit {
        at: Location::caller(),
        kind: ExitKind::Plain,
    };
    let steps = [Passed {
        exit: Some(exit),
        ..passed(&OPEN)
    }];
    for outer in ["shop::Shop::open", "<shop::Shop>::open"] {
        // the error's own backtrace shows what it came from
        let frames = ["shop::unix::open", outer].map(|function| Frame {
            function: Some(function.to_owned()),
            abs_path: Some(format!("/home/a/{}", file!())),
            lineno: Some(3),
            ..Frame::default()
        });
        let mut frames = Vec::from(frames);
        point_at_exits(&mut frames, &steps, &[]);
        let lines: Vec<_> = frames.iter().map(|frame| frame.lineno).collect();
        assert_eq!(lines, [Some(3), Some(exit.at.line().into())], "{outer}");
    }
}

#[test]
fn an_inlined_function_without_its_path_is_one_with_its_body() {
    static SITE: Site = Site::new("sell", || "shop::sell", "shop", ("s.rs", 7, 8), PACKAGE);
    for (around, kept_of) in [
        ("sell", vec!["shop::sell"]),
        ("buy", vec!["shop::sell", "buy"]),
    ] {
        let names = [
            "shop::sell::{{closure}}",
            "dragonfly::__private::call",
            around,
        ];
        let frames = names.map(|function| Frame {
            function: Some(function.to_owned()),
            ..Frame::default()
        });
        let mut kept = without_ours(frames.into(), &[passed(&SITE)]);
        let names = kept
            .iter_mut()
            .filter_map(|frame| frame.function.as_deref());
        let names: Vec<_> = names.map(readable).collect();
        assert_eq!(names, kept_of);
    }
}

#[test]
fn without_paths_what_awaits_a_future_is_not_taken_for_a_part_of_it() {
    const FILE: &str = "src/shop.rs";
    const BODY: (&str, &str, u64, u64) = ("{async_block#0}", FILE, 9, 12);
    static SITE: Site = Site::new("sell", || "shop::sell", "shop", (FILE, 7, 8), PACKAGE);
    let watched = file!().replace("report/frames/tests", "capture/watched");
    let traced = file!().replace("report/frames/tests", "trace/traced");
    let kept = |frames: &[(&str, &str, u64, u64)]| {
        let frames = frames.iter().map(|(function, file, line, column)| Frame {
            function: Some((*function).to_owned()),
            abs_path: Some(format!("/home/a/{file}")),
            lineno: Some(*line),
            colno: Some(*column),
            ..Frame::default()
        });
        let kept = without_ours(frames.collect(), &[passed(&SITE)]);
        kept.into_iter()
            .map(|frame| frame.function.unwrap_or_default())
            .collect::<Vec<_>>()
    };
    // whoever awaits it, above and below
    for line in [2, 20] {
        let awaits = ("{async_block#0}", FILE, line, 16);
        let at_error = kept(&[("poll<shop::Sold>", &watched, 1, 1), awaits]);
        assert_eq!(at_error, ["{async_block#0}"]);
        for ours in [&watched, &traced] {
            let further_in = kept(&[BODY, ("poll<shop::Sold>", ours, 1, 1), awaits]);
            assert_eq!(further_in, ["{async_block#0}", "{async_block#0}"]);
        }
    }
    // the attributes of an `async fn` that is traced: at the error, and further in
    let attribute = ("{async_fn#0}", FILE, 6, 1);
    for block in [("{async_block#0}", FILE, 5, 1), BODY] {
        let capture = ("call<shop::Sold>", file!(), 1, 1);
        let poll = ("poll<shop::Sold>", &*traced, 1, 1);
        assert_eq!(kept(&[capture, block, poll, attribute]), ["shop::sell"]);
    }
    let poll = ("poll<shop::Sold>", &*traced, 1, 1);
    assert_eq!(kept(&[BODY, poll, attribute]), ["shop::sell"]);
}

#[test]
fn without_debug_information_a_function_is_told_from_a_librarys_by_its_crate() {
    static SITE: Site = Site::new("run", || "shop::run", "shop", ("run.rs", 7, 8), PACKAGE);
    let names = [
        ("tokio::runtime::task::LocalNotified<S>::run", false),
        ("shop::run", true),
        ("<T as shop::Run>::run", true),
        ("<alloc::vec::Vec<T> as shop::Run>::run", true),
        ("<workshop::Shop as core::ops::Fn>::run", false),
        (
            "<tokio::Task<F> as core::future::future::Future>::run",
            false,
        ),
        ("run", true),
    ];
    for (named, is_it) in names {
        let mut frames = vec![Frame {
            function: Some(named.to_owned()),
            ..Frame::default()
        }];
        point_at_exits(&mut frames, &[passed(&SITE)], &[]);
        assert_eq!(frames.len() == 1, is_it, "{named}: {frames:?}");
    }
}
