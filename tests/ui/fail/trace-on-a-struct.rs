use dragonfly::trace;

#[trace]
struct Shop;

fn main() {
    let _ = Shop;
}
