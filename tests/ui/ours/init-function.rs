#![deny(warnings)]

use dragonfly::{Guard, init, report_errors};

struct Service {
    _guard: Guard,
}

#[report_errors]
fn serve(service: &Service, times: u8) -> Result<u8, String> {
    let _ = service;
    times.checked_sub(1).ok_or_else(|| "no time".to_owned())
}

fn main() {
    let service = Service { _guard: init() };
    assert_eq!(serve(&service, 1), Ok(0));
}
