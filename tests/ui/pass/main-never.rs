#![deny(warnings)]

#[dragonfly::main]
fn main() -> ! {
    std::process::exit(0)
}
