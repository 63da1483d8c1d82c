//! What the attributes accept, and how they refuse the rest.
//!
//! Files in `pass` are compiled and run; those in `fail` have the expected message beside them.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("ui/pass/*.rs");
    cases.compile_fail("ui/fail/*.rs");
}
