use dragonfly::report_errors;

#[report_errors(crates = ::dragonfly)]
fn open() -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = open();
}
