use dragonfly::report_errors;

#[report_errors]
async fn open(path: &str) -> Result<usize, String> {
    if path.is_empty() {
        break;
    }
    Ok(path.len())
}

fn main() {
    drop(open(""));
}
