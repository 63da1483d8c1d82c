//! An argument borrowed mutably may be taken apart, and a part of it given back.
#![deny(warnings)]

use dragonfly::report_errors;

struct Pair {
    left: String,
    right: String,
}

#[report_errors]
fn free(Pair { left, right }: &mut Pair) -> Result<&mut String, String> {
    left.push_str(right);
    Ok(right)
}

#[report_errors]
async fn future((left, right): &mut (u8, u8)) -> Result<&mut u8, String> {
    *left += *right;
    Ok(right)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (left, right) = ("l".to_owned(), "r".to_owned());
    let mut pair = Pair { left, right };
    free(&mut pair).unwrap().push('!');
    assert_eq!((&*pair.left, &*pair.right), ("lr", "r!"));
    let mut pair = (1, 2);
    *future(&mut pair).await.unwrap() += 2;
    assert_eq!(pair, (3, 4));
}
