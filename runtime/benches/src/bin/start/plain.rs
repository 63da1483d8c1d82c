//! Fails as often as its argument says, and tells nobody.

use std::{env, fs, io};

fn main() {
    let count = env::args().nth(1).and_then(|text| text.parse().ok());
    for number in 0..count.unwrap_or(0) {
        let _ = load(number);
    }
}

#[inline(never)]
fn load(number: u32) -> io::Result<String> {
    fs::read_to_string(format!("/nowhere/{number}"))
}
