//! What `#[tracing::instrument]` takes.
use dragonfly::trace;

#[trace(skip(secret))]
fn open(path: &str, secret: &str) -> bool {
    path == secret
}

#[trace(err, skip_all)]
fn close(path: &str) -> Result<(), String> {
    Err(path.to_owned())
}

fn main() {
    open("", "");
    let _ = close("");
}
