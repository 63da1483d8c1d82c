use dragonfly::report_errors;

#[report_errors]
fn open(path: &str) -> Result<usize, String> {
    let length: u8 = path.len();
    Ok(length.into())
}

fn main() {
    let _ = open("");
}
