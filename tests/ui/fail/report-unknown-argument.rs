use dragonfly::report_errors;

#[report_errors(colour = "red")]
fn open() -> Result<(), String> {
    Ok(())
}

fn main() {
    let _ = open();
}
