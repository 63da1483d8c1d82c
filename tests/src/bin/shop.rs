//! Ends in an `Err` from two functions down.

#[dragonfly::main]
fn main() -> anyhow::Result<()> {
    println!("the shop opens");
    dragonfly_tests::open_shop("/nowhere/shop.toml")?;
    Ok(())
}
