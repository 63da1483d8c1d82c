use dragonfly::trace;

#[trace]
pub const fn half(value: u8) -> u8 {
    value / 2
}

fn main() {
    let _ = half(1);
}
