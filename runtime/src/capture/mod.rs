//! The failing thread's part: takes what will be gone later, and hands it to the pipeline.

pub(crate) mod exits;
pub(crate) mod panic;
pub(crate) mod watched;

use crate::current;
use crate::quiet::{is_reporting, quietly};
#[cfg(feature = "tracing")]
use crate::report::Log;
use crate::report::bubble::{Claimant, Claimed, Fate, Leaving};
use crate::report::passed::{Details, Passed};
use crate::report::site::Site;
use crate::report::stack::{Floor, Here, Stack};
use crate::report::strand::Strand;
use crate::report::view::ErrorView;
use crate::report::{Amendment, Origin, Report, backtrace};
use std::sync::Arc;

/// Reports the `Err` of an annotated function; nothing where reporting is off.
#[cold]
#[inline(never)]
pub(crate) fn error(
    site: &'static Site,
    who: Claimant,
    view: ErrorView<'_>,
    tell: &dyn Fn(&mut Details),
    floor: Floor,
) {
    if current::is_off() {
        return;
    }
    let exit = exits::take(site);
    if is_reporting() {
        return;
    }
    let marker = 0_u8;
    let here = Here::new(&raw const marker).above(floor);
    quietly(|| {
        let Some(pipeline) = current::pipeline() else {
            return;
        };
        let Some(chain) = pipeline.filter().chain_of(view).map(Arc::new) else {
            return;
        };
        if panic::is_told_again_by(&chain) {
            return;
        }
        let leaving = Leaving {
            who,
            site,
            exit,
            strand: Strand::current(),
            chain: &chain,
        };
        let open = pipeline.open();
        let mut claimed = None;
        let stack = Stack::if_wanted(here, |call| {
            claimed = open.claim(&leaving, call);
            claimed.is_none()
        });
        let stack = Arc::new(stack.unwrap_or_default());
        let claimed = claimed.or_else(|| open.claim_from_elsewhere(&leaving, &stack));
        let step = || {
            let mut details = Details::default();
            quietly(|| tell(&mut details)); // what was told before a `Display` panicked is kept
            Passed {
                site,
                exit,
                details,
            }
        };
        if let Some(Claimed { fate, is_told }) = claimed {
            if let Fate::Reported(id) = fate {
                let mut step = step();
                if !is_told {
                    step.details.answer(&chain);
                }
                pipeline.amend(Amendment {
                    id,
                    chain,
                    is_told,
                    step,
                    who,
                });
            }
            return;
        }
        let Some((audience, left_out)) = pipeline.admit(site) else {
            open.add(Fate::LeftOut, &leaving, &stack);
            return;
        };
        let origin = match who {
            Claimant::Function => Origin::Functions(vec![step()]),
            Claimant::Main => Origin::Main(step()),
        };
        let mut report = Report::new(origin, Arc::clone(&chain), stack);
        report.backtrace = view.outside.and_then(backtrace::text_of);
        report.left_out = left_out;
        report.audience = audience;
        #[cfg(feature = "tracing")]
        {
            let event_id = open.take_log(leaving.strand, &chain);
            report.log = event_id.map(|id| Box::new(Log::Event(id)));
        }
        open.add(Fate::Reported(report.id), &leaving, &report.stack);
        pipeline.report(report);
    });
}

/// Whether an error is expected; a question that panics counts as no, and where reporting is off
/// nobody asks. What is expected leaves no note behind.
#[cold]
#[inline(never)]
pub(crate) fn is_expected(site: &'static Site, ask: &dyn Fn() -> bool) -> bool {
    if current::is_off() {
        return true;
    }
    let expected = quietly(ask).unwrap_or(false);
    if expected {
        exits::take(site);
    }
    expected
}
