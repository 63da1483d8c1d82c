#[dragonfly::main]
#[rocket::launch]
async fn rocket() -> _ {}

fn main() {}
