use dragonfly::report_errors;

#[report_errors]
fn find(key: u8) -> Option<u8> {
    Some(key)
}

fn main() {
    find(1);
}
