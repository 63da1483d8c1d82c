//! `plain`, reporting by the attributes; not started at all if its second argument says `linked`.

use dragonfly::report_errors;
use std::{env, fs, io};

fn main() {
    let is_linked_only = env::args().nth(2).is_some_and(|word| word == "linked");
    let _guard = (!is_linked_only).then(|| dragonfly::init!(environment = "production"));
    let count = env::args().nth(1).and_then(|text| text.parse().ok());
    for number in 0..count.unwrap_or(0) {
        let _ = load(number);
    }
}

#[inline(never)]
#[report_errors]
fn load(number: u32) -> io::Result<String> {
    fs::read_to_string(format!("/nowhere/{number}"))
}
