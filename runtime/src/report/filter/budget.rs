//! How many events each function may still make in its minute.

use super::super::site::Site;
use super::Cause;
use sentry::protocol::{Context, Value};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// How many functions are counted at once. Beyond that, those whose minute is over are forgotten, and
/// if there are none, the next function is not limited: what cannot be counted is not left out.
const MOST_SITES: usize = 4096;

/// What functions have made in their minutes, by the address of their site.
#[derive(Debug, Default)]
pub(super) struct Budgets(Mutex<HashMap<usize, Budget>>);

#[derive(Debug)]
struct Budget {
    minute: Instant,
    spent: u32,
    left_out: u64,
    /// When the first of those was left out.
    since: Instant,
}

/// Errors of one function that its limit kept back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) count: u64,
    /// The time from the first of them until now.
    pub(crate) within: Duration,
}

impl LeftOut {
    /// How many, and in how many seconds, as the next event says it.
    pub(crate) fn context(self) -> Context {
        let fields = [
            ("count", Value::from(self.count)),
            ("seconds", Value::from(self.within.as_secs())),
        ];
        Context::Other(fields.map(|(name, value)| (name.to_owned(), value)).into())
    }
}

impl Budgets {
    /// Takes one event out of the function's minute, which starts with its first. Together with the
    /// event goes the count of those that were left out before it.
    pub(super) fn spend(
        &self,
        site: &'static Site,
        most: u32,
        now: Instant,
    ) -> Result<Option<LeftOut>, Cause> {
        let mut budgets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = std::ptr::from_ref(site) as usize;
        if budgets.len() >= MOST_SITES && !budgets.contains_key(&key) {
            budgets.retain(|_, budget| !budget.is_over(now));
            if budgets.len() >= MOST_SITES {
                return Ok(None);
            }
        }
        let budget = budgets.entry(key).or_insert(Budget {
            minute: now,
            spent: 0,
            left_out: 0,
            since: now,
        });
        if budget.is_over(now) {
            budget.minute = now;
            budget.spent = 0;
        }
        if budget.spent >= most {
            if budget.left_out == 0 {
                budget.since = now;
            }
            budget.left_out += 1;
            return Err(Cause::Limited);
        }
        budget.spent += 1;
        let count = std::mem::take(&mut budget.left_out);
        let within = now.saturating_duration_since(budget.since);
        Ok((count > 0).then_some(LeftOut { count, within }))
    }
}

impl Budget {
    fn is_over(&self, now: Instant) -> bool {
        now.saturating_duration_since(self.minute) >= MINUTE
    }
}

#[cfg(test)]
mod tests {
    use super::{Budgets, Cause, LeftOut, MOST_SITES};
    use crate::report::site::{Package, Site};
    use std::time::{Duration, Instant};

    fn site() -> &'static Site {
        let package = Package::default();
        Box::leak(Box::new(Site::new(
            "f",
            || "f",
            "m",
            ("f.rs", 1, 1),
            package,
        )))
    }

    #[test]
    fn what_is_left_out_is_told_by_the_next() {
        let (budgets, site, start) = (Budgets::default(), site(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(budgets.spend(site, 2, at(0)), Ok(None));
        assert_eq!(budgets.spend(site, 2, at(1)), Ok(None));
        assert_eq!(budgets.spend(site, 2, at(2)), Err(Cause::Limited));
        assert_eq!(budgets.spend(site, 2, at(59)), Err(Cause::Limited));
        let left_out = LeftOut {
            count: 2,
            within: Duration::from_secs(58),
        };
        assert_eq!(budgets.spend(site, 2, at(60)), Ok(Some(left_out)));
        assert_eq!(budgets.spend(site, 2, at(61)), Ok(None));
        assert_eq!(budgets.spend(site, 2, at(62)), Err(Cause::Limited));
    }

    #[test]
    fn functions_do_not_share_their_minutes() {
        let (budgets, now) = (Budgets::default(), Instant::now());
        let (one, other) = (site(), site());
        assert_eq!(budgets.spend(one, 1, now), Ok(None));
        assert_eq!(budgets.spend(one, 1, now), Err(Cause::Limited));
        assert_eq!(budgets.spend(other, 1, now), Ok(None));
    }

    #[test]
    fn no_more_is_remembered_than_fits() {
        let (budgets, now) = (Budgets::default(), Instant::now());
        for _ in 0..MOST_SITES + 2 {
            assert_eq!(budgets.spend(site(), 1, now), Ok(None));
        }
        let uncounted = site();
        assert_eq!(budgets.spend(uncounted, 1, now), Ok(None));
        assert_eq!(budgets.spend(uncounted, 1, now), Ok(None));
        let later = now + Duration::from_secs(60);
        assert_eq!(budgets.spend(uncounted, 1, later), Ok(None));
        assert_eq!(budgets.spend(uncounted, 1, later), Err(Cause::Limited));
        assert_eq!(budgets.0.lock().unwrap().len(), 1);
    }
}
