//! The backtrace that an error brings along: that of `anyhow` and its like, where `RUST_BACKTRACE` or
//! `RUST_LIB_BACKTRACE` asks for one. It begins where the error was made, below the function that
//! reports it.

use super::chain;
use super::frames::{drop_start_of_program, within_crate};
use super::functions::{crate_of, is_ours, readable};
use sentry::protocol::Frame;
use std::borrow::Cow;
use std::env;
use std::fmt::Debug;
use std::sync::LazyLock;

/// What `Debug` of an error writes before its backtrace.
const TITLE: &str = "\nStack backtrace:\n";

/// The text of an error's backtrace. Its symbols are resolved here, on the failing thread: nobody
/// else can have it.
pub(crate) fn text_of(error: &dyn Debug) -> Option<String> {
    static IS_WANTED: LazyLock<bool> = LazyLock::new(|| {
        let set = ["RUST_LIB_BACKTRACE", "RUST_BACKTRACE"];
        let value = set.into_iter().find_map(env::var_os);
        value.is_some_and(|value| value != "0")
    });
    if !*IS_WANTED {
        return None;
    }
    let text = chain::text(|out| std::fmt::write(out, format_args!("{error:?}")));
    let (_, backtrace) = text.rsplit_once(TITLE)?;
    Some(backtrace.to_owned())
}

/// Lays the frames of a backtrace below those that lead to the function that reported the error.
/// Both are innermost first. An error that was made elsewhere, as on another thread, shows both.
pub(super) fn join(backtrace: &str, reported: Vec<Frame>) -> Vec<Frame> {
    let mut frames = parse(backtrace);
    let name = |frame: &Frame| frame.function.as_deref().map(readable);
    let by = reported.iter().filter_map(name).find(|name| !is_ours(name));
    let made = frames
        .iter()
        .position(|frame| !is_making(frame))
        .unwrap_or(frames.len());
    let met = frames
        .iter()
        .position(|frame| by.is_some() && name(frame) == by);
    frames.truncate(met.unwrap_or(frames.len()));
    frames.drain(..made.min(frames.len()));
    drop_start_of_program(&mut frames);
    frames.extend(reported);
    frames
}

/// What makes an error, and takes its backtrace: `<E as eyre::WrapErr>::wrap_err` too. What was inlined has
/// no path in its name where there are line tables only; its file says whose it is.
fn is_making(frame: &Frame) -> bool {
    let function = frame.function.as_deref().unwrap_or_default();
    let file = frame.abs_path.as_deref().map_or("", within_crate);
    ["anyhow::", "eyre::"]
        .iter()
        .any(|library| function.contains(library))
        || ["backtrace", "core", "std", "unknown"].contains(&crate_of(function))
        || ["anyhow-", "eyre-", "library/core/", "library/std/"]
            .iter()
            .any(|library| file.starts_with(library))
}

/// The frames of a text such as `std::backtrace::Backtrace` writes: the name of a function on a line, with
/// a number before it unless it was inlined, and its place in the source on the next.
fn parse(backtrace: &str) -> Vec<Frame> {
    let mut frames: Vec<Frame> = Vec::new();
    for line in backtrace
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        if let Some(place) = line.strip_prefix("at ") {
            if let Some(frame) = frames.last_mut() {
                set_place(frame, place);
            }
        } else {
            frames.push(Frame {
                function: Some(function_of(line).to_owned()),
                ..Frame::default()
            });
        }
    }
    frames
}

fn function_of(line: &str) -> &str {
    let numbered = line.split_once(": ");
    let (_, name) = numbered
        .filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()))
        .unwrap_or_default();
    if name.is_empty() { line } else { name.trim() }
}

fn set_place(frame: &mut Frame, place: &str) {
    let (path, line, column) = match number_at_end(place) {
        (rest, Some(last)) => match number_at_end(rest) {
            (path, Some(line)) => (path, Some(line), Some(last)),
            (path, None) => (path, Some(last), None),
        },
        (path, None) => (path, None, None),
    };
    // what the compiler was given relative to the workspace
    let path = match path.strip_prefix("./") {
        Some(relative) => Cow::Owned(absolute(relative)),
        None => Cow::Borrowed(path),
    };
    frame.filename = Some(path.clone().into_owned());
    frame.abs_path = Some(path.into_owned());
    (frame.lineno, frame.colno) = (line, column);
}

/// What stands before the last colon, and the number after it.
fn number_at_end(text: &str) -> (&str, Option<u64>) {
    let split = text.rsplit_once(':');
    let found = split.and_then(|(rest, number)| Some((rest, number.parse().ok()?)));
    found.map_or((text, None), |(rest, number)| (rest, Some(number)))
}

