//! Default methods of a trait, also where `Self` has no size and through `dyn`.
#![deny(warnings)]

use dragonfly::report_errors;

trait Source {
    type Item;
    type Error;

    fn next(&mut self) -> Result<Self::Item, Self::Error>;

    #[report_errors]
    fn skip(&mut self) -> Result<(), Self::Error> {
        self.next()?;
        Ok(())
    }

    #[report_errors]
    fn described(&self, name: &str) -> Result<String, String> {
        if name.is_empty() {
            Err("no name".to_owned())
        } else {
            Ok(name.to_owned())
        }
    }
}

struct Countdown(u8);

impl Source for Countdown {
    type Item = u8;
    type Error = String;

    fn next(&mut self) -> Result<u8, String> {
        self.0 = self.0.checked_sub(1).ok_or("over")?;
        Ok(self.0)
    }
}

impl Source for str {
    type Item = u8;
    type Error = ();

    fn next(&mut self) -> Result<u8, ()> {
        Err(())
    }
}

fn main() {
    let mut countdown = Countdown(1);
    let source: &mut dyn Source<Item = u8, Error = String> = &mut countdown;
    assert!(source.skip().is_ok());
    assert!(source.skip().is_err());
    assert!(source.described("").is_err());
    assert_eq!("text".described("unsized"), Ok("unsized".to_owned()));
}
