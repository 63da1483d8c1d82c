//! The backtrace that an error brings along shows where it was made, below the annotated function.

use crate::program::Program;

const BACKTRACES: &str = env!("CARGO_BIN_EXE_backtraces");

/// The user's functions of the event, innermost first.
fn functions(program: Program) -> Vec<String> {
    let output = program.run().stdout();
    let frames = output.lines().filter_map(|line| line.split_once(' '));
    let names = frames.filter_map(|(path, _)| path.strip_prefix("backtraces::"));
    names.map(str::to_owned).collect()
}

#[test]
fn functions_that_nobody_annotated_are_shown_where_backtraces_are_on() {
    let on = || Program::new(BACKTRACES).env("RUST_LIB_BACKTRACE", "1");
    assert_eq!(functions(on()), ["look_up", "ask", "find", "main", "main"]);
    let elsewhere = functions(on().arg("elsewhere"));
    assert_eq!(
        elsewhere,
        ["look_up", "ask", "find_elsewhere", "main", "main"]
    );
    // whose method it is, the two manglings of symbols say in their own way
    let mut generic = functions(on().arg("generic"));
    for function in &mut generic {
        *function = function.rsplit("::").next().unwrap_or_default().to_owned();
    }
    assert_eq!(
        generic,
        ["look_up", "ask", "find_on", "find_on_any", "main", "main"]
    );
}

#[test]
fn an_async_function_is_shown_once_and_so_is_what_lies_between() {
    let off = Program::new(BACKTRACES).arg("async");
    let expected = ["find_in_time", "ask_in_time", "serve_in_time", "main"];
    assert_eq!(functions(off), expected);
}

#[test]
fn without_backtraces_the_stack_begins_at_the_annotated_function() {
    let off = || Program::new(BACKTRACES).env("RUST_BACKTRACE", "0");
    assert_eq!(functions(off()), ["find", "main", "main"]);
    assert_eq!(
        functions(Program::new(BACKTRACES)),
        ["find", "main", "main"]
    );
}
