use dragonfly::report_errors;

#[report_errors]
fn open(path: String) -> Result<usize, String> {
    drop(path);
    Ok(path.len())
}

fn main() {
    let _ = open(String::new());
}
