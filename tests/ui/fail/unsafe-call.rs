use dragonfly::report_errors;

#[report_errors]
unsafe fn open() -> Result<usize, String> {
    Ok(1)
}

fn main() {
    let _ = open();
}
