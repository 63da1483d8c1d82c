//! A short text, again and again: if the scrubber looks at a part of it anew from each other part, this
//! takes longer than libFuzzer's `-timeout`.
#![no_main]

use dragonfly::scrub::text;
use libfuzzer_sys::{Corpus, fuzz_target};
use std::hint::black_box;

/// What a look at each byte takes milliseconds for, and a look at each pair of bytes minutes.
const LENGTH: usize = 256 * 1024;

fuzz_target!(|input: &[u8]| -> Corpus {
    match std::str::from_utf8(input) {
        Ok(input) if !input.is_empty() => {
            black_box(text(&input.repeat(LENGTH / input.len())));
            Corpus::Keep
        }
        _ => Corpus::Reject,
    }
});
