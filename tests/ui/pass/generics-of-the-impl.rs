//! A body names the type parameters, lifetimes and constants of the `impl` around it.
#![deny(warnings)]

use dragonfly::report_errors;
use std::marker::PhantomData;
use std::str::FromStr;

struct Reader<'a, T, const N: usize> {
    text: &'a str,
    kind: PhantomData<T>,
}

impl<'a, T: FromStr, const N: usize> Reader<'a, T, N> {
    #[report_errors]
    fn read(&self) -> Result<(T, &'a str), T::Err> {
        let (value, rest): (&'a str, &'a str) = self.text.split_at(N);
        let value: T = value.parse()?;
        Ok((value, rest))
    }

    #[report_errors]
    async fn read_async<U: From<T>>(&self) -> Result<(U, &'a str), T::Err> {
        let (value, rest): (&'a str, &'a str) = self.text.split_at(N);
        let value: T = value.parse()?;
        Ok((U::from(value), rest))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (text, kind) = ("12rest", PhantomData);
    let reader = Reader::<u8, 2> { text, kind };
    assert_eq!(reader.read(), Ok((12, "rest")));
    assert_eq!(reader.read_async::<u64>().await, Ok((12, "rest")));
}
