//! The dynamic sampling context: what Sentry has to know of a whole trace to sample, and to extrapolate.
//! It goes along as `baggage`, and heads the envelope of each transaction.

use super::sampling;
use super::span::HTTP_ROUTE;
use crate::app;
use crate::integrations::anonymous;
use crate::report::Audience;
use sentry::protocol::{
    Context, EnvelopeHeaders, EnvelopeItem, TraceContext, TraceId, Transaction,
};
use sentry::{Client, ClientOptions, Envelope, Hub};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;
use std::io::Write as _;

/// Where a transaction that is not done has its baggage; it leaves without.
const KEPT: &str = "dragonfly.baggage";

const PREFIX: &str = "sentry-";

/// The longest baggage that is taken, as the W3C has it.
const LONGEST: usize = 8192;

/// The members of a baggage that are Sentry's; none of one that is too long to be passed on.
pub(super) fn of_sentry(header: &str) -> String {
    if header.len() > LONGEST {
        return String::new();
    }
    let members = header.split(',').map(str::trim);
    let ours: Vec<&str> = members
        .filter(|member| member.starts_with(PREFIX) && member.contains('='))
        .collect();
    ours.join(",")
}

/// One of Sentry's members.
pub(super) fn member(baggage: &str, key: &str) -> Option<String> {
    members(baggage)
        .find(|(name, _)| *name == key)
        .map(|(_, value)| value)
}

fn members(baggage: &str) -> impl Iterator<Item = (&str, String)> {
    baggage.split(',').filter_map(|member| {
        let (key, value) = member.strip_prefix(PREFIX)?.split_once('=')?;
        Some((key, unescape(value)))
    })
}

/// Whose the program's events are, where its DSN or its options say so.
pub(super) fn organization(options: &ClientOptions) -> Option<String> {
    let of_dsn = || options.dsn.as_ref()?.org_id();
    options.org_id.or_else(of_dsn).map(|own| own.to_string())
}

/// The baggage of a trace that begins here.
pub(super) fn new(
    trace: TraceId,
    name: Option<&str>,
    rate: Option<f32>,
    sampled: Option<bool>,
    client: &Client,
) -> String {
    let options = client.options();
    let mut baggage = format!("{PREFIX}trace_id={trace}");
    let mut add = |key: &str, value: &str| {
        let _ = write!(baggage, ",{PREFIX}{key}=");
        escape(value, &mut baggage);
    };
    let server = options.dsn.as_ref().filter(|dsn| !app::is_nowhere(dsn));
    if let Some(dsn) = server {
        add("public_key", dsn.public_key());
    }
    if let Some(organization) = organization(options) {
        add("org_id", &organization);
    }
    if let Some(release) = &options.release {
        add("release", release);
    }
    if let Some(environment) = &options.environment {
        add("environment", environment);
    }
    if let Some(name) = name {
        add("transaction", name);
    }
    if let Some(rate) = rate {
        let rate = rate.to_string();
        add("sample_rate", &rate);
        if let Some(sampled) = sampled {
            add("sample_rand", &sample_rand(trace, &rate, sampled));
        }
    }
    if let Some(sampled) = sampled {
        add("sampled", &sampled.to_string());
    }
    baggage
}

/// A number from 0 to 1 that is below the rate if the trace is sampled, and only then: who samples further on by a
/// rate of its own asks whether it is below that, so that one trace is sampled by all or by none. It follows from
/// the trace's name, since nobody need be told of it before the decision.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a million"
)]
fn sample_rand(trace: TraceId, rate: &str, sampled: bool) -> String {
    const ALL: u32 = 1_000_000;

    let rate: f64 = rate.parse().unwrap_or_default(); // as others read it
    let chance = u32::from_str_radix(&trace.to_string()[..8], 16).unwrap_or_default();
    let mut below = (rate * f64::from(ALL)).ceil() as u32;
    if below > 0 && f64::from(below - 1) / f64::from(ALL) >= rate {
        below -= 1; // the product was rounded up
    }
    let within = if sampled {
        0..below.max(1)
    } else {
        below.min(ALL - 1)..ALL
    };
    let share = (u64::from(chance) * u64::from(within.end - within.start)) >> 32;
    format!("0.{:06}", u64::from(within.start) + share)
}

