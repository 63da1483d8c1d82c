#[dragonfly::main]
async fn main() -> Result<(), String> {
    1_u8
}
