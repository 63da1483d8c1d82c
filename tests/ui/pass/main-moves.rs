//! A body may borrow, move and shadow what it likes; its locals end before the guard does.
#![deny(warnings)]

use std::thread;

#[dragonfly::main]
pub fn main() -> Result<(), String> {
    let guard = String::from("guard");
    let result = guard.len();
    let length = thread::scope(|scope| scope.spawn(|| guard.len()).join());
    assert_eq!(length.ok(), Some(result));
    let Some(first) = guard.chars().next() else {
        return Err(guard);
    };
    assert_eq!(first, 'g');
    Ok(())
}
