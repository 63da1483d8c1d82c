use dragonfly::report_errors;

#[report_errors]
async fn find(key: u8) -> Option<u8> {
    Some(key)
}

fn main() {
    drop(find(1));
}
