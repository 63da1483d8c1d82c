#![deny(warnings)]

#[dragonfly::main(environment = "test")]
#[actix_rt::main]
async fn main() -> std::io::Result<()> {
    let value = actix_rt::spawn(async { 1 }).await;
    assert_eq!(value.ok(), Some(1));
    Ok(())
}
