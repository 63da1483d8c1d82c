//! `shop` without us.

fn open_shop(path: &str) -> anyhow::Result<String> {
    Ok(std::fs::read_to_string(path)?)
}

fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).as_deref() == Some("wait") {
        println!("ready");
        let _ = std::io::stdin().read_line(&mut String::new());
        return Ok(());
    }
    println!("the shop opens");
    open_shop("/nowhere/shop.toml")?;
    Ok(())
}
