use dragonfly::trace;

#[trace(nmae = "load {id}", op = 7)]
fn load(id: u8) -> u8 {
    id
}

#[trace(name = "load {0}", fields(id, id))]
fn load_again(id: u8) -> u8 {
    id
}

fn main() {
    let _ = (load(1), load_again(1));
}
