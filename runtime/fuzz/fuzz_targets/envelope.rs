//! Any bytes that come to the inbox, or lie in a spool: no panic; what is read and written is read again
//! as it was; what leaves the spool was scrubbed.
#![no_main]

use dragonfly::__private::fuzzing;
use dragonfly::inbox::Envelope;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|input: &[u8]| {
    for encoding in ["gzip", "deflate", "br", "zstd"] {
        let _ = fuzzing::posted(Some(encoding), input);
    }
    let read = Envelope::read(input);
    assert_eq!(fuzzing::posted(None, input).is_some(), read.is_ok());
    assert_eq!(fuzzing::written(input).is_some(), read.is_ok());
    let Ok(read) = read else {
        assert!(fuzzing::sealed_again(input).is_none());
        return;
    };
    for event in read.events() {
        let shown = format!("{event}\n{event:#}\n{:?}", event.event());
        assert!(
            !shown.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\u{1b}')),
            "{shown:?}"
        );
    }

    let written = fuzzing::written(input).unwrap();
    same(&read, &Envelope::read(&written).unwrap());

    let Some(sealed) = fuzzing::sealed_again(input) else {
        return;
    };
    let sealed_again = fuzzing::sealed_again(&sealed).unwrap();
    let sealed = Envelope::read(&sealed).unwrap();
    assert!(!sealed.header().contains_key("dsn"));
    same(&sealed, &Envelope::read(&sealed_again).unwrap());
});

#[track_caller]
fn same(one: &Envelope, other: &Envelope) {
    let headers = |envelope: &Envelope| rounded(envelope.header().clone().into());
    assert_eq!(headers(one), headers(other));
    assert_eq!(one.items().len(), other.items().len());
    for (one, other) in one.items().iter().zip(other.items()) {
        let mut header = one.header().clone();
        header.insert("length".to_owned(), one.payload().len().into());
        assert_eq!(
            rounded(header.into()),
            rounded(other.header().clone().into())
        );
        assert_eq!((one.kind(), one.payload()), (other.kind(), other.payload()));
    }
}

/// Without the last digits of long numbers, which `serde_json` may read otherwise than it wrote them.
fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) if number.is_f64() => {
            format!("{:.12e}", number.as_f64().unwrap()).into()
        }
        Value::Array(values) => values.into_iter().map(rounded).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, value)| (name, rounded(value)))
            .collect(),
        other => other,
    }
}
