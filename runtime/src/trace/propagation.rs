//! Traces that go on in another process: Sentry's headers, those of the W3C, and variables.

use super::baggage;
use super::context::Context;
use super::now::{self, Ids, Now};
use super::sampling;
use crate::current;
use sentry::protocol::{SpanId, TraceId};
use sentry::{Hub, TransactionOrSpan};
use std::env;
use std::fmt::Write as _;
use std::sync::Arc;

const SENTRY_TRACE: &str = "sentry-trace";
const BAGGAGE: &str = "baggage";
const TRACEPARENT: &str = "traceparent";

/// A trace that began in another process.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Incoming {
    pub(super) trace: TraceId,
    /// The span there.
    pub(super) span: SpanId,
    /// Whether it is sampled, if that was decided.
    pub(super) sampled: Option<bool>,
    /// What Sentry has to know of the whole of it.
    pub(super) baggage: String,
}

impl Incoming {
    /// The trace, and a span of our own in it.
    pub(super) fn ids(&self) -> Ids {
        Ids {
            trace: self.trace,
            span: SpanId::default(),
        }
    }

    /// Whether it is from programs of the same organisation, as far as both sides say theirs: a trace of
    /// others is neither ours to continue nor to have sampled by them.
    fn is_of_us(&self) -> bool {
        let Some(client) = Hub::current().client() else {
            return true;
        };
        let options = client.options();
        let own = baggage::organization(options);
        let theirs = baggage::member(&self.baggage, "org_id");
        may_continue(
            theirs.as_deref(),
            own.as_deref(),
            options.strict_trace_continuation,
        )
    }

    /// Reads `sentry-trace`, or else `traceparent`.
    fn read(sentry: Option<&str>, w3c: Option<&str>, baggage: &str) -> Option<Self> {
        let (trace, span, sampled) = sentry
            .and_then(of_sentry)
            .or_else(|| w3c.and_then(of_w3c))?;
        Some(Self {
            trace,
            span,
            sampled,
            baggage: baggage::of_sentry(baggage),
        })
    }
}

fn may_continue(theirs: Option<&str>, own: Option<&str>, strict: bool) -> bool {
    match (theirs, own) {
        (None, None) => true,
        (Some(theirs), Some(own)) => theirs == own,
        _ => !strict,
    }
}

/// `771a43a4192642f0b136d5159a501700-7aa8b4c1d2e3f405-1`.
fn of_sentry(header: &str) -> Option<(TraceId, SpanId, Option<bool>)> {
    let mut parts = header.trim().splitn(3, '-');
    let (trace, span) = (parts.next()?, parts.next()?);
    let sampled = match parts.next() {
        Some("1") => Some(true),
        Some("0") => Some(false),
        _ => None,
    };
    Some((hexadecimal(trace, 32)?, hexadecimal(span, 16)?, sampled))
}

/// `00-771a43a4192642f0b136d5159a501700-7aa8b4c1d2e3f405-01`.
fn of_w3c(header: &str) -> Option<(TraceId, SpanId, Option<bool>)> {
    let mut parts = header.trim().split('-');
    let version = parts.next().filter(|version| *version != "ff")?;
    if version.len() != 2 {
        return None;
    }
    let (trace, span) = (parts.next()?, parts.next()?);
    let flags = u8::from_str_radix(parts.next()?.get(..2)?, 16).ok()?;
    Some((
        hexadecimal(trace, 32)?,
        hexadecimal(span, 16)?,
        Some(flags & 1 == 1),
    ))
}

/// An identifier of so many digits that is not zero.
fn hexadecimal<T: std::str::FromStr>(text: &str, digits: usize) -> Option<T> {
    let is_one = text.len() == digits
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte != b'0');
    is_one.then(|| text.parse().ok()).flatten()
}

