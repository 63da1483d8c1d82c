use dragonfly::report_errors;

#[report_errors]
fn open(path: &str) -> Result<usize, String> {
    Ok(paht.len())
}

fn main() {
    let _ = open("");
}
