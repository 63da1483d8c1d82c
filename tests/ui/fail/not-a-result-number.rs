use dragonfly::report_errors;

#[report_errors]
fn count(key: u8) -> u8 {
    key
}

fn main() {
    count(1);
}
