use dragonfly::report_errors;

#[report_errors]
fn open<'a>(path: &'a str) -> Result<&'a str, String> {
    let text = path.to_owned();
    Ok(&text)
}

fn main() {
    let _ = open("");
}