fn absolute(relative: &str) -> String {
    let here = env::current_dir().unwrap_or_default();
    here.join(relative).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::{join, parse};
    use proptest::prelude::proptest;
    use sentry::protocol::Frame;

    const BACKTRACE: &str = "   0: anyhow::error::<impl anyhow::Error>::msg
             at /home/a/.cargo/registry/src/index/anyhow-1.0.0/src/backtrace.rs:27:14
      <E as anyhow::context::ext::StdError>::ext_context
   1: shop::look_up
             at ./src/shop.rs:12:9
   2: shop::find::{{closure}}
             at ./src/shop.rs:20:5
   3: shop::main
             at ./src/main.rs:3:5
   4: std::sys::backtrace::__rust_begin_short_backtrace
             at /rustc/0/library/std/src/sys/backtrace.rs:160:18
   5: main";

    fn frame(function: &str) -> Frame {
        Frame {
            function: Some(function.into()),
            ..Frame::default()
        }
    }

    fn functions(frames: &[Frame]) -> Vec<&str> {
        frames
            .iter()
            .filter_map(|frame| frame.function.as_deref())
            .collect()
    }

    #[test]
    fn what_lies_below_the_reporting_function_is_added() {
        let frames = join(BACKTRACE, vec![frame("shop::find"), frame("shop::main")]);
        assert_eq!(
            functions(&frames),
            ["shop::look_up", "shop::find", "shop::main"]
        );
        assert_eq!((frames[0].lineno, frames[0].colno), (Some(12), Some(9)));
        let path = frames[0].abs_path.as_deref().unwrap();
        assert!(
            path.ends_with("src/shop.rs") && !path.starts_with('.'),
            "{path}"
        );
    }

    #[test]
    fn a_library_is_known_by_its_file_where_names_have_no_paths() {
        let inlined = BACKTRACE.replace("anyhow::error::<impl anyhow::Error>::msg", "msg");
        let frames = join(&inlined, vec![frame("shop::find")]);
        assert_eq!(functions(&frames), ["shop::look_up", "shop::find"]);
        let own = inlined.replace("anyhow-1.0.0", "shop-1.0.0");
        let frames = join(&own, vec![frame("shop::find")]);
        assert_eq!(functions(&frames)[0], "msg");
    }

    #[test]
    fn an_error_that_was_made_elsewhere_shows_both_ways() {
        let frames = join(BACKTRACE, vec![frame("shop::join")]);
        let expected = [
            "shop::look_up",
            "shop::find::{{closure}}",
            "shop::main",
            "shop::join",
        ];
        assert_eq!(functions(&frames), expected);
    }

    #[test]
    fn a_place_is_a_path_and_its_numbers_as_far_as_they_are_there() {
        for (place, path, lineno, colno) in [
            ("/src/shop.rs:12:9", "/src/shop.rs", Some(12), Some(9)),
            ("/src/shop.rs:12", "/src/shop.rs", Some(12), None),
            ("/src/shop.rs", "/src/shop.rs", None, None),
            (
                "C:\\src\\shop.rs:12:9",
                "C:\\src\\shop.rs",
                Some(12),
                Some(9),
            ),
            ("C:\\src\\shop.rs", "C:\\src\\shop.rs", None, None),
            (
                "/a.rs:99999999999999999999",
                "/a.rs:99999999999999999999",
                None,
                None,
            ),
        ] {
            let frames = parse(&format!("   0: shop::a\n             at {place}\n"));
            let [frame] = frames.as_slice() else {
                panic!("{frames:?}");
            };
            assert_eq!(frame.abs_path.as_deref(), Some(path));
            assert_eq!((frame.lineno, frame.colno), (lineno, colno), "{place}");
        }
    }

    #[test]
    fn what_is_no_backtrace_adds_nothing_or_a_name() {
        for (text, expected) in [
            ("", [].as_slice()),
            ("\n \n", &[]),
            ("at /src/shop.rs:1:1", &[]),
            ("shop::a", &["shop::a"]),
            ("12: ", &["12:"]),
            (
                "   7:  <shop::A as shop::B>::c::{{closure}} \r\n",
                &["<shop::A as shop::B>::c::{{closure}}"],
            ),
        ] {
            assert_eq!(functions(&parse(text)), expected, "{text:?}");
            let joined = join(text, vec![frame("shop::join")]);
            assert_eq!(functions(&joined)[joined.len() - 1], "shop::join");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "([0-9]{0,3}:? ?|at |[a-z:./<\u{e9}]{0,9}|\\PC|\r?\n){0,40}") {
            join(&text, vec![frame("shop::join")]);
        }
    }
}
