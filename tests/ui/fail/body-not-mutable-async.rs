use dragonfly::report_errors;

#[report_errors]
async fn open(path: String) -> Result<String, String> {
    path.push(1 as char);
    Ok(path)
}

fn main() {
    drop(open(String::new()));
}
