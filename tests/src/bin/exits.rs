//! Captures errors, and then ends in the way that the first argument names.
#![expect(unsafe_code, reason = "forks and crashes are what is tested")]

use std::io::{BufRead as _, Write as _};
use std::process::{self, Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

/// Errors before the end.
const BEFORE: u32 = 3;

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

#[dragonfly::main]
fn main() -> ExitCode {
    let way = std::env::args().nth(1).unwrap_or_default();
    // a child by `fork` can start anew where no other thread was in the midst of something
    let before = if way == "fork and init" { 0 } else { BEFORE };
    for n in 0..before {
        let _ = dragonfly_tests::fail(n);
    }
    match way.as_str() {
        "return" => ExitCode::SUCCESS,
        "code" => ExitCode::from(7),
        "exit" => process::exit(3),
        "exit in a thread" => join(thread::spawn(|| process::exit(3))),
        "exit in a task" => in_runtime(async { process::exit(3) }),
        "panic" => panic!("in main"),
        "panic in a thread" => join(thread::spawn(|| panic!("in a thread"))),
        "panic in a task" => in_runtime(async { panic!("in a task") }),
        "panic in a drop" => {
            let _bomb = PanicsWhenDropped;
            ExitCode::SUCCESS
        }
        "panic while panicking" => {
            let _bomb = PanicsWhenDropped;
            panic!("first");
        }
        "panic in a hook" => {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                before(info);
                panic!("in the hook");
            }));
            panic!("first");
        }
        "resumed unwind" => {
            let payload = std::panic::catch_unwind(|| panic!("caught")).err();
            std::panic::resume_unwind(payload.unwrap_or_else(|| Box::new(())));
        }
        "abort" => process::abort(),
        "bad access" => {
            // SAFETY: none; it crashes, as it should
            unsafe { std::ptr::without_provenance_mut::<u8>(8).write_volatile(1) };
            ExitCode::SUCCESS
        }
        "stack overflow" => ExitCode::from(deeper(0)),
        "out of memory" => std::alloc::handle_alloc_error(std::alloc::Layout::new::<[u8; 1024]>()),
        "kill by itself" => {
            // 5 ms are enough for an optimised build
            thread::sleep(Duration::from_millis(50));
            kill(libc::SIGKILL)
        }
        "exec" => {
            thread::sleep(Duration::from_millis(50));
            exec()
        }
        "fork" => fork(),
        "fork and init" => fork_and_init(),
        "init twice" => {
            drop(dragonfly::init());
            let second = dragonfly::init!(environment = "second");
            let _ = dragonfly_tests::fail(BEFORE);
            println!("enabled: {}", second.is_enabled());
            ExitCode::SUCCESS
        }
        "wait" => wait(),
        "own handler" => own_handler(),
        "tokio's handler" => tokio_handler(),
        "ignored" => {
            // SAFETY: no handler runs
            unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
            wait()
        }
        other => panic!("no such way: {other}"),
    }
}

fn join(thread: thread::JoinHandle<()>) -> ExitCode {
    ExitCode::from(if thread.join().is_err() { 9 } else { 0 })
}

fn in_runtime(task: impl Future<Output = ()> + Send + 'static) -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let ended = runtime.block_on(async { tokio::spawn(task).await });
    ExitCode::from(if ended.is_err() { 9 } else { 0 })
}

#[expect(unconditional_recursion, reason = "the stack shall overflow")]
fn deeper(depth: u64) -> u8 {
    let here = [depth; 64];
    deeper(std::hint::black_box(&here)[0] + 1) + u8::try_from(here[1]).unwrap_or(1)
}

fn kill(signal: libc::c_int) -> ! {
    // SAFETY: it takes a number
    unsafe { libc::raise(signal) };
    loop {
        thread::park();
    }
}

fn exec() -> ExitCode {
    use std::os::unix::process::CommandExt as _;
    let error = Command::new(std::env::current_exe().expect("this program"))
        .arg("return")
        .exec();
    panic!("{error}");
}

fn fork() -> ExitCode {
    // SAFETY: the child calls nothing that another thread of the parent may hold
    match unsafe { libc::fork() } {
        0 => {
            let _ = dragonfly_tests::fail(100);
            ExitCode::from(5)
        }
        child => {
            let ended = wait_for(child);
            let _ = dragonfly_tests::fail(BEFORE);
            ExitCode::from(ended)
        }
    }
}

fn fork_and_init() -> ExitCode {
    // SAFETY: as above
    match unsafe { libc::fork() } {
        0 => {
            let _guard = dragonfly::init();
            let _ = dragonfly_tests::fail(100);
            ExitCode::from(5)
        }
        child => ExitCode::from(wait_for(child)),
    }
}

fn wait_for(child: libc::pid_t) -> u8 {
    let mut status = 0;
    // SAFETY: the status lives as long as the call
    unsafe { libc::waitpid(child, &raw mut status, 0) };
    u8::try_from(libc::WEXITSTATUS(status)).unwrap_or(u8::MAX)
}

fn say_ready() {
    println!("ready");
    let _ = std::io::stdout().flush();
}

/// Until a line comes.
fn wait() -> ExitCode {
    say_ready();
    let _ = std::io::stdin().lock().read_line(&mut String::new());
    ExitCode::from(4)
}

fn own_handler() -> ExitCode {
    let asked = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(libc::SIGTERM, Arc::clone(&asked)).expect("a handler");
    say_ready();
    while !asked.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(1));
    }
    let _ = dragonfly_tests::fail(BEFORE);
    ExitCode::from(6)
}

fn tokio_handler() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let kind = tokio::signal::unix::SignalKind::terminate();
        let mut terminate = tokio::signal::unix::signal(kind).expect("a handler");
        say_ready();
        terminate.recv().await;
        let _ = dragonfly_tests::fail(BEFORE);
    });
    ExitCode::from(6)
}
