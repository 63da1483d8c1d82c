use dragonfly::report_errors;

#[report_errors]
enum Level {
    Low,
}

fn main() {
    let _ = Level::Low;
}
