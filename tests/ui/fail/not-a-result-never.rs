use dragonfly::report_errors;

#[report_errors]
fn stop(code: i32) -> ! {
    std::process::exit(code)
}

fn main() {
    stop(1);
}
