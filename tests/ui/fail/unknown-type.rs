use dragonfly::report_errors;

#[report_errors]
fn open(path: &str) -> Outcome {
    Ok(path.len())
}

fn main() {
    let _ = open("");
}
