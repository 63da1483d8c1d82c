//! Fails with a text of which some is the program's own business.

#[dragonfly::main(scrub(with = |text| {
    let place = text.strip_suffix(" in hall 9")?;
    Some(format!("{place} in a hall"))
}))]
fn main() {
    let _ = ship();
}

#[dragonfly::report_errors]
fn ship() -> Result<(), String> {
    Err("order ORD-4711 on shelf=b7x9 for session_id=a1b2c3 in hall 9".to_owned())
}
