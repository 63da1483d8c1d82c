use dragonfly::report_errors;

#[report_errors(crate)]
fn open() -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = open();
}
