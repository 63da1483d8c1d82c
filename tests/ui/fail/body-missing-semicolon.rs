use dragonfly::report_errors;

#[report_errors]
fn open(path: &str) -> Result<usize, String> {
    let length = path.len()
    Ok(length)
}

fn main() {
    let _ = open("");
}