/// The number that who began the trace drew for it.
pub(super) fn drawn(baggage: &str) -> Option<f64> {
    let number = member(baggage, "sample_rand")?.parse().ok()?;
    (0.0..1.0).contains(&number).then_some(number)
}

/// The baggage of a trace that has no transaction here.
pub(super) fn of_unsampled(trace: TraceId, sampled: Option<bool>, hub: &Hub) -> String {
    let rate = sampled.and_then(|_| sampling::fixed_rate());
    hub.client()
        .map(|client| new(trace, None, rate, sampled, &client))
        .unwrap_or_default()
}

/// The baggage of a trace whose first span here is this.
pub(super) fn of_root(root: &TraceContext, hub: &Hub) -> String {
    match root.data.get(KEPT) {
        Some(Value::String(kept)) => kept.clone(),
        _ => of_unsampled(root.trace_id, None, hub),
    }
}

/// Keeps a baggage with its transaction.
pub(super) fn keep(transaction: &sentry::Transaction, baggage: String) {
    transaction.set_data(KEPT, baggage.into());
}

fn escape(value: &str, out: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte));
            }
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}

/// Undoes it; what is no escape stays.
fn unescape(value: &str) -> String {
    if !value.contains('%') {
        return value.to_owned();
    }
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The envelope of a transaction, as the server is to have it.
pub(crate) enum Completed {
    /// A transaction alone, in JSON, for which `Transaction` has no place for all of it.
    Alone(EnvelopeHeaders, Vec<u8>),
    /// With what a program put beside it.
    Among(Envelope),
}

/// Heads a transaction by its baggage, and adds its build, how it came by its name, and whom it affected where the
/// program says nothing of that; says who gets it. The client would say of one of ours that it stands for itself
/// alone, as it was told that it is sampled.
pub(crate) fn complete(
    envelope: Envelope,
    user: Option<&str>,
    dist: Option<&str>,
    copies_all: bool,
) -> (Completed, Audience) {
    let (mut audience, mut source) = (Audience::All, None);
    let mut headers = envelope.headers().clone();
    let mut items: Vec<EnvelopeItem> = envelope.into_items().collect();
    for item in &mut items {
        let EnvelopeItem::Transaction(transaction) = item else {
            continue;
        };
        if let Some(Context::Trace(trace)) = transaction.contexts.get_mut("trace") {
            audience = sampling::audience_of(trace, copies_all);
            source = source_of_name(trace);
        }
        if transaction.user.is_none() {
            transaction.user = user.map(str::to_owned).map(anonymous);
        }
        if let Some(headed) = take(transaction).and_then(|baggage| headed_by(&baggage)) {
            headers = headed.with_event_id(transaction.event_id);
        }
    }
    if let [EnvelopeItem::Transaction(transaction)] = &items[..]
        && let Some(json) = with_more(transaction, source, dist)
    {
        return (Completed::Alone(headers, json), audience);
    }
    let mut envelope = Envelope::new().with_headers(headers);
    for item in items {
        envelope.add_item(item);
    }
    (Completed::Among(envelope), audience)
}

/// How one of ours came by its name: by none of them is it a path, which holds anything.
fn source_of_name(trace: &TraceContext) -> Option<&'static str> {
    let has = |key: &str| trace.data.contains_key(key);
    has(sampling::RATE).then(|| if has(HTTP_ROUTE) { "route" } else { "custom" })
}

/// The JSON of a transaction, with what `Transaction` has no place for.
fn with_more(
    transaction: &Transaction<'_>,
    source: Option<&str>,
    dist: Option<&str>,
) -> Option<Vec<u8>> {
    let source = source.map(|source| ("transaction_info", json!({ "source": source })));
    let dist = dist.map(|dist| ("dist", dist.into()));
    let mut payload = serde_json::to_vec(transaction).ok()?;
    for (name, value) in source.into_iter().chain(dist) {
        payload.pop(); // the brace
        let _ = write!(payload, ",\"{name}\":{value}}}"); // memory takes it
    }
    Some(payload)
}

