//! The dynamic sampling context: what Sentry has to know of a whole trace to sample, and to extrapolate.

use super::sampling;
use sentry::Envelope;
use sentry::protocol::{
    Context, DynamicSamplingContext, EnvelopeHeaders, EnvelopeItem, Transaction,
};
use sentry::types::Dsn;

/// The envelope of a transaction, with the context of its trace. The client would say of one of ours that
/// it stands for itself alone, as it was told that it is sampled.
pub(crate) fn complete(envelope: Envelope, dsn: Option<&Dsn>) -> Envelope {
    let headers = EnvelopeHeaders::new();
    let mut trace = None;
    let mut complete = Envelope::new();
    let others = envelope.headers().clone();
    for mut item in envelope.into_items() {
        if let EnvelopeItem::Transaction(transaction) = &mut item {
            trace = of_transaction(transaction, dsn);
        }
        complete.add_item(item);
    }
    match trace {
        Some(trace) => complete.with_headers(headers.with_trace(trace)),
        None => complete.with_headers(others),
    }
}

fn of_transaction(
    transaction: &mut Transaction<'static>,
    dsn: Option<&Dsn>,
) -> Option<DynamicSamplingContext> {
    let Some(Context::Trace(trace)) = transaction.contexts.get("trace") else {
        return None;
    };
    #[expect(clippy::cast_possible_truncation, reason = "it was an `f32`")]
    let rate = trace.data.get(sampling::RATE)?.as_f64()? as f32;
    let mut context = DynamicSamplingContext::new()
        .with_trace_id(trace.trace_id)
        .with_sample_rate(rate)
        .with_sampled(true);
    if let Some(dsn) = dsn {
        context = context.with_public_key(dsn.public_key().to_owned());
    }
    if let Some(release) = &transaction.release {
        context = context.with_release(release.clone().into_owned());
    }
    if let Some(environment) = &transaction.environment {
        context = context.with_environment(environment.clone().into_owned());
    }
    if let Some(name) = &transaction.name {
        context = context.with_transaction(name.clone());
    }
    Some(context)
}
