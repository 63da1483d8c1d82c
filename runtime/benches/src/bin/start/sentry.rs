//! `plain`, reporting to Sentry's client by hand; not started at all if its second argument says `linked`.

use sentry::ClientOptions;
use std::{env, fs, io};

fn main() {
    let is_linked_only = env::args().nth(2).is_some_and(|word| word == "linked");
    let _guard =
        (!is_linked_only).then(|| sentry::init(ClientOptions::new().environment("production")));
    let count = env::args().nth(1).and_then(|text| text.parse().ok());
    for number in 0..count.unwrap_or(0) {
        let _ = load(number);
    }
}

#[inline(never)]
fn load(number: u32) -> io::Result<String> {
    fs::read_to_string(format!("/nowhere/{number}")).inspect_err(|error| {
        sentry::capture_error(error);
    })
}
