#[dragonfly::main(before_send = hook)]
fn main() {}

fn hook(event: u8) -> u8 {
    event
}
