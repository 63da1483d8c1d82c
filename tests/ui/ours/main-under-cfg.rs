#![deny(warnings)]

#[cfg(debug_assertions)]
#[dragonfly::main(environment = "here")]
fn main() {}

#[cfg(not(debug_assertions))]
#[dragonfly::main(environment = "elsewhere")]
async fn main() {}
