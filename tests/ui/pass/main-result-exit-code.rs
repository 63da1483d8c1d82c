#![deny(warnings)]

use std::process::ExitCode;

#[dragonfly::main]
fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let code: u8 = "0".parse()?;
    Ok(code.into())
}
