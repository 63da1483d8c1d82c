use dragonfly::report_errors;

#[report_errors]
fn save(key: u8) {
    drop(key);
}

fn main() {
    save(1);
}
