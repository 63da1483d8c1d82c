fn main() {
    let _guard = dragonfly::init!(flavor = "current_thread");
}
