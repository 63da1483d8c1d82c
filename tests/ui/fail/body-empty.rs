use dragonfly::report_errors;

#[report_errors]
fn open(_path: &str) -> Result<usize, String> {}

fn main() {
    let _ = open("");
}
