#![deny(warnings)]

use tokio::runtime::Handle;

const THREADS: usize = 3;

#[dragonfly::main(flavor = "multi_thread", worker_threads = 2)]
async fn two() -> usize {
    Handle::current().metrics().num_workers()
}

#[dragonfly::main(worker_threads = THREADS)]
async fn three() -> usize {
    Handle::current().metrics().num_workers()
}

fn main() {
    assert_eq!(two(), 2);
    assert_eq!(three(), 3);
}
