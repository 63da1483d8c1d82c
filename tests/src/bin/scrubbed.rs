//! Fails with a text of which some is the program's own business.

#[dragonfly::main]
fn main() {
    let _ = ship();
}

#[dragonfly::report_errors]
fn ship() -> Result<(), String> {
    Err("order ORD-4711 on shelf=b7x9 for session_id=a1b2c3".to_owned())
}
