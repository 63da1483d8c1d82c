use dragonfly::report_errors;

#[report_errors]
fn open(path: &str) -> Result<usize, String> {
    path
}

fn main() {
    let _ = open("");
}
