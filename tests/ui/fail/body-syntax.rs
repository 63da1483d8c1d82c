use dragonfly::report_errors;

#[report_errors]
fn open(path: &str) -> Result<usize, String> {
    let = path.len();
    Ok(1)
}

fn main() {
    let _ = open("");
}
