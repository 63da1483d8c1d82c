#![deny(unused_must_use)]

fn main() {
    dragonfly::init!();
}
