fn main() {
    let _guard = dragonfly::init!(enviroment = "staging");
}
