struct Rocket;

#[dragonfly::main]
fn rocket() -> Rocket {
    Rocket
}

fn main() {}
