//! A field of `&mut self` may be given back, and `self` for the next call.
#![deny(warnings)]

use dragonfly::report_errors;

#[derive(Default)]
struct Builder {
    text: String,
}

impl Builder {
    #[report_errors]
    fn field(&mut self) -> Result<&mut String, String> {
        Ok(&mut self.text)
    }

    #[report_errors]
    fn push(&mut self, letter: char) -> Result<&mut Self, String> {
        self.text.push(letter);
        Ok(self)
    }

    #[report_errors]
    async fn field_async(&mut self) -> Result<&mut String, String> {
        Ok(&mut self.text)
    }

    #[report_errors]
    async fn push_async(&mut self, letter: char) -> Result<&mut Self, String> {
        self.text.push(letter);
        Ok(self)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut builder = Builder::default();
    builder.push('a').unwrap().push('b').unwrap();
    builder
        .push_async('c')
        .await
        .unwrap()
        .push_async('d')
        .await
        .unwrap();
    builder.field().unwrap().push('e');
    builder.field_async().await.unwrap().push('f');
    assert_eq!(builder.text, "abcdef");
}
