//! Clippy finds nothing in an expansion: what it found in those of others is denied here.
#![deny(warnings, clippy::pedantic)]
#![deny(
    clippy::async_yields_async,
    clippy::cognitive_complexity,
    clippy::diverging_sub_expression,
    clippy::let_unit_value,
    clippy::let_with_type_underscore,
    clippy::needless_return,
    clippy::no_effect_underscore_binding,
    clippy::redundant_closure_call,
    clippy::redundant_locals,
    clippy::semicolon_if_nothing_returned,
    clippy::suspicious_else_formatting,
    clippy::unit_arg,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::question_mark,
    clippy::used_underscore_binding
)]

use dragonfly::report_errors;
use std::future::Future;

#[report_errors]
fn unit() -> Result<(), String> {
    if std::env::args().count() == 0 {
        return Err("no name".to_owned());
    }
    Ok(())
}

#[report_errors]
async fn unit_async(value: u8) -> Result<(), String> {
    tokio::task::yield_now().await;
    if value == 0 {
        return Err("zero".to_owned());
    }
    Ok(())
}

#[report_errors]
async fn future_of_a_future(value: u8) -> Result<impl Future<Output = u8>, String> {
    tokio::task::yield_now().await;
    if value == 0 {
        return Err("zero".to_owned());
    }
    Ok(async move { value })
}

#[report_errors]
async fn underscores(_unused: u8, _: u8, (used, _rest): (u8, u8)) -> Result<u8, String> {
    tokio::task::yield_now().await;
    used.checked_add(1).ok_or_else(|| "much".to_owned())
}

#[report_errors]
fn branches(value: u8) -> Result<u8, String> {
    for divisor in 2..value {
        if value % divisor == 0 {
            if divisor > 100 {
                return Err("large".to_owned());
            } else if value > 100 {
                continue;
            }
            return Ok(divisor);
        }
    }
    match value {
        0 | 1 => Err("small".to_owned()),
        2 => Ok(2),
        _ => Ok(value),
    }
}

#[dragonfly::main]
fn main() -> Result<(), String> {
    unit()?;
    branches(6)?;
    drop((
        unit_async(1),
        future_of_a_future(1),
        underscores(1, 2, (3, 4)),
    ));
    Ok(())
}
