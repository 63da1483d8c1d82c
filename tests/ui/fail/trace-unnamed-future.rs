use dragonfly::trace;
use std::future::Ready;

type NumberFuture = Ready<u8>;

#[trace]
fn number() -> NumberFuture {
    std::future::ready(1)
}

fn main() {
    let _ = number();
}
