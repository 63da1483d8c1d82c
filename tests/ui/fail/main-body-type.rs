#[dragonfly::main]
fn main() -> Result<(), String> {
    1_u8
}
