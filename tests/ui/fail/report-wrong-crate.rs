use dragonfly::report_errors;

#[report_errors(crate = 1)]
fn open() -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = open();
}
