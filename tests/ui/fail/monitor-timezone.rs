use dragonfly::monitor;

#[monitor(slug = "nightly", schedule = "0 3 * * *", timezone = "Vienna")]
fn without_its_area() {}

#[monitor(slug = "nightly", schedule = "0 3 * * *", timezone = "+02:00")]
fn offset() {}

fn main() {}
