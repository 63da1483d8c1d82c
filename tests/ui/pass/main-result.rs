#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
fn load(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[dragonfly::main]
fn main() -> anyhow::Result<()> {
    anyhow::ensure!(load("1")? == 1);
    if load("x").is_ok() {
        return Err(anyhow::anyhow!("`x` is no number"));
    }
    Ok(())
}
