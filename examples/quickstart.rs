//! Works off the orders of a small shop. Some fail; see how they are reported.
//!
//! `cargo run --example quickstart` sends the reports to an inbox inside this program. With
//! `SENTRY_DSN` set, they go there; with `SENTRY_DSN=` they go nowhere, and the program is the same.

use dragonfly::report_errors;
use std::collections::HashMap;

const ORDERS: &str = "\
1001, dragonfly pin, 2, jane.doe@example.com
1002, pond net, one, sam@example.com
1003, water lily, 1, kim@example.com
1004, reed flute, 1, lee@example.com
1005, pond net, 3, ada@example.com";

#[derive(Debug, thiserror::Error)]
enum OrderError {
    #[error("order {0} has {1} fields instead of 4")]
    Fields(String, usize),
    #[error("`{0}` is no quantity")]
    Quantity(String, #[source] std::num::ParseIntError),
    #[error("nothing is called `{0}` here")]
    NoSuchItem(String),
}

#[derive(Debug, thiserror::Error)]
#[error("POST https://shop:s3cr3t@pay.example.com/charge failed for {customer}")]
struct PaymentError {
    customer: String,
    #[source]
    reason: std::io::Error,
}

struct Order<'a> {
    id: &'a str,
    cents: u32,
    customer: &'a str,
}

#[dragonfly::main]
fn main() -> anyhow::Result<()> {
    if std::env::var_os("SENTRY_DSN").is_none() {
        return Ok(dragonfly_examples::with_inbox()?);
    }
    let prices = HashMap::from([
        ("dragonfly pin", 450),
        ("pond net", 1990),
        ("water lily", 700),
    ]);
    let mut failed = 0;
    for line in ORDERS.lines() {
        match work_off(line, &prices) {
            Ok(receipt) => println!("  {receipt}"),
            Err(error) => {
                println!("  {error:#}");
                failed += 1;
            }
        }
    }
    anyhow::ensure!(failed == 0, "{failed} orders failed");
    Ok(())
}

#[report_errors]
fn work_off(line: &str, prices: &HashMap<&str, u32>) -> anyhow::Result<String> {
    let order = parse(line, prices)?;
    charge(&order)?;
    Ok(format!("{}: {} cents", order.id, order.cents))
}

#[report_errors]
fn parse<'a>(line: &'a str, prices: &HashMap<&str, u32>) -> Result<Order<'a>, OrderError> {
    let fields: Vec<&str> = line.split(',').map(str::trim).collect();
    let [id, item, quantity, customer] = fields[..] else {
        return Err(OrderError::Fields(line.to_owned(), fields.len()));
    };
    let quantity: u32 = quantity
        .parse()
        .map_err(|error| OrderError::Quantity(quantity.to_owned(), error))?;
    let price = prices
        .get(item)
        .ok_or_else(|| OrderError::NoSuchItem(item.to_owned()))?;
    Ok(Order {
        id,
        cents: price * quantity,
        customer,
    })
}

#[report_errors]
fn charge(order: &Order<'_>) -> Result<(), PaymentError> {
    if order.cents > 5000 {
        let reason = std::io::Error::from(std::io::ErrorKind::ConnectionRefused);
        return Err(PaymentError {
            customer: order.customer.to_owned(),
            reason,
        });
    }
    Ok(())
}
