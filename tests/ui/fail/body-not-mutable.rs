use dragonfly::report_errors;

#[report_errors]
fn open(path: String) -> Result<String, String> {
    path.push(1 as char);
    Ok(path)
}

fn main() {
    let _ = open(String::new());
}
