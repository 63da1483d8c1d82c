//! Captures as many errors as the first argument says, as fast as a loop can, and returns.

#[dragonfly::main(shutdown_timeout = 120)]
fn main() {
    for n in 0..dragonfly_tests::number_argument() {
        let _ = dragonfly_tests::fail(n);
    }
}
