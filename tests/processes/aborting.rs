//! Built with `panic = "abort"`, a program ends in its first panic: once that is delivered, or kept.

use crate::exits::{BEFORE, program_ends_as_without_us, run_program};
use crate::sessions::World;
use dragonfly::inbox::Fault;
use std::os::unix::process::ExitStatusExt as _;

const PANICS: [&str; 8] = [
    "panic",
    "panic in a thread",
    "panic in a thread alone",
    "panic in a task",
    "panic in a drop",
    "panic while panicking",
    "panic in a hook",
    "resumed unwind",
];

/// The program `exits`, built so.
fn exits() -> String {
    std::env::var("EXITS_ABORTING").expect("`EXITS_ABORTING` names the program")
}

#[test]
fn a_panic_is_delivered_before_it_aborts() {
    let exits = exits();
    for way in PANICS {
        let (now, later, ended) = run_program(&exits, Fault::None, way);
        assert_eq!((now, later), (BEFORE + 1, 0), "{way}: {}", ended.stderr());
        assert_eq!(ended.output.status.signal(), Some(libc::SIGABRT), "{way}");
        program_ends_as_without_us(&exits, way, &ended);
    }
}

#[test]
fn a_panic_is_kept_where_nobody_listens() {
    let exits = exits();
    for way in PANICS {
        let (now, later, ended) = run_program(&exits, Fault::Reset, way);
        assert_eq!((now, later), (0, BEFORE + 1), "{way}: {}", ended.stderr());
        program_ends_as_without_us(&exits, way, &ended);
    }
}

#[test]
fn a_panic_is_a_crash_of_the_run() {
    let exits = exits();
    for fault in [Fault::None, Fault::Reset] {
        for way in PANICS {
            let world = World::new();
            let program = |way: &str| {
                world
                    .program_of(&exits, way)
                    .env("DRAGONFLY_SESSIONS", "true")
            };
            world.inbox.set_fault(fault.clone());
            program(way).run();
            world.inbox.set_fault(Fault::None);
            program("return").run();
            let errors = BEFORE as u64;
            let ends = [("crashed", errors + 1), ("exited", errors)];
            let ends = ends.map(|(end, errors)| (end.to_owned(), errors));
            assert_eq!(world.ends(), ends, "{way}, {fault:?}");
        }
    }
}

#[test]
fn other_ways_out_are_what_they_were() {
    let exits = exits();
    for way in ["return", "code", "exit", "exit in a task", "library"] {
        let more = usize::from(way == "library");
        let (now, later, ended) = run_program(&exits, Fault::None, way);
        assert_eq!((now, later), (BEFORE + more, 0), "{way}");
        assert!(ended.code().is_some(), "{way}");
        program_ends_as_without_us(&exits, way, &ended);
    }
}
