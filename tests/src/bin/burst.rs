//! Captures as many errors as the first argument says, as fast as a loop can, and returns.

#[dragonfly::main]
fn main() {
    for n in 0..dragonfly_tests::number_argument() {
        let _ = dragonfly_tests::fail(n);
    }
}
