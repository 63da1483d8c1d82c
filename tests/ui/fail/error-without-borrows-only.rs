use dragonfly::report_errors;
use std::error::Error;
use std::fmt;

#[derive(Debug)]
struct Refused<T>(T);

impl<T> fmt::Display for Refused<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("refused")
    }
}

impl<T: fmt::Debug + 'static> Error for Refused<T> {}

#[report_errors]
fn put<T: fmt::Debug>(value: T) -> Result<(), Refused<T>> {
    Err(Refused(value))
}

fn main() {
    let _ = put(1_u8);
}
