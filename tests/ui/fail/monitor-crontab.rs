//! Crontabs that Sentry's servers would refuse.
use dragonfly::monitor;

#[monitor(slug = "nightly", schedule = "60 3 * * *")]
fn minute() {}

#[monitor(slug = "nightly", schedule = "0 3 * * mon-friday")]
fn weekday() {}

#[monitor(slug = "nightly", schedule = "0 3 * 13 *")]
fn month() {}

#[monitor(slug = "nightly", schedule = "*/0 * * * *")]
fn step() {}

#[monitor(slug = "nightly", schedule = "0 17-9 * * *")]
fn range() {}

#[monitor(slug = "nightly", schedule = "0 3 31 4 *")]
fn never() {}

#[monitor(slug = "nightly", schedule = "0 0 3 * * *")]
fn with_seconds() {}

#[monitor(slug = "nightly", schedule = "@reboot")]
fn unknown() {}

#[monitor(slug = "nightly", schedule = "every 10 mins")]
fn unit() {}

fn main() {}
