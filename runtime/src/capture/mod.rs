//! The failing thread's part: takes what will be gone later, and hands it to the pipeline.

pub(crate) mod panic;

use crate::current;
use crate::report::bubble::Claimant;
use crate::report::chain::Chain;
use crate::report::site::Site;
use crate::report::stack::Stack;
use crate::report::view::ErrorView;
use crate::report::{Amendment, Origin, Report, is_reporting, quietly};
use std::thread;

/// Reports the `Err` of an annotated function; nothing where reporting is off.
#[cold]
#[inline(never)]
pub(crate) fn error(site: &'static Site, who: Claimant, view: ErrorView<'_>) {
    if current::is_off() || is_reporting() {
        return;
    }
    let marker = 0_u8;
    quietly(|| {
        let Some(pipeline) = current::pipeline() else {
            return;
        };
        let chain = Chain::of(view);
        let stack = Stack::above(&raw const marker);
        let thread = thread::current().id();
        let open = pipeline.open();
        if let Some(id) = open.claim(who, site, thread, &stack, &chain) {
            pipeline.amend(Amendment {
                id,
                chain,
                site,
                who,
            });
            return;
        }
        let origin = match who {
            Claimant::Function => Origin::Functions(vec![site]),
            Claimant::Main => Origin::Main(site),
        };
        let report = Report::new(origin, chain, stack);
        open.add(report.id, site, thread, &report.stack, &report.chain);
        pipeline.report(report);
    });
}
