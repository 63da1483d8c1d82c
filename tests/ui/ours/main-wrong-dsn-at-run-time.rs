//! A DSN that is none does not end the program.
#![deny(warnings)]

fn dsn() -> String {
    "no dsn at all".to_owned()
}

#[dragonfly::main(dsn = dsn())]
fn function() -> u8 {
    1
}

#[dragonfly::main(dsn = env!("CARGO_PKG_NAME"))]
fn variable() -> u8 {
    2
}

#[dragonfly::main(dsn = "")]
fn empty() -> u8 {
    3
}

#[dragonfly::main]
fn main() -> Result<(), String> {
    assert_eq!(function() + variable() + empty(), 6);
    Ok(())
}
