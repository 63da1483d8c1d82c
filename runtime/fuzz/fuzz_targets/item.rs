//! Any item of an envelope: what is left of it is JSON, and is left as it is; nothing is left of what
//! is no JSON. Of an event as much is left where it is made as in an envelope.
#![no_main]

use dragonfly::__private::fuzzing;
use dragonfly::scrub::Scrubber;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// One for each way that the scrubber treats them.
const KINDS: [&str; 3] = ["event", "session", "log"];

fuzz_target!(|input: &[u8]| {
    if let Some([in_envelope, made, again]) = fuzzing::sealed(input) {
        same("made here", &in_envelope, Some(made));
        same("made here again", &in_envelope, Some(again));
    }
    let is_json = serde_json::from_slice::<Value>(input).is_ok();
    for kind in KINDS {
        let mut scrubber = Scrubber::default();
        let once = scrubber.item(kind, input);
        assert_eq!(once.is_some(), is_json, "{kind}");
        let Some(once) = once else { continue };
        if let Err(error) = serde_json::from_slice::<Value>(&once) {
            panic!("{kind}: {error}: {}", once.escape_ascii());
        }
        // the scrubber remembers what it saw, which changes nothing
        for scrubber in [&mut scrubber, &mut Scrubber::default()] {
            same(kind, &once, scrubber.item(kind, input));
            same(kind, &once, scrubber.item(kind, &once));
        }
    }
});

#[track_caller]
fn same(kind: &str, once: &[u8], again: Option<Vec<u8>>) {
    let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(again.as_deref().map(shown), Some(shown(once)), "{kind}");
}
