//! `pub(super)`, `pub(in crate::..)` and the others are kept.
#![deny(warnings)]

mod inner {
    use dragonfly::report_errors;

    #[report_errors]
    pub(super) fn above() -> Result<u8, String> {
        Ok(1)
    }

    #[report_errors]
    pub(in crate::inner) fn inside() -> Result<u8, String> {
        Ok(2)
    }

    #[report_errors]
    pub(crate) async fn everywhere() -> Result<u8, String> {
        inside()
    }

    #[report_errors]
    pub(self) fn here() -> Result<u8, String> {
        Ok(3)
    }

    pub fn call() -> Result<u8, String> {
        here()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(inner::above(), Ok(1));
    assert_eq!(inner::everywhere().await, Ok(2));
    assert_eq!(inner::call(), Ok(3));
}