/// Takes what a transaction keeps for itself from the trace of an event within it.
pub(crate) fn without_own_data(trace: &mut TraceContext) {
    trace.data.remove(sampling::COPY);
    trace.data.remove(KEPT);
    trace.data.remove(sampling::RATE);
}

fn take(transaction: &mut Transaction<'static>) -> Option<String> {
    let Some(Context::Trace(trace)) = transaction.contexts.get_mut("trace") else {
        return None;
    };
    match trace.data.remove(KEPT) {
        Some(Value::String(baggage)) => Some(baggage),
        _ => None,
    }
}

fn headed_by(baggage: &str) -> Option<EnvelopeHeaders> {
    let members = members(baggage);
    let trace: Map<String, Value> = members
        .map(|(key, value)| (key.to_owned(), Value::String(value)))
        .collect();
    serde_json::from_value(json!({ "trace": trace })).ok()
}

#[cfg(test)]
mod tests {
    use super::{drawn, escape, headed_by, member, of_sentry, sample_rand, unescape};

    #[test]
    fn what_is_escaped_is_what_it_was() {
        for text in ["", "shop@1.0", "a,b=c;d %41", "größer", "100%"] {
            let mut escaped = String::new();
            escape(text, &mut escaped);
            assert!(!escaped.contains([',', '=', ';', ' ']), "{escaped}");
            assert_eq!(unescape(&escaped), text);
        }
        assert_eq!(unescape("a%4"), "a%4");
        assert_eq!(unescape("%zz%"), "%zz%");
    }

    #[test]
    fn others_members_are_not_ours_to_pass_on() {
        let header = "tenant=acme, sentry-sampled=true ,sentry-release=a%401;p=1,sentry-";
        let ours = of_sentry(header);
        assert_eq!(ours, "sentry-sampled=true,sentry-release=a%401;p=1");
        assert_eq!(member(&ours, "sampled").as_deref(), Some("true"));
        assert_eq!(member(&ours, "org_id"), None);
        assert_eq!(of_sentry(&header.repeat(200)), "");
    }

    #[test]
    fn a_trace_is_sampled_if_its_number_is_below_the_rate() {
        for rate in [1e-6_f32, 0.07, 0.1, 0.3, 0.5, 0.7, 0.999, 0.999_999, 1.0] {
            let rate = rate.to_string();
            for first in [0, 1, 0x7fff_ffff_u32, 0x8000_0000, u32::MAX] {
                let trace = format!("{first:08x}{}", "7".repeat(24)).parse().unwrap();
                for sampled in [true, false] {
                    let number = sample_rand(trace, &rate, sampled);
                    assert_eq!(number.len(), "0.123456".len());
                    let number = drawn(&format!("sentry-sample_rand={number}")).unwrap();
                    let is_below = number < rate.parse().unwrap();
                    // where all are sampled, there is no number of one that is not
                    assert_eq!(is_below, sampled || rate == "1", "{rate} {number}");
                }
            }
        }
        assert_eq!(drawn("sentry-sample_rand=1.0"), None);
        assert_eq!(drawn("sentry-sample_rand=much"), None);
        assert_eq!(drawn("sentry-sampled=true"), None);
    }

    #[test]
    fn an_envelope_is_headed_by_what_can_be_read() {
        let trace = "sentry-trace_id=771a43a4192642f0b136d5159a501700";
        let good = headed_by(&format!("{trace},sentry-sample_rate=0.1,sentry-new=x"));
        let written = serde_json::to_value(good.unwrap()).unwrap();
        assert_eq!(written["trace"]["sample_rate"], "0.1");
        assert!(headed_by(&format!("{trace},sentry-sample_rate=much")).is_none());
    }
}
