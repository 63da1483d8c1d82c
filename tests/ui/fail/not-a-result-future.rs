use dragonfly::report_errors;

use std::future::Future;

#[report_errors]
fn find(key: u8) -> impl Future<Output = Result<u8, String>> {
    async move { Ok(key) }
}

fn main() {
    drop(find(1));
}
