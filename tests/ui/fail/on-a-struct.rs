use dragonfly::report_errors;

#[report_errors]
pub struct Config {
    pub port: u16,
}

fn main() {
    let _ = Config { port: 1 };
}
