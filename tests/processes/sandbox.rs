//! Systems that refuse a call, as sandboxes do: the program is as it is without us, and nothing is lost that
//! could be kept.
#![expect(unsafe_code, reason = "no safe call makes a sandbox")]

use crate::disks::{kept, wait_until};
use crate::program::Program;
use dragonfly::inbox::Inbox;
use std::io;
use std::os::unix::process::CommandExt as _;

const BURST: &str = env!("CARGO_BIN_EXE_burst");
const ON_DEMAND: &str = env!("CARGO_BIN_EXE_on_demand");

/// One call fails for the program, each time it is made.
fn without(mut program: Program, call: libc::c_long, errno: libc::c_int) -> Program {
    let code = |code: u32| u16::try_from(code).unwrap();
    let step = |code, k, jf| libc::sock_filter { code, jt: 0, jf, k };
    let filter = [
        step(code(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS), 0, 0),
        step(
            code(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K),
            u32::try_from(call).unwrap(),
            1,
        ),
        step(
            code(libc::BPF_RET | libc::BPF_K),
            libc::SECCOMP_RET_ERRNO | errno.unsigned_abs(),
            0,
        ),
        step(
            code(libc::BPF_RET | libc::BPF_K),
            libc::SECCOMP_RET_ALLOW,
            0,
        ),
    ];
    let enter = move || {
        let mut filter = filter;
        let length = 4;
        let program = libc::sock_fprog {
            len: length,
            filter: filter.as_mut_ptr(),
        };
        // SAFETY: it takes numbers, and a filter of that length which lives as long as the call
        let failed = unsafe {
            libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
                || libc::prctl(
                    libc::PR_SET_SECCOMP,
                    libc::SECCOMP_MODE_FILTER,
                    &raw const program,
                ) != 0
        };
        if failed {
            return Err(io::Error::last_os_error());
        }
        Ok(())
    };
    // SAFETY: between `fork` and `exec` it makes only calls that are mere system calls
    unsafe { program.command.pre_exec(enter) };
    program
}

#[test]
fn a_system_that_does_not_say_what_it_is_called_costs_no_report() {
    let inbox = Inbox::start().unwrap();
    let program = Program::new(BURST).arg("3").reporting_to(inbox.dsn());
    let ended = without(program, libc::SYS_uname, libc::EPERM).run();
    assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
    assert_eq!(inbox.events().len(), 3);
}

#[test]
fn without_random_numbers_nothing_is_reported_and_the_program_runs_on() {
    let inbox = Inbox::start().unwrap();
    let program = Program::new(BURST).arg("3").reporting_to(inbox.dsn());
    let ended = without(program, libc::SYS_getrandom, libc::EIO).run();
    let stderr = ended.stderr();
    assert_eq!(
        (ended.code(), ended.stdout()),
        (Some(0), String::new()),
        "{stderr}"
    );
    assert_eq!(
        stderr
            .matches("dragonfly: reporting is off: it panicked as it started")
            .count(),
        1,
        "{stderr}"
    );
}

#[test]
fn a_network_that_is_interrupted_without_end_holds_up_no_disk() {
    let inbox = Inbox::start().unwrap();
    let spool = tempfile::tempdir().unwrap();
    let program = Program::new(ON_DEMAND)
        .reporting_to(inbox.dsn())
        .env("DRAGONFLY_SPOOL", spool.path().to_str().unwrap())
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "1");
    let mut program = without(program, libc::SYS_recvfrom, libc::EINTR).start();
    program.captures(1);
    wait_until("it is on its way", || inbox.requests() > 0);
    program.captures(2);
    wait_until("all are kept", || kept(spool.path()) == 3);
    assert_eq!(program.ended().code(), Some(0));
}
