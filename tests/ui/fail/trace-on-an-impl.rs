use dragonfly::trace;

struct Shop;

#[trace]
impl Shop {
    fn open(&self) {}
}

fn main() {
    Shop.open();
}
