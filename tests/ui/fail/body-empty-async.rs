use dragonfly::report_errors;

#[report_errors]
async fn open(_path: &str) -> Result<usize, String> {}

fn main() {
    drop(open(""));
}
