//! Without a DSN nothing is started.

use crate::program::Program;
use dragonfly::inbox::Inbox;

const ENDS: &str = env!("CARGO_BIN_EXE_ends");

/// Threads and open files of the program while it runs.
#[cfg(target_os = "linux")]
fn threads_and_files(program: Program) -> (usize, usize) {
    let running = program.arg("wait").start();
    let count = |what: &str| {
        std::fs::read_dir(format!("/proc/{}/{what}", running.child.id()))
            .unwrap()
            .count()
    };
    let seen = (count("task"), count("fd"));
    let files: Vec<_> = std::fs::read_dir(running.folder.path()).unwrap().collect();
    assert!(files.is_empty(), "{files:?}");
    assert!(running.end().success());
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
    let program = Program::new(ENDS).reporting_to(inbox.dsn());
    let (threads, _) = threads_and_files(program.env("DRAGONFLY_SPOOL", "off"));
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
