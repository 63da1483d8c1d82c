//! Panics: reported by a hook around the one that was there before.

use crate::current;
use crate::report::chain::Chain;
use crate::report::stack::{Here, Stack};
#[cfg(feature = "tracing")]
use crate::report::strand::Strand;
use crate::report::view::{ErrorView, Seen};
use crate::report::{Origin, Place, Report, is_reporting, quietly};
use crate::sessions::{End, Verdict};
use std::panic::{self, PanicHookInfo};
use std::sync::{Arc, Once};

static INSTALL: Once = Once::new();

/// Puts our hook before the one that is there, once in a process.
///
/// A panic inside user code that runs for a report (a `Display`, a `before_send`) is caught there,
/// and neither printed nor reported.
pub(crate) fn install_hook() {
    INSTALL.call_once(|| {
        let earlier = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if is_reporting() {
                return;
            }
            earlier(info);
            report(info);
        }));
    });
}

/// Whether an error, such as tokio's `JoinError`, tells of a task that panicked: the panic was reported
/// where it happened.
pub(super) fn is_told_again_by(chain: &Chain) -> bool {
    let tells = |text: &str| {
        let after = text.strip_prefix("task ").unwrap_or_default();
        let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        rest.len() < after.len() && rest.starts_with(" panicked")
    };
    INSTALL.is_completed() && chain.0.iter().any(|link| tells(&link.value))
}

fn report(info: &PanicHookInfo<'_>) {
    if current::is_off() {
        return;
    }
    let marker = 0_u8;
    let here = Here::new(&raw const marker);
    quietly(|| {
        let Some(pipeline) = current::pipeline() else {
            return;
        };
        let Some(audience) = pipeline.audience(Verdict::of_panic()) else {
            return;
        };
        let payload = info.payload();
        let message = payload
            .downcast_ref::<&str>()
            .copied()
            .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
            .unwrap_or("a panic whose payload is no text");
        let view = ErrorView {
            type_name: "panic",
            seen: Seen::Display(&message),
            outside: None,
        };
        let place = info.location().map(|at| Place {
            file: at.file().to_owned(),
            line: at.line(),
            column: at.column(),
        });
        let stack = Arc::new(Stack::of_callers(here));
        let chain = Arc::new(Chain::of(view));
        #[cfg(feature = "tracing")]
        pipeline.open().add_panic(Strand::current(), &chain);
        let mut report = Report::new(Origin::Panic(place), chain, stack);
        report.audience = audience;
        pipeline.report(report);
        if cfg!(panic = "abort") {
            pipeline.finish_run(End::Crashed);
        }
    });
}
