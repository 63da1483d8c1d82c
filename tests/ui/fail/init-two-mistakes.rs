fn main() {
    let _guard = dragonfly::init!(debug = 1, colour = "red");
}
