use dragonfly::report_errors;

#[report_errors(level = "warning")]
fn open() -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = open();
}
