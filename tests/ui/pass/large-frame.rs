//! A large frame is told of once: as that of the function, not of the body's closure too.
#![allow(clippy::large_stack_arrays)]

use dragonfly::report_errors;

#[report_errors]
fn table(fill: u8) -> Result<[u8; 600_000], String> {
    let mut table = [fill; 600_000];
    table[0] = std::hint::black_box(fill);
    Ok(table)
}

#[report_errors]
async fn table_later(fill: u8) -> Result<[u8; 600_000], String> {
    let mut table = [fill; 600_000];
    table[0] = std::hint::black_box(fill);
    Ok(table)
}

fn main() {
    assert_eq!(table(7).map(|table| table[0]), Ok(7));
    drop(table_later(7));
}
