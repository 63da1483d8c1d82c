//! A mistake in the arguments of a block is told once.
use dragonfly::report_errors;

struct Shop;

#[report_errors(level = "wran")]
impl Shop {
    fn open() -> Result<(), String> {
        Err("x".to_owned())
    }

    fn close() -> Result<(), String> {
        Err("x".to_owned())
    }
}

fn main() {}
