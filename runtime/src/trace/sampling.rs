//! Whether a trace is sampled: decided once, where it begins.

use super::chance;
use super::now::{self, Now};
use crate::current;
use crate::options::Sampler;
use crate::quiet::quietly;
use crate::report::Audience;
use crate::say;
use sentry::protocol::{TraceContext, TraceId};
use sentry::{TracesSampler, TracesSamplingStrategy, TransactionContext};
use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a transaction says how many others it stands for; Sentry extrapolates by it.
pub(crate) const RATE: &str = "sentry.sample_rate";

/// By this a transaction of ours is known to the sampler that it passes.
const OURS: &str = "dragonfly";

/// The program's rate, times 2^32; or that it must be asked for.
static QUICK: AtomicU64 = AtomicU64::new(ASK);
const ASK: u64 = u64::MAX;
const ONE: f64 = 4_294_967_296.0;

/// Whether anybody else begins transactions: then ours may have a parent that only the scope knows.
static OTHERS: AtomicBool = AtomicBool::new(false);

#[inline]
pub(super) fn others_trace() -> bool {
    OTHERS.load(Ordering::Relaxed)
}

/// Makes the rate the whole program's, if there is but one.
pub(crate) fn of_program(strategy: &TracesSamplingStrategy) {
    let threshold = match strategy {
        TracesSamplingStrategy::FixedRate(rate) => threshold(*rate),
        TracesSamplingStrategy::Disabled => 0,
        _ => ASK,
    };
    let quick = if others_trace() { ASK } else { threshold };
    QUICK.store(quick, Ordering::Relaxed);
}

/// Where more than one pipeline is up, each has its own.
pub(crate) fn ask_each() {
    QUICK.store(ASK, Ordering::Relaxed);
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of 2^32"
)]
fn threshold(rate: f32) -> u64 {
    (f64::from(rate.clamp(0.0, 1.0)) * ONE) as u64
}

/// What the program's rate says of the next trace; `None` if it must be asked for.
#[inline]
fn quick_decision() -> Option<bool> {
    let threshold = QUICK.load(Ordering::Relaxed);
    NEXT.try_with(|next| Next::decide(next, threshold))
        .unwrap_or(Some(false))
}

/// The next trace of this thread that is sampled. How many come before it is drawn at once, so that they only
/// count down.
#[derive(Clone, Copy)]
struct Next {
    /// Of which share.
    threshold: u64,
    /// How many are not sampled before it.
    before: u64,
    /// How many there were when it was drawn.
    drawn: u64,
    /// How many were not sampled that the server has not been told of.
    passed: u64,
}

impl Next {
    const UNKNOWN: Self = Self {
        threshold: ASK,
        before: 0,
        drawn: 0,
        passed: 0,
    };

    /// Whether the trace that begins is it.
    #[inline]
    fn decide(next: &Cell<Self>, threshold: u64) -> Option<bool> {
        let known = next.get();
        if known.threshold != threshold || known.before == 0 {
            return Self::decide_slowly(next, threshold);
        }
        next.set(Self {
            before: known.before - 1,
            ..known
        });
        Some(false)
    }

    #[cold]
    #[inline(never)]
    fn decide_slowly(next: &Cell<Self>, threshold: u64) -> Option<bool> {
        if threshold == ASK {
            return None;
        }
        let known = next.get();
        let mut drawn = if known.threshold == threshold {
            known.before
        } else {
            failures(threshold)
        };
        let sampled = drawn == 0;
        if sampled {
            drawn = failures(threshold);
        }
        next.set(Self {
            threshold,
            before: if sampled { drawn } else { drawn - 1 },
            drawn,
            passed: known.passed + (known.drawn - known.before),
        });
        Some(sampled)
    }
}

/// Counts a trace that is not sampled, for the server to be told with the next one that is: nothing is sent for
/// its sake.
pub(super) fn pass_over() {
    let _ = NEXT.try_with(|next| {
        let known = next.get();
        let passed = known.passed + 1;
        next.set(Next { passed, ..known });
    });
}

/// How many were counted on this thread since this was asked.
fn take_passed() -> u64 {
    let taken = NEXT.try_with(|next| {
        next.replace(Next {
            passed: 0,
            ..next.get()
        })
    });
    taken.map_or(0, |known| known.passed)
}

