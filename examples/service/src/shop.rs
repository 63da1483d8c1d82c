//! The shop: orders in a database.

use rusqlite::{Connection, OptionalExtension as _, params};
use std::sync::{Mutex, PoisonError};
use tokio::task::JoinError;

pub(crate) struct Shop(Mutex<Connection>);

pub(crate) struct Order {
    pub(crate) id: i64,
    pub(crate) goods: String,
    pub(crate) paid: bool,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ShopError {
    #[error("there is no order {0}")]
    NoOrder(i64),
    #[error("nobody can order {0:?}")]
    Invalid(String),
    #[error("the card for order {0} was declined")]
    Declined(i64),
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
    #[error("the work was not done")]
    Task(#[from] JoinError),
}

impl Shop {
    /// A shop without orders.
    pub(crate) fn open() -> Result<Self, ShopError> {
        let connection = Connection::open_in_memory()?;
        connection.execute_batch(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, goods TEXT NOT NULL, paid INTEGER NOT NULL)",
        )?;
        Ok(Self(Mutex::new(connection)))
    }

    pub(crate) fn take(&self, goods: &str) -> Result<i64, ShopError> {
        if goods.trim().is_empty() {
            return Err(ShopError::Invalid(goods.to_owned()));
        }
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connection.execute("INSERT INTO orders (goods, paid) VALUES (?1, 0)", [goods])?;
        Ok(connection.last_insert_rowid())
    }

    pub(crate) fn order(&self, id: i64) -> Result<Order, ShopError> {
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let query = "SELECT id, goods, paid FROM orders WHERE id = ?1";
        let found = connection.query_row(query, [id], |row| {
            Ok(Order {
                id: row.get(0)?,
                goods: row.get(1)?,
                paid: row.get(2)?,
            })
        });
        found.optional()?.ok_or(ShopError::NoOrder(id))
    }

    /// Cards for more than one thing are declined.
    pub(crate) fn pay(&self, id: i64) -> Result<(), ShopError> {
        let order = self.order(id)?;
        if order.goods.contains(" and ") {
            return Err(ShopError::Declined(order.id));
        }
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        connection.execute(
            "UPDATE orders SET paid = ?1 WHERE id = ?2",
            params![true, id],
        )?;
        Ok(())
    }
}
