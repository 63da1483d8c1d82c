//! Reports through the guard of `dragonfly::init()`.

fn main() {
    let guard = dragonfly::init();
    println!("enabled: {}", guard.is_enabled());
    let _ = dragonfly_tests::fail(1);
}
