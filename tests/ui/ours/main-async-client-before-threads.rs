//! Sentry starts before the runtime's threads: each of them sees the client.
#![deny(warnings)]

use dragonfly::sentry::Hub;

#[dragonfly::main(dsn = "https://key@127.0.0.1:9/1", worker_threads = 2)]
async fn main() {
    assert!(Hub::current().client().is_some());
    let worker = tokio::spawn(async { Hub::current().client().is_some() });
    assert!(worker.await.unwrap());
    let blocking = tokio::task::spawn_blocking(|| Hub::current().client().is_some());
    assert!(blocking.await.unwrap());
}
