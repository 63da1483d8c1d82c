//! Captures errors, and then ends in the way that the first argument names.
#![expect(unsafe_code, reason = "forks and crashes are what is tested")]

use dragonfly::spool::Destination;
use std::io::{BufRead as _, Write as _};
use std::process::{self, Command, ExitCode};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Errors before the end.
const BEFORE: u32 = 3;
/// Errors that are more than disks keep up with.
const STORM: u32 = 2_000;

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

thread_local! {
    static LOCAL: PanicsWhenDropped = const { PanicsWhenDropped };
}

/// What the hook needs.
static SHARED: Mutex<()> = Mutex::new(());

#[dragonfly::main(before_send = |event| SHARED.lock().is_ok().then_some(event))]
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
        "exit amid captures" => exit_amid_captures(),
        "panic in a thread" => join(thread::spawn(|| panic!("in a thread"))),
        "panic in a thread alone" => {
            let thread = thread::spawn(|| panic!("nobody joins it"));
            while !thread.is_finished() {
                thread::yield_now();
            }
            ExitCode::SUCCESS
        }
        "panic in a task" => in_runtime(async { panic!("in a task") }),
        "panic in a thread-local" => join(thread::spawn(|| LOCAL.with(|_| ()))),
        "panic in a drop" => {
            let _bomb = PanicsWhenDropped;
            ExitCode::SUCCESS
        }
        "panic while panicking" => {
            let _bomb = PanicsWhenDropped;
            panic!("first");
        }
        "panic in a hook" => panic_in_a_hook(),
        "panic under another hook" => panic_under_another_hook(false),
        "panic under another hook, once ours is back" => panic_under_another_hook(true),
        "panic under a hook that calls ours" => panic_under_a_hook_that_calls_ours(),
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
        "use up all memory" => {
            wait_for_disk();
            use_up_memory()
        }
        "kill by itself" => {
            wait_for_disk();
            kill(libc::SIGKILL)
        }
        "exec" => {
            wait_for_disk();
            exec()
        }
        "_exit" => {
            wait_for_disk();
            // SAFETY: it takes a number
            unsafe { libc::_exit(3) }
        }
        "fork" => fork(|| 5),
        "fork and exit" => fork(|| process::exit(5)),
        "fork and SIGTERM" => fork(|| kill(libc::SIGTERM)),
        "fork and abort" => fork(|| process::abort()),
        "fork and init" => fork_and_init(),
        "init twice" => {
            drop(dragonfly::init());
            let second = dragonfly::init!(environment = "second");
            let _ = dragonfly_tests::fail(BEFORE);
            println!("enabled: {}", second.is_enabled());
            ExitCode::SUCCESS
        }
        "library" => {
            dragonfly_tests::of_a_library(BEFORE);
            ExitCode::SUCCESS
        }
        "wait" => wait(),
        "hold and wait" => hold_and_wait(),
        "signal-hook's flag" => signal_hook_flag(),
        "signal-hook's iterator" => signal_hook_iterator(),
        "tokio's handler" => tokio_handler(),
        "ignored" => {
            // SAFETY: no handler runs
            unsafe { libc::signal(libc::SIGTERM, libc::SIG_IGN) };
            wait()
        }
        other => match other.strip_prefix("raise ").map(str::parse) {
            Some(Ok(signal)) => {
                // SAFETY: it takes a number
                unsafe { libc::raise(signal) };
                ExitCode::from(8)
            }
            _ => panic!("no such way: {other}"),
        },
    }
}

fn panic_in_a_hook() -> ! {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        before(info);
        panic!("in the hook");
    }));
    panic!("first");
}

fn panic_under_a_hook_that_calls_ours() -> ! {
    let ours = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| ours(info)));
    drop(dragonfly::init());
    panic!("in main");
}

fn panic_under_another_hook(start_again: bool) -> ! {
    std::panic::set_hook(Box::new(|_| println!("another hook")));
    if start_again {
        drop((dragonfly::init(), dragonfly::init()));
    }
    panic!("in main");
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

/// The child fails, and then ends in a way of its own.
fn fork(end: impl FnOnce() -> u8) -> ExitCode {
    // SAFETY: the child calls nothing that another thread of the parent may hold
    match unsafe { libc::fork() } {
        0 => {
            let _ = dragonfly_tests::fail(100);
            ExitCode::from(end())
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
    // as shells say it
    let code = if libc::WIFSIGNALED(status) {
        128 + libc::WTERMSIG(status)
    } else {
        libc::WEXITSTATUS(status)
    };
    u8::try_from(code).unwrap_or(u8::MAX)
}

/// Until the errors before the end lie in the spool, if there is one.
fn wait_for_disk() {
    let Some(spool) = std::env::var_os("DRAGONFLY_SPOOL").filter(|spool| spool != "off") else {
        return;
    };
    let kept = || {
        let destinations = Destination::all(spool.as_ref());
        destinations.iter().flat_map(Destination::list).count()
    };
    let until = Instant::now() + Duration::from_secs(60);
    while kept() < BEFORE as usize {
        assert!(Instant::now() < until, "nothing is kept");
        thread::sleep(Duration::from_millis(1));
    }
}

fn exit_amid_captures() -> ! {
    static CAPTURED: AtomicU32 = AtomicU32::new(0);
    for first in 1..=2 {
        thread::spawn(move || {
            for n in (first * 1_000_000).. {
                let _ = dragonfly_tests::fail(n);
                CAPTURED.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    while CAPTURED.load(Ordering::Relaxed) < STORM {
        thread::yield_now();
    }
    process::exit(3)
}

/// Asks for more and more, where the system gives little.
fn use_up_memory() -> ! {
    let least = libc::rlimit {
        rlim_cur: 1 << 20,
        rlim_max: 1 << 20,
    };
    // SAFETY: the limit lives as long as the call
    unsafe { libc::setrlimit(libc::RLIMIT_AS, &raw const least) };
    let mut all = Vec::new();
    loop {
        all.push(std::hint::black_box(vec![1_u8; 4096]));
    }
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

fn hold_and_wait() -> ExitCode {
    let held = SHARED.lock();
    say_ready();
    thread::sleep(Duration::from_millis(300));
    drop(held);
    let _ = std::io::stdin().lock().read_line(&mut String::new());
    ExitCode::from(4)
}

/// Which signal the program handles itself: the second argument, a number.
fn handled() -> libc::c_int {
    let number = std::env::args().nth(2).and_then(|text| text.parse().ok());
    number.unwrap_or(libc::SIGTERM)
}

fn fail_when_asked() -> ExitCode {
    let _ = dragonfly_tests::fail(BEFORE);
    ExitCode::from(6)
}

fn signal_hook_flag() -> ExitCode {
    let asked = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(handled(), Arc::clone(&asked)).expect("a handler");
    say_ready();
    while !asked.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(1));
    }
    fail_when_asked()
}

fn signal_hook_iterator() -> ExitCode {
    let mut signals = signal_hook::iterator::Signals::new([handled()]).expect("a handler");
    say_ready();
    let _ = signals.forever().next();
    fail_when_asked()
}

fn tokio_handler() -> ExitCode {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let kind = tokio::signal::unix::SignalKind::from_raw(handled());
        let mut signal = tokio::signal::unix::signal(kind).expect("a handler");
        say_ready();
        signal.recv().await;
        fail_when_asked()
    })
}
