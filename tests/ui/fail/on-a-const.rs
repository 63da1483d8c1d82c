use dragonfly::report_errors;

#[report_errors]
const LIMIT: u8 = 1;

fn main() {
    let _ = LIMIT;
}
