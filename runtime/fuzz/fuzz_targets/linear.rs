//! A short text, again and again: if the scrubber looks at a part of it anew from each other part, this
//! takes longer than libFuzzer's `-timeout`; and what ends in the midst of it, because it is too long,
//! must not end the look at the rest.
//!
//! What stands before a zero byte stands there once.
#![no_main]

use dragonfly::scrub::text;
use libfuzzer_sys::{Corpus, fuzz_target};

/// What a look at each byte takes milliseconds for, and a look at each pair of bytes minutes.
const LENGTH: usize = 256 * 1024;
const SECRET: &str = "jane.doe@example.com";

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(input) = std::str::from_utf8(input) else {
        return Corpus::Reject;
    };
    let (once, again) = input.split_once('\0').unwrap_or(("", input));
    if again.is_empty() {
        return Corpus::Reject;
    }
    let again = again.repeat(LENGTH / again.len());
    let clean = text(&format!("{SECRET}\n{once}{again}\n{SECRET}\n")).into_owned();
    assert!(!clean.contains(SECRET), "not scrubbed");
    Corpus::Keep
});
