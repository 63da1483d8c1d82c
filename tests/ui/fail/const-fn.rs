use dragonfly::report_errors;

#[report_errors]
pub const fn half(value: u8) -> Result<u8, ()> {
    if value % 2 == 0 {
        Ok(value / 2)
    } else {
        Err(())
    }
}

fn main() {
    let _ = half(1);
}
