//! The failing thread's part: takes what will be gone later, and hands it to the pipeline.

pub(crate) mod exits;
pub(crate) mod panic;
pub(crate) mod watched;

use crate::current;
use crate::report::bubble::Claimant;
use crate::report::chain::Chain;
use crate::report::passed::{Details, Passed};
use crate::report::site::Site;
use crate::report::stack::Stack;
use crate::report::view::ErrorView;
use crate::report::{Amendment, Origin, Report, is_reporting, quietly};
use std::thread;

/// Reports the `Err` of an annotated function; nothing where reporting is off.
#[cold]
#[inline(never)]
pub(crate) fn error(
    site: &'static Site,
    who: Claimant,
    view: ErrorView<'_>,
    tell: &dyn Fn(&mut Details),
) {
    if current::is_off() {
        return;
    }
    let exit = exits::take(site);
    if is_reporting() {
        return;
    }
    let marker = 0_u8;
    quietly(|| {
        let Some(pipeline) = current::pipeline() else {
            return;
        };
        let chain = Chain::of(view);
        let stack = Stack::above(&raw const marker);
        let mut details = Details::default();
        quietly(|| tell(&mut details)); // what was told before a `Display` panicked is kept
        let step = Passed {
            site,
            exit,
            details,
        };
        let thread = thread::current().id();
        let open = pipeline.open();
        if let Some(id) = open.claim(who, site, thread, &stack, &chain) {
            pipeline.amend(Amendment {
                id,
                chain,
                step,
                who,
            });
            return;
        }
        let origin = match who {
            Claimant::Function => Origin::Functions(vec![step]),
            Claimant::Main => Origin::Main(step),
        };
        let report = Report::new(origin, chain, stack);
        open.add(report.id, site, thread, &report.stack, &report.chain);
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
