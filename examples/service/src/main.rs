//! A shop on axum with a database: errors of handlers arrive with their route, those that are to be expected
//! do not, and SIGTERM ends it once all requests are answered.
//!
//! ```text
//! cargo run --package dragonfly-service    # prints where it listens
//! ```

mod shop;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, serve};
use dragonfly::{report_errors, trace};
use shop::{Order, Shop, ShopError};
use std::env;
use std::io;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

impl IntoResponse for ShopError {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NoOrder(_) => StatusCode::NOT_FOUND,
            Self::Invalid(_) => StatusCode::BAD_REQUEST,
            Self::Declined(_) | Self::Database(_) | Self::Task(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        (status, self.to_string()).into_response()
    }
}

/// Runs what blocks where it may, within the scope and the trace of the request.
#[trace(op = "db")]
async fn ask<R: Send + 'static>(
    shop: Arc<Shop>,
    question: impl FnOnce(&Shop) -> Result<R, ShopError> + Send + 'static,
) -> Result<R, ShopError> {
    dragonfly::spawn_blocking(move || question(&shop)).await?
}

#[report_errors(ignore(ShopError::NoOrder(_)))]
async fn show(State(shop): State<Arc<Shop>>, Path(id): Path<i64>) -> Result<String, ShopError> {
    let Order { goods, paid, .. } = ask(shop, move |shop| shop.order(id)).await?;
    Ok(format!("{goods}, {}", if paid { "paid" } else { "open" }))
}

#[report_errors(ignore(ShopError::Invalid(_)))]
async fn order(State(shop): State<Arc<Shop>>, goods: String) -> Result<String, ShopError> {
    let id = ask(shop, move |shop| shop.take(&goods)).await?;
    tracing::info!(id, "order taken");
    Ok(id.to_string())
}

#[report_errors(ignore(ShopError::NoOrder(_)), fields(id))]
async fn pay(State(shop): State<Arc<Shop>>, Path(id): Path<i64>) -> Result<String, ShopError> {
    ask(shop, move |shop| shop.pay(id)).await?;
    Ok("thank you".to_owned())
}

#[dragonfly::main(tracing)]
async fn main() -> io::Result<()> {
    let shop = Shop::open().map_err(io::Error::other)?;
    let app = Router::new()
        .route("/orders", post(order))
        .route("/orders/{id}", get(show))
        .route("/orders/{id}/pay", post(pay))
        .layer(dragonfly::tower::layer())
        .with_state(Arc::new(shop));
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok());
    let listener = TcpListener::bind(("127.0.0.1", port.unwrap_or(0))).await?;
    let mut terminated = signal(SignalKind::terminate())?; // before anybody knows that it listens
    println!("http://{}", listener.local_addr()?);
    serve(listener, app)
        .with_graceful_shutdown(async move {
            let _ = terminated.recv().await;
        })
        .await
}