/// How often chance says no before it says yes: by the geometric distribution, inverted.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "shares, and a count that saturates"
)]
fn failures(threshold: u64) -> u64 {
    let share = threshold as f64 / ONE;
    if share >= 1.0 {
        return 0;
    }
    let number = ((chance::number() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64;
    (number.ln() / (-share).ln_1p()).abs() as u64 // endless where the share is none
}

fn by_chance(rate: f32) -> bool {
    chance::number() >> 32 < threshold(rate)
}

/// What can be said of a new span without a look at the scope.
pub(super) enum FirstSight {
    /// Nothing is to be timed: reporting is off, or its trace is not sampled.
    Idle,
    /// It begins a trace that is not sampled.
    Unsampled,
    /// Nothing, but perhaps that it begins a trace that is sampled.
    Unknown(Option<bool>),
}

#[inline]
pub(super) fn at_first_sight() -> FirstSight {
    if current::is_off() {
        return FirstSight::Idle;
    }
    match now::get() {
        Now::Unsampled(_) => FirstSight::Idle,
        Now::Nothing => match quick_decision() {
            Some(false) => FirstSight::Unsampled,
            decided => FirstSight::Unknown(decided),
        },
        _ => FirstSight::Unknown(None),
    }
}

/// Says of a transaction that only Spotlight gets it. It leaves without.
pub(super) const COPY: &str = "dragonfly.copy";

/// Traces that somebody else began, and that the server gets while Spotlight gets all: the client is told
/// that all are sampled. Of so many, the oldest is forgotten.
static FOR_SERVER: Mutex<VecDeque<TraceId>> = Mutex::new(VecDeque::new());
const MOST_TRACES: usize = 4096;

/// That a trace is sampled, and how.
pub(super) struct Sampled {
    pub(super) rate: f32,
    pub(super) audience: Audience,
}

/// Whether it says nothing yet that a trace is not sampled elsewhere: the program's function has the last
/// word, or Spotlight gets it.
pub(super) fn may_begin_unsampled() -> bool {
    current::pipeline().is_some_and(|pipeline| {
        let strategy = pipeline.traces();
        pipeline.copies_all() || matches!(strategy, Some(TracesSamplingStrategy::Function(_)))
    })
}

/// Whether traces that the server does not want are begun all the same.
fn copies_all() -> bool {
    current::pipeline().is_some_and(|pipeline| pipeline.copies_all())
}

/// The rate of all traces that begin here, if there is but one.
pub(super) fn fixed_rate() -> Option<f32> {
    match current::pipeline()?.traces()? {
        TracesSamplingStrategy::FixedRate(rate) => Some(*rate),
        _ => None,
    }
}

/// Whether and by which rate a new trace is sampled; what was decided stays so. Of one that began elsewhere, the
/// number that was drawn there decides.
pub(super) fn decide(
    context: &TransactionContext,
    decided: Option<bool>,
    drawn: Option<f64>,
) -> Option<Sampled> {
    let pipeline = current::pipeline()?;
    let by_chance = |rate| drawn.map_or_else(|| by_chance(rate), |number| number < rate.into());
    let (rate, sampled) = match pipeline.traces()? {
        TracesSamplingStrategy::FixedRate(rate) => {
            (*rate, decided.unwrap_or_else(|| by_chance(*rate)))
        }
        TracesSamplingStrategy::Function(sampler) => {
            let rate = sampler(context);
            (rate, by_chance(rate))
        }
        _ => (0.0, false),
    };
    let audience = if sampled {
        pipeline.leave_out_traces(take_passed());
        Audience::All
    } else {
        pass_over();
        if !pipeline.copies_all() {
            return None;
        }
        Audience::Spotlight
    };
    Some(Sampled { rate, audience })
}

/// Says of a transaction who gets it.
pub(super) fn address(transaction: &sentry::Transaction, audience: Audience) {
    if audience == Audience::Spotlight {
        transaction.set_data(COPY, true.into());
    }
}

/// Takes off what was said; of a transaction that somebody else began, what was decided.
pub(super) fn audience_of(trace: &mut TraceContext, copies_all: bool) -> Audience {
    let is_copy = trace.data.remove(COPY).is_some();
    let is_ours = trace.data.contains_key(RATE);
    if is_copy || !is_ours && copies_all && !is_for_server(trace.trace_id) {
        Audience::Spotlight
    } else {
        Audience::All
    }
}

/// Whether the server gets a trace that is sampled; others go by that, too.
pub(super) fn is_told_as_sampled(trace: &TraceContext) -> bool {
    audience_of(&mut trace.clone(), copies_all()) == Audience::All
}

fn is_for_server(trace: TraceId) -> bool {
    let known = FOR_SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    known.contains(&trace)
}

fn remember_for_server(trace: TraceId) {
    let mut known = FOR_SERVER.lock().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= MOST_TRACES {
        known.pop_front();
    }
    known.push_back(trace);
}

/// The program's function, held in check: where it panics or gives no rate, what was decided elsewhere counts, or
/// else the program's rate. A span that begins within it is none.
pub(crate) fn asking(sampler: Sampler, otherwise: f32) -> Arc<TracesSampler> {
    thread_local! {
        static ASKING: Cell<bool> = const { Cell::new(false) };
    }
    Arc::new(move |context| {
        if ASKING
            .try_with(|asking| asking.replace(true))
            .unwrap_or(true)
        {
            return 0.0;
        }
        let rate = quietly(|| sampler(context));
        let _ = ASKING.try_with(|asking| asking.set(false));
        let wrong = match rate {
            Some(rate) if (0.0..=1.0).contains(&rate) => return rate,
            Some(_) => "gave no number from 0 to 1",
            None => "panicked",
        };
        say::once(&format!(
            "`traces_sampler` {wrong}: `traces_sample_rate` counts where it does"
        ));
        context.sampled().map_or(otherwise, f32::from)
    })
}

/// Tells the sampler below that all is decided.
pub(crate) fn mark(context: &mut TransactionContext) {
    context.set_sampled(true);
    context.custom_insert(OURS.to_owned(), true.into());
}

/// The same strategy for the client, which notices whether anybody else begins transactions. Where Spotlight
/// gets all of them, all are sampled, and it is remembered which of them the server gets.
pub(crate) fn noticing(
    strategy: &TracesSamplingStrategy,
    copies_all: bool,
) -> TracesSamplingStrategy {
    let strategy = strategy.clone();
    TracesSamplingStrategy::Function(Arc::new(move |context| {
        if context
            .custom()
            .is_some_and(|custom| custom.contains_key(OURS))
        {
            return 1.0;
        }
        OTHERS.store(true, Ordering::Relaxed);
        QUICK.store(ASK, Ordering::Relaxed);
        // a trace is sampled as a whole
        if now::is_unsampled() {
            return 0.0;
        }
        let rate = match &strategy {
            TracesSamplingStrategy::FixedRate(rate) => context.sampled().map_or(*rate, f32::from),
            TracesSamplingStrategy::Function(sampler) => sampler(context),
            _ => 0.0,
        };
        if !copies_all {
            return rate;
        }
        if by_chance(rate) {
            remember_for_server(context.trace_id());
        }
        1.0
    }))
}

thread_local! {
    static NEXT: Cell<Next> = const { Cell::new(Next::UNKNOWN) };
}

#[cfg(test)]
mod tests {
    use super::{ASK, Next, by_chance, threshold};
    use std::cell::Cell;

    const COUNT: u32 = 100_000;

    /// Whether so many of a count are that share, but for chance; of a tenth that is expected, there may be two.
    fn is_met(share: f64, found: usize, count: u32) -> bool {
        let expected = share * f64::from(count);
        let deviation = (expected * (1.0 - share)).sqrt();
        (f64::from(u32::try_from(found).unwrap()) - expected).abs() <= 5.0 * deviation + 5.0
    }

    /// What is sampled of so many traces.
    fn traces(rate: f32) -> Vec<bool> {
        let next = Cell::new(Next::UNKNOWN);
        let decide = |_| Next::decide(&next, threshold(rate)).unwrap();
        (0..COUNT).map(decide).collect()
    }

    #[test]
    fn shares_are_met() {
        for rate in [0.0_f32, 1e-6, 0.01, 0.1, 0.5, 0.999, 1.0] {
            let sampled = traces(rate).into_iter().filter(|sampled| *sampled).count();
            assert!(is_met(rate.into(), sampled, COUNT), "{rate}: {sampled}");
            let sampled = (0..COUNT).filter(|_| by_chance(rate)).count();
            assert!(
                is_met(rate.into(), sampled, COUNT),
                "{rate}, one by one: {sampled}"
            );
        }
        assert!(!is_met(0.1, 11_000, COUNT), "nothing is off");
    }

    /// What was decided of one trace says nothing of the next.
    #[test]
    fn each_is_decided_anew() {
        for rate in [0.1_f32, 0.5] {
            let sampled = traces(rate);
            let pairs = sampled.chunks_exact(2);
            let both = pairs.filter(|pair| pair[0] && pair[1]).count();
            let share = f64::from(rate) * f64::from(rate);
            assert!(is_met(share, both, COUNT / 2), "{rate}: {both} pairs");
        }
    }

    #[test]
    fn each_that_is_not_sampled_is_counted_once() {
        for rates in [[0.1, 0.1], [0.01, 0.5]] {
            let next = Cell::new(Next::UNKNOWN);
            let mut expected = 0;
            for number in 0..COUNT {
                let rate = rates[usize::from(number >= COUNT / 2)];
                match Next::decide(&next, threshold(rate)) {
                    Some(true) => assert_eq!(next.get().passed, expected),
                    _ => expected += 1,
                }
            }
        }
    }

    #[test]
    fn a_rate_that_changed_counts_at_once() {
        let next = Cell::new(Next::UNKNOWN);
        let decide = |rate| Next::decide(&next, threshold(rate));
        assert_eq!(decide(0.0), Some(false));
        assert_eq!(decide(1.0), Some(true));
        assert_eq!(decide(0.0), Some(false));
        assert_eq!(Next::decide(&next, ASK), None);
    }
}
