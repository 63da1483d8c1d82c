//! What clippy says of a return type, it says once, and of a private function no more than before.
#![allow(dead_code)]

use dragonfly::report_errors;

struct Large([u8; 512]);

struct Shop<const N: usize>([u8; N]);

#[report_errors]
fn is_large(fails: bool) -> Result<u8, Large> {
    if fails {
        return Err(Large([0; 512]));
    }
    Ok(1)
}

#[report_errors]
pub fn is_large_and_public(fails: bool) -> Result<u8, [u8; 512]> {
    if fails {
        return Err([0; 512]);
    }
    Ok(1)
}

#[report_errors]
fn is_complex() -> Result<Vec<Box<dyn Fn(Vec<Box<u8>>, Option<(u8, Vec<u16>)>) -> Option<Vec<u8>>>>, String> {
    Ok(Vec::new())
}

#[report_errors]
async fn is_complex_async() -> Result<Vec<Box<dyn Fn(Vec<Box<u8>>, Option<(u8, Vec<u16>)>) -> Option<Vec<u8>>>>, String> {
    Ok(Vec::new())
}

impl<const N: usize> Shop<N> {
    #[report_errors]
    fn named(&self, fails: bool) -> Result<Shop<N>, String> {
        if fails {
            return Err("closed".to_owned());
        }
        Ok(Shop(self.0))
    }

    #[report_errors]
    fn bytes<'a>(&'a self, more: &'a [u8]) -> Result<[&'a [u8]; { 1 + 1 }], String> {
        Ok([&self.0, more])
    }

    #[report_errors]
    async fn bytes_async(&self) -> Result<[u8; N], [u8; 512]> {
        Ok(self.0)
    }
}

macro_rules! written {
    ($name:ident, $good:ty, $length:expr) => {
        #[report_errors]
        fn $name<'a, T: Copy, const M: usize>(all: &'a [T; M]) -> $crate::Outcome<(&'a [T; M], [$good; $length])> {
            Ok((all, [1; $length]))
        }
    };
}

type Outcome<T> = Result<T, String>;

written!(by_a_macro, u8, 2);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert!(is_large(false).is_ok());
    assert!(is_large(true).is_err());
    assert!(is_large_and_public(true).is_err());
    assert!(is_complex().is_ok());
    assert!(is_complex_async().await.is_ok());
    let shop = Shop([1, 2]);
    assert!(shop.named(false).is_ok());
    assert!(shop.named(true).is_err());
    assert!(shop.bytes(b"x").is_ok());
    assert!(shop.bytes_async().await.is_ok());
    assert!(by_a_macro(&[1, 2]).is_ok());
}
