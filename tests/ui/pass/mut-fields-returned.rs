//! Two fields may be given back at once, both mutably.
#![deny(warnings)]

use dragonfly::report_errors;

#[derive(Debug, PartialEq)]
struct Pair {
    left: u8,
    right: u8,
}

#[report_errors]
fn both(pair: &mut Pair) -> Result<(&mut u8, &mut u8), String> {
    Ok((&mut pair.left, &mut pair.right))
}

impl Pair {
    #[report_errors]
    fn parts(&mut self) -> Result<(&mut u8, &mut u8), String> {
        let Self { left, right } = self;
        Ok((left, right))
    }

    #[report_errors]
    async fn parts_async(&mut self) -> Result<(&mut u8, &mut u8), String> {
        Ok((&mut self.left, &mut self.right))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut pair = Pair { left: 1, right: 2 };
    let (left, right) = both(&mut pair).unwrap();
    std::mem::swap(left, right);
    *pair.parts().unwrap().0 += 1;
    *pair.parts_async().await.unwrap().1 += 1;
    assert_eq!(pair, Pair { left: 3, right: 2 });
}
