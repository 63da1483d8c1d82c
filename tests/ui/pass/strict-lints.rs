//! Lints that are off by default find nothing in expansions that the plain function does not have.
#![deny(warnings)]
#![deny(
    explicit_outlives_requirements,
    future_incompatible,
    let_underscore_drop,
    meta_variable_misuse,
    missing_copy_implementations,
    missing_debug_implementations,
    non_ascii_idents,
    nonstandard_style,
    redundant_imports,
    redundant_lifetimes,
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unsafe_op_in_unsafe_fn,
    unused,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]
#![forbid(unsafe_code)]

use dragonfly::report_errors;

#[report_errors]
fn free(value: u8, _: String) -> Result<u8, String> {
    if value == 0 {
        Err("zero".to_owned())
    } else {
        Ok(value)
    }
}

#[report_errors]
async fn future<T: Clone>(value: &T) -> Result<T, std::io::Error> {
    Ok(value.clone())
}

#[report_errors]
fn nothing(_: u8) -> Result<(), ()> {
    Ok(())
}

#[report_errors]
async fn nothing_async((_, _a): (u8, String)) -> Result<(), ()> {
    Ok(())
}

#[dragonfly::main(environment = "test", debug = false)]
fn main() -> Result<(), String> {
    assert_eq!(free(1, String::new())?, 1);
    drop((future(&1), nothing_async((1, String::new()))));
    assert!(nothing(1).is_ok());
    Ok(())
}
