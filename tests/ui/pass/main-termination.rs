#![deny(warnings)]

use std::process::{ExitCode, Termination};

struct Report(u8);

impl Termination for Report {
    fn report(self) -> ExitCode {
        self.0.into()
    }
}

#[dragonfly::main]
fn own_type() -> Report {
    Report(0)
}

#[dragonfly::main]
fn main() -> impl Termination {
    own_type()
}
