use dragonfly::report_errors;

#[report_errors]
async fn open(path: String) -> Result<usize, String> {
    drop(path);
    Ok(path.len())
}

fn main() {
    drop(open(String::new()));
}
