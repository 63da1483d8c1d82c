//! Where a program is compiled as a test, its `main` is not told as dead code.

use dragonfly::report_errors;

#[report_errors]
fn load(text: &str) -> Result<u8, std::num::ParseIntError> {
    text.parse()
}

#[dragonfly::main]
fn main() -> Result<(), std::num::ParseIntError> {
    load("1").map(drop)
}

#[cfg(test)]
mod tests {
    #[test]
    fn loads() {
        assert_eq!(super::load("1"), Ok(1));
    }
}
