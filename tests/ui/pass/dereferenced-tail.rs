//! `Ok(&self.text)` is a `&String` that becomes a `&str` by the return type.
#![deny(warnings)]

use dragonfly::report_errors;

struct Holder {
    text: String,
}

impl Holder {
    #[report_errors]
    fn text(&self) -> Result<&str, String> {
        Ok(&self.text)
    }

    #[report_errors]
    async fn text_async(&self) -> Result<&str, String> {
        Ok(&self.text)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let text = "held".to_owned();
    let holder = Holder { text };
    assert_eq!(holder.text(), Ok("held"));
    assert_eq!(holder.text_async().await, Ok("held"));
}
