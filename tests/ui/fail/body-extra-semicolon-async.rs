use dragonfly::report_errors;

#[report_errors]
async fn open(path: &str) -> Result<usize, String> {
    Ok(path.len());
}

fn main() {
    drop(open(""));
}
