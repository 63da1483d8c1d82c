#[dragonfly::main(traces_sampler = rate)]
fn main() {}

fn rate(name: &str) -> f32 {
    if name == "health" { 0.0 } else { 1.0 }
}
