//! Says in its attribute that it has a Spotlight, and leaves it to the environment to say where. Of its
//! transactions, one is begun through `sentry`.

use dragonfly::sentry::{TransactionContext, start_transaction};

#[dragonfly::main(spotlight = true)]
fn main() {
    start_transaction(TransactionContext::new("by hand", "task")).finish();
    let _ = dragonfly_tests::fail(1);
}
