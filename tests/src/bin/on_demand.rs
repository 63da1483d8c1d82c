//! Captures as many errors as a line of its input says, and returns at the end of the input.

use std::io;

#[dragonfly::main]
fn main() {
    println!("ready");
    let mut numbers = 0..;
    for line in io::stdin().lines().map_while(Result::ok) {
        let count = line.parse().unwrap_or(1);
        for n in numbers.by_ref().take(count) {
            let _ = dragonfly_tests::fail(n);
        }
        println!("captured {count}");
    }
}
