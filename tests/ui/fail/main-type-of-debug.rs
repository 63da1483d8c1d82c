#[dragonfly::main(debug = limit())]
fn main() {}

fn limit() -> u8 {
    1
}
