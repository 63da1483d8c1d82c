use dragonfly::report_errors;

struct Failed;

#[report_errors]
async fn open(path: &str) -> Result<u8, Failed> {
    let port: u8 = path.parse()?;
    Ok(port)
}

fn main() {
    drop(open(""));
}