/// The context of a request that came with these headers: what is begun within continues the trace of
/// who sent it, and is sampled if that is. Without headers of a trace, or with none that can be read, a
/// trace of its own begins there, as with those of another organisation of Sentry's (see
/// `ClientOptions::strict_trace_continuation`).
///
/// It takes what iterates over pairs of names and values, such as `&http::HeaderMap`.
///
/// ```
/// use dragonfly::trace;
///
/// let headers = [("sentry-trace", "771a43a4192642f0b136d5159a501700-7aa8b4c1d2e3f405-1")];
/// let sum = trace::continue_from(headers).run(|| 1 + 1);
/// assert_eq!(sum, 2);
/// ```
pub fn continue_from<N, V>(headers: impl IntoIterator<Item = (N, V)>) -> Context
where
    N: AsRef<str>,
    V: AsRef<[u8]>,
{
    let (mut sentry, mut w3c, mut baggage) = (None, None, String::new());
    for (name, value) in headers {
        let is = |known: &str| name.as_ref().eq_ignore_ascii_case(known);
        let text = || std::str::from_utf8(value.as_ref()).ok();
        if is(SENTRY_TRACE) {
            sentry = text().map(str::to_owned).or(sentry);
        } else if is(TRACEPARENT) {
            w3c = text().map(str::to_owned).or(w3c);
        } else if is(BAGGAGE)
            && let Some(text) = text()
        {
            if !baggage.is_empty() {
                baggage.push(',');
            }
            baggage.push_str(text);
        }
    }
    match Incoming::read(sentry.as_deref(), w3c.as_deref(), &baggage) {
        Some(incoming) if incoming.is_of_us() => Context::continuing(incoming),
        _ => Context::current(),
    }
}

/// Makes the trace that this process was started in, by `SENTRY_TRACE` and `SENTRY_BAGGAGE`, the one of
/// this thread.
pub(crate) fn continue_in_this_thread() {
    let read = || {
        let trace = env::var("SENTRY_TRACE").ok()?;
        let baggage = env::var("SENTRY_BAGGAGE").unwrap_or_default();
        Incoming::read(Some(&trace), None, &baggage)
    };
    if let Some(incoming) = read().filter(Incoming::is_of_us) {
        now::replace(Now::Continued);
        now::replace_incoming(Some(Arc::new(incoming)));
    }
}

/// What is active here, as others are told of it.
struct Outgoing {
    trace: TraceId,
    span: SpanId,
    sampled: Option<bool>,
    baggage: String,
}

impl Outgoing {
    fn current() -> Option<Self> {
        if current::is_off() {
            return None;
        }
        let hub = Hub::current();
        if let Now::Sampled | Now::Nothing = now::get()
            && let Some(span) =
                now::live_in(&hub).or_else(|| hub.configure_scope(|scope| scope.get_span()))
        {
            let Ids { trace, span: id } = now::of_span(&span);
            let root = span.get_trace_context();
            return Some(Self {
                trace,
                span: id,
                sampled: sampled_of(&span).map(|yes| yes && sampling::is_told_as_sampled(&root)),
                baggage: baggage::of_root(&root, &hub),
            });
        }
        let ids = now::ids()?;
        let incoming = now::incoming();
        let sampled = match now::get() {
            Now::Unsampled(_) => Some(false),
            _ => incoming.as_ref().and_then(|incoming| incoming.sampled),
        };
        let baggage = match incoming {
            Some(incoming) if !incoming.baggage.is_empty() => incoming.baggage.clone(),
            _ => baggage::of_unsampled(ids.trace, sampled, &hub),
        };
        Some(Self {
            trace: ids.trace,
            span: ids.span,
            sampled,
            baggage,
        })
    }

    fn sentry(&self) -> String {
        let mut header = format!("{}-{}", self.trace, self.span);
        if let Some(sampled) = self.sampled {
            let _ = write!(header, "-{}", u8::from(sampled));
        }
        header
    }

    fn w3c(&self) -> String {
        let flags = u8::from(self.sampled == Some(true));
        format!("00-{}-{}-{flags:02x}", self.trace, self.span)
    }
}

/// The trace of what is captured here: the active one, or else the one of the scope.
pub(crate) fn id_here() -> Option<String> {
    if let Some(ids) = now::ids() {
        return Some(ids.trace.to_string());
    }
    let header = Hub::current()
        .configure_scope(|scope| scope.iter_trace_propagation_headers().next())
        .map(|(_, header)| header)?;
    Some(of_sentry(&header)?.0.to_string())
}

/// As the span's own header says.
fn sampled_of(span: &TransactionOrSpan) -> Option<bool> {
    let (_, header) = span.iter_headers().next()?;
    of_sentry(&header)?.2
}

