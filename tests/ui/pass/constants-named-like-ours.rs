//! A constant, a static or a unit struct turns a binding of its name into a pattern that compares.
#![deny(warnings)]
#![allow(non_upper_case_globals, non_camel_case_types, dead_code)]

use dragonfly::report_errors;

const e: u8 = 1;
const x: u8 = 1;
const err: u8 = 1;
const error: u8 = 1;
const result: u8 = 1;
const caller: u8 = 1;
const span: u8 = 1;
static ret: u8 = 1;
static body: u8 = 1;
static guard: u8 = 1;
struct site;
struct view;
struct hint;

#[report_errors]
fn free() -> Result<u8, u8> {
    Err(e + x + err + error + result + caller + span + ret + body + guard)
}

#[report_errors]
async fn future() -> Result<u8, u8> {
    Err(e + x + err + error + result + caller + span + ret + body + guard)
}

#[dragonfly::main]
fn main() -> Result<(), u8> {
    assert_eq!(free(), Err(10));
    drop(future());
    Ok(())
}
