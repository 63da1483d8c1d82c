//! A future hardly grows: by no copy of the arguments that its body uses.
#![deny(warnings)]

macro_rules! functions {
    ($($(#[$attribute:meta])* $module:ident)*) => { $(mod $module {
        $(#[$attribute])*
        pub async fn small(value: u8) -> Result<u8, String> {
            tokio::task::yield_now().await;
            Ok(value)
        }

        $(#[$attribute])*
        pub async fn large(value: [u8; 1024]) -> Result<usize, String> {
            tokio::task::yield_now().await;
            Ok(value.len())
        }
    })* };
}

functions! { plain #[dragonfly::report_errors] reported }

#[track_caller]
fn assert_small<P, R>(_: P, _: R) {
    let (plain, reported) = (size_of::<P>(), size_of::<R>());
    assert!(reported <= plain + 24, "{plain} bytes became {reported}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_small(plain::small(1), reported::small(1));
    let large = [0; 1024];
    assert_small(plain::large(large), reported::large(large));
    assert_eq!(plain::small(1).await, reported::small(1).await);
    assert_eq!(plain::large(large).await, reported::large(large).await);
}
