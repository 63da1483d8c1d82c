use dragonfly::trace;

struct Secret;

#[trace(fields(user))]
fn load(id: u8) -> u8 {
    id
}

#[trace(fields(secret))]
fn keep(secret: Secret) {
    drop(secret);
}

fn main() {
    let _ = load(1);
    keep(Secret);
}
