use dragonfly::report_errors;

#[report_errors]
async fn open(path: &str) -> Result<usize, String> {
    path
}

fn main() {
    drop(open(""));
}
