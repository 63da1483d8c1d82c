//! Disks that take nothing: what is captured is in memory only, and the program is as it is without us.

use crate::program::{Program, Running};
use dragonfly::inbox::{Fault, Inbox, Received};
use dragonfly::spool::Destination;
use rustix::process::Signal;
use std::collections::BTreeSet;
use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

const ON_DEMAND: &str = env!("CARGO_BIN_EXE_on_demand");
const MEMORY_ONLY: &str = "reports are kept in memory only: cannot write to the spool: ";
const LONG: Duration = Duration::from_secs(90);

fn program(inbox: &Inbox, spool: &Path) -> Program {
    Program::new(ON_DEMAND)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SPOOL", spool.to_str().unwrap())
}

/// Files may not be longer than that for the program, as on a disk that is full by then.
#[expect(unsafe_code, reason = "no safe call is made between `fork` and `exec`")]
fn with_room_for(mut program: Program, bytes: libc::rlim_t) -> Program {
    let limit = move || {
        let limit = libc::rlimit {
            rlim_cur: bytes,
            rlim_max: bytes,
        };
        // SAFETY: no handler runs, and the limit lives as long as the call
        let failed = unsafe {
            libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
            libc::setrlimit(libc::RLIMIT_FSIZE, &raw const limit) != 0
        };
        if failed {
            return Err(std::io::Error::last_os_error());
        }
        Ok(())
    };
    // SAFETY: between `fork` and `exec` it makes only calls that are mere system calls
    unsafe { program.command.pre_exec(limit) };
    program
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    Returns,
    IsAskedTo,
}

/// How many wait on disk.
pub(crate) fn kept(spool: &Path) -> usize {
    let all = Destination::all(spool).into_iter();
    all.map(|destination| destination.list().len()).sum()
}

#[track_caller]
pub(crate) fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let until = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < until, "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// As many arrive as were captured, once the server is well; and what was said is said once, under
/// `debug`.
#[track_caller]
fn check_arrives(what: &str, inbox: &Inbox, program: Running, captured: usize, says: usize) {
    inbox.set_fault(Fault::None);
    let events = inbox.wait_for_events(captured, LONG);
    let titles: BTreeSet<String> = events.iter().map(Received::title).collect();
    assert_eq!((titles.len(), events.len()), (captured, captured), "{what}");
    let ended = program.ended();
    let stderr = ended.stderr();
    assert_eq!(
        (ended.code(), ended.stdout()),
        (Some(0), String::new()),
        "{what}: {stderr}"
    );
    assert_eq!(
        stderr.matches(MEMORY_ONLY).count(),
        says,
        "{what}: {stderr}"
    );
    if says == 0 {
        assert_eq!(stderr, "", "{what}");
    }
}

/// What is captured while the disk is so and the server is down.
#[track_caller]
fn check_in_memory(what: &str, spool: &Path, prepare: impl Fn(Program) -> Program) {
    for (debug, says) in [("false", 0), ("true", 1)] {
        let what = format!("{what}, debug = {debug}");
        let inbox = Inbox::start().unwrap();
        inbox.set_fault(Fault::Status(503));
        let program = program(&inbox, spool).env("SENTRY_DEBUG", debug);
        let mut program = prepare(program).start();
        program.captures(3);
        wait_until("it is sent in vain", || inbox.requests() > 0);
        assert_eq!(kept(spool), 0, "{what}");
        check_arrives(&what, &inbox, program, 3, says);
    }
}

#[test]
fn on_a_full_disk_reports_are_in_memory_only_and_arrive() {
    let spool = tempfile::tempdir().unwrap();
    // enough for what the program says, and for half an event
    check_in_memory("full", spool.path(), |program| {
        with_room_for(program, 1_000)
    });
    let left = walk(spool.path());
    assert!(left.is_empty(), "half-written: {left:?}");
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let found = fs::read_dir(folder).unwrap().flatten();
    let paths = found.map(|entry| entry.path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

#[test]
fn where_no_folder_can_be_made_reports_are_in_memory_only_and_arrive() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    check_in_memory("a file", &file, |program| program);
    check_in_memory("below a device", Path::new("/dev/full/spool"), |program| {
        program
    });
    // to root nothing is read-only, but what the kernel makes up
    if cfg!(target_os = "linux") {
        check_in_memory("of the kernel", Path::new("/proc/spool"), |program| program);
    }
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, Permissions::from_mode(0o500)).unwrap();
    if File::create(closed.join("probe")).is_err() {
        check_in_memory("read-only", &closed, |program| program);
    }
}

#[test]
fn a_disk_with_room_keeps_them() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Status(503));
    let spool = tempfile::tempdir().unwrap();
    let program = program(&inbox, spool.path()).env("SENTRY_DEBUG", "true");
    let mut program = with_room_for(program, 1_000_000).start();
    program.captures(3);
    wait_until("all are kept", || kept(spool.path()) == 3);
    check_arrives("with room", &inbox, program, 3, 0);
}

#[test]
fn a_folder_that_is_removed_meanwhile_takes_nothing_with_it_but_what_was_in_it() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Status(503));
    let spool = tempfile::tempdir().unwrap();
    let mut program = program(&inbox, spool.path())
        .env("SENTRY_DEBUG", "true")
        .start();
    program.captures(3);
    wait_until("all are kept", || kept(spool.path()) == 3);
    fs::remove_dir_all(spool.path()).unwrap();
    program.captures(2);
    check_arrives("removed", &inbox, program, 5, 1);
}

#[test]
fn a_disk_that_is_well_again_keeps_everything_at_the_end() {
    let inbox = Inbox::start().unwrap();
    inbox.set_fault(Fault::Status(503));
    let folder = tempfile::tempdir().unwrap();
    let spool = folder.path().join("spool");
    for way in [End::Returns, End::IsAskedTo] {
        fs::write(&spool, "no folder can be made here").unwrap();
        let program = program(&inbox, &spool).env("DRAGONFLY_SHUTDOWN_TIMEOUT", "2");
        let asked = inbox.requests();
        let mut program = program.start();
        program.captures(3);
        wait_until("it is sent in vain", || inbox.requests() > asked);
        // sooner than the disk is tried again while the program goes on
        fs::remove_file(&spool).unwrap();
        if way == End::IsAskedTo {
            let id = rustix::process::Pid::from_child(&program.child);
            rustix::process::kill_process(id, Signal::TERM).unwrap();
            program.ends_by_itself();
        } else {
            program.end();
        }
        assert_eq!(kept(&spool), 3, "{way:?}");
        fs::remove_dir_all(&spool).unwrap();
    }
}
