//! Without a DSN nothing is started.

use crate::program::Program;
use dragonfly::inbox::Inbox;
#[cfg(target_os = "linux")]
use std::time::Duration;

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
fn with_a_dsn_there_is_one_thread_of_ours_and_it_has_our_name() {
    let inbox = Inbox::start().unwrap();
    let program = Program::new(ENDS).reporting_to(inbox.dsn());
    let running = program.env("DRAGONFLY_SPOOL", "off").arg("wait").start();
    // the thread names itself, and has done so by the time that it sends
    inbox.wait_for_events(1, Duration::from_secs(20));
    let tasks = std::fs::read_dir(format!("/proc/{}/task", running.child.id())).unwrap();
    let mut names: Vec<String> = tasks
        .map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap())
        .collect();
    names.sort();
    assert_eq!(names, ["dragonfly\n", "ends\n"]);
    assert!(running.end().success());
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
