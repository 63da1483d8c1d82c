//! A tail is coerced to the return type: a closure to `dyn Fn`.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn coerced(early: bool) -> Result<Box<dyn Fn() -> u8>, String> {
    if early {
        return Ok(Box::new(|| 1));
    }
    Ok(Box::new(|| 2))
}

fn main() {
    assert_eq!(coerced(true).unwrap()(), 1);
    assert_eq!(coerced(false).unwrap()(), 2);
}
