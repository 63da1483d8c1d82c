#![deny(warnings)]

use std::process::ExitCode;

#[dragonfly::main]
fn main() -> ExitCode {
    ExitCode::SUCCESS
}
