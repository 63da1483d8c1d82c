//! Any text: scrubbed once it is scrubbed, it does not grow without bound, plain words stay.
#![no_main]

use dragonfly::scrub::text;
use libfuzzer_sys::{Corpus, fuzz_target};

/// How much longer a text may become: each placeholder takes the place of at least one letter.
const LONGEST_PUT: usize = "[Filtered]".len();

fuzz_target!(|input: &[u8]| -> Corpus {
    let Ok(input) = std::str::from_utf8(input) else {
        return Corpus::Reject;
    };
    let once = text(input);
    assert!(once.len() <= input.len() * LONGEST_PUT, "{once:?}");
    assert_eq!(text(&once), once);
    if input
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte == b' ')
    {
        assert_eq!(once, input);
    }
    Corpus::Keep
});
