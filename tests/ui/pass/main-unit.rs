#![deny(warnings)]

#[dragonfly::main]
fn main() {
    assert!(std::env::args().count() > 0);
}
