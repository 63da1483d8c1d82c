//! Without a DSN nothing is started.

use crate::program::Program;
use dragonfly::inbox::Inbox;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

const ENDS: &str = env!("CARGO_BIN_EXE_ends");

/// Threads and open files of the program while it runs.
#[cfg(target_os = "linux")]
fn threads_and_files(mut program: Program) -> (usize, usize) {
    let mut child = program
        .command
        .arg("wait")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert_eq!(line, "ready\n");
    let count = |what: &str| {
        std::fs::read_dir(format!("/proc/{}/{what}", child.id()))
            .unwrap()
            .count()
    };
    let seen = (count("task"), count("fd"));
    let files: Vec<_> = std::fs::read_dir(program.folder()).unwrap().collect();
    assert!(files.is_empty(), "{files:?}");
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(child.wait().unwrap().success());
    seen
}

#[test]
#[cfg(target_os = "linux")]
fn there_is_no_thread_no_file_and_no_connection() {
    let plain = threads_and_files(Program::new(env!("CARGO_BIN_EXE_shop_plain")));
    assert_eq!(plain.0, 1);
    assert_eq!(threads_and_files(Program::new(ENDS)), plain);
    assert_eq!(
        threads_and_files(Program::new(ENDS).reporting_to("")),
        plain
    );
}

#[test]
#[cfg(target_os = "linux")]
fn with_a_dsn_there_is_one_thread_of_ours() {
    let inbox = Inbox::start().unwrap();
    let (threads, _) = threads_and_files(Program::new(ENDS).reporting_to(inbox.dsn()));
    assert_eq!(threads, 2);
}

#[test]
fn an_empty_dsn_is_a_veto_over_file_and_code() {
    let inbox = Inbox::start().unwrap();
    let file = format!("[auth]\ndsn = {}\n", inbox.dsn());
    let on = Program::new(ENDS).arg("err").file(&file).run();
    assert_eq!(inbox.requests(), 1);
    let off = Program::new(ENDS)
        .arg("err")
        .file(&file)
        .reporting_to("")
        .run();
    assert_eq!(inbox.requests(), 1);
    assert_eq!(on.stderr(), off.stderr());
    assert_eq!(on.code(), off.code());
}
