#[dragonfly::main]
fn main() -> Result<(), Opaque> {
    Err(Opaque)
}

struct Opaque;
