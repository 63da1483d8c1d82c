use dragonfly::monitor;

#[monitor]
fn nameless() {}

#[monitor(slug = "Nightly Export")]
fn badly_named() {}

#[monitor(slug = "nightly", schedule = "at night")]
fn at_night() {}

#[monitor(slug = "nightly", margin = 5)]
fn without_a_schedule() {}

#[monitor(slug = "nightly")]
fn future() -> impl Future<Output = ()> {
    async {}
}

fn main() {
    nameless();
    badly_named();
    at_night();
    without_a_schedule();
    let _ = future();
}
