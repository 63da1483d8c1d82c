#[dragonfly::monitor(slug = "nightly", schedule = "0 3 * * *", margin = 50_000)]
fn nightly() {}

fn main() {}
