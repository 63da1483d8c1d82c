//! Panics: reported by a hook around the one that was there before.

use crate::current;
use crate::quiet::{is_reporting, quietly};
use crate::report::chain::Chain;
use crate::report::stack::{Here, Stack};
#[cfg(feature = "tracing")]
use crate::report::strand::Strand;
use crate::report::view::{ErrorView, Seen};
use crate::report::{Origin, Place, Report};
use crate::sessions::{End, Verdict};
use std::cell::Cell;
use std::panic::{self, PanicHookInfo};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Send + Sync>;

/// Held by the thread that changes hooks: two at once would lose one.
static CHANGING: Mutex<()> = Mutex::new(());
/// The address of our outermost hook; 0 once it was dropped, as another may get the same.
static OURS: AtomicUsize = AtomicUsize::new(0);
/// Whether a panic came to our hook: none does where another one took its place.
static CAME: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// Whether a hook of ours further in has reported the panic in hand.
    static REPORTED: Cell<bool> = const { Cell::new(false) };
}

/// Puts our hook before the one that is there, unless that is ours.
///
/// Another one may have taken its place since, and need not call it: those of `color-eyre` and `miette` do not.
///
/// A panic inside user code that runs for a report (a `Display`, a `before_send`) is caught there,
/// and neither printed nor reported.
pub(crate) fn install_hook() {
    // the standard library refuses while this thread panics
    let Some(_alone) = CHANGING.try_lock().ok().filter(|_| !thread::panicking()) else {
        return;
    };
    let earlier = panic::take_hook();
    let hook = if address(&earlier) == OURS.load(Ordering::Relaxed) {
        earlier
    } else {
        around(earlier)
    };
    OURS.store(address(&hook), Ordering::Relaxed);
    panic::set_hook(hook);
}

fn address(hook: &Hook) -> usize {
    ptr::from_ref(&**hook).addr()
}

/// What a hook of ours holds.
struct InPlace;

impl Drop for InPlace {
    fn drop(&mut self) {
        OURS.store(0, Ordering::Relaxed);
    }
}

fn around(earlier: Hook) -> Hook {
    let in_place = InPlace;
    Box::new(move |info| {
        let _ = &in_place;
        if is_reporting() {
            return;
        }
        CAME.store(true, Ordering::Relaxed);
        REPORTED.set(false);
        earlier(info);
        if !REPORTED.replace(true) {
            let at = info.location().map(|at| Place {
                file: at.file().to_owned(),
                line: at.line(),
                column: at.column(),
            });
            report(text(info), at);
        }
    })
}

fn text<'a>(info: &'a PanicHookInfo<'_>) -> &'a str {
    let payload = info.payload();
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic whose payload is no text")
}

/// Reports the panic that unwinds `main`, if none came to our hook; its text and place are not to be had.
pub(crate) fn report_unseen() {
    if thread::panicking() && !CAME.load(Ordering::Relaxed) {
        report("a panic that only another panic hook was told of", None);
    }
}

/// Whether an error, such as tokio's `JoinError`, tells of a task that panicked: the panic was reported
/// where it happened.
pub(super) fn is_told_again_by(chain: &Chain) -> bool {
    let tells = |text: &str| {
        let after = text.strip_prefix("task ").unwrap_or_default();
        let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        rest.len() < after.len() && rest.starts_with(" panicked")
    };
    CAME.load(Ordering::Relaxed) && chain.0.iter().any(|link| tells(&link.value))
}

fn report(message: &str, at: Option<Place>) {
    if current::is_off() {
        return;
    }
    let marker = 0_u8;
    let here = Here::new(&raw const marker);
    quietly(|| {
        let Some(pipeline) = current::pipeline() else {
            return;
        };
        if pipeline.filter().ignores_panic(message) {
            return;
        }
        let Some(audience) = pipeline.audience(Verdict::of_panic()) else {
            return;
        };
        let view = ErrorView {
            type_name: "panic",
            seen: Seen::Display(&message),
            outside: None,
        };
        let stack = Arc::new(Stack::of_callers(here));
        let chain = Arc::new(Chain::of(view));
        #[cfg(feature = "tracing")]
        pipeline.open().add_panic(Strand::current(), &chain);
        let mut report = Report::new(Origin::Panic(at), chain, stack);
        report.audience = audience;
        pipeline.report(report);
        if cfg!(panic = "abort") {
            pipeline.finish_run(End::Crashed);
        }
    });
}