/// The headers by which another process continues the trace that is active here: `sentry-trace`,
/// `baggage`, `traceparent`. There are none where reporting is off or no trace is active.
///
/// `baggage` holds what is Sentry's alone: where the program has a baggage of its own, join the two by
/// a comma.
///
/// ```
/// use dragonfly::trace;
///
/// for (name, value) in trace::headers() {
///     println!("{name}: {value}");
/// }
/// ```
pub fn headers() -> impl Iterator<Item = (&'static str, String)> {
    Outgoing::current().into_iter().flat_map(|outgoing| {
        [
            (SENTRY_TRACE, outgoing.sentry()),
            (TRACEPARENT, outgoing.w3c()),
            (BAGGAGE, outgoing.baggage),
        ]
    })
}

/// The variables by which a child process continues the trace that is active here: `SENTRY_TRACE` and
/// `SENTRY_BAGGAGE`. `#[dragonfly::main]` reads them.
///
/// ```no_run
/// use dragonfly::trace;
/// use std::process::Command;
///
/// let status = Command::new("import").envs(trace::environment()).status()?;
/// # std::io::Result::Ok(())
/// ```
pub fn environment() -> impl Iterator<Item = (&'static str, String)> {
    Outgoing::current().into_iter().flat_map(|outgoing| {
        [
            ("SENTRY_TRACE", outgoing.sentry()),
            ("SENTRY_BAGGAGE", outgoing.baggage),
        ]
    })
}

#[cfg(test)]
mod tests {
    use super::{Incoming, may_continue, of_sentry, of_w3c};

    const TRACE: &str = "771a43a4192642f0b136d5159a501700";
    const SPAN: &str = "7aa8b4c1d2e3f405";

    #[test]
    fn headers_are_read() {
        let ids = (TRACE.parse().unwrap(), SPAN.parse().unwrap());
        for (header, sampled) in [
            (format!("{TRACE}-{SPAN}"), None),
            (format!(" {TRACE}-{SPAN}-1 "), Some(true)),
            (format!("{TRACE}-{SPAN}-0"), Some(false)),
            (format!("{TRACE}-{SPAN}-x"), None),
        ] {
            assert_eq!(of_sentry(&header), Some((ids.0, ids.1, sampled)));
        }
        for (header, sampled) in [
            (format!("00-{TRACE}-{SPAN}-01"), Some(true)),
            (format!("00-{TRACE}-{SPAN}-02"), Some(false)),
            (format!("cc-{TRACE}-{SPAN}-01-what comes later"), Some(true)),
        ] {
            assert_eq!(of_w3c(&header), Some((ids.0, ids.1, sampled)));
        }
    }

    #[test]
    fn a_trace_of_another_organisation_is_not_continued() {
        for (theirs, own, strict, may) in [
            (None, None, true, true),
            (Some("1"), Some("1"), true, true),
            (Some("1"), Some("2"), false, false),
            (Some("1"), None, false, true),
            (Some("1"), None, true, false),
            (None, Some("2"), true, false),
        ] {
            assert_eq!(may_continue(theirs, own, strict), may, "{theirs:?} {own:?}");
        }
    }

    #[test]
    fn what_is_no_header_is_nothing() {
        let zeros = "0".repeat(32);
        for header in [
            "",
            "-",
            "jane@example.com",
            TRACE,
            &format!("{TRACE}-{}", &SPAN[1..]),
            &format!("{TRACE}é-{SPAN}"),
            &format!("{zeros}-{SPAN}-1"),
            &format!("{TRACE}-{}", &zeros[..16]),
        ] {
            assert_eq!(of_sentry(header), None, "{header}");
            assert_eq!(of_w3c(&format!("00-{header}-01")), None, "{header}");
        }
        for header in [
            format!("ff-{TRACE}-{SPAN}-01"),
            format!("0-{TRACE}-{SPAN}-01"),
            format!("00-{TRACE}-{SPAN}"),
            format!("00-{TRACE}-{SPAN}-é"),
        ] {
            assert_eq!(of_w3c(&header), None, "{header}");
        }
        assert_eq!(Incoming::read(None, None, "sentry-sampled=true"), None);
    }
}
