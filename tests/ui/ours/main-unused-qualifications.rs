//! The expansion's own paths are not told as too long when the program imports parts of them.
#![deny(warnings, unused_qualifications, unused_imports, redundant_imports)]

use dragonfly::{main, report_errors};
use tokio::runtime;

#[report_errors]
async fn current() -> Result<runtime::Handle, runtime::TryCurrentError> {
    runtime::Handle::try_current()
}

#[main]
async fn main() {
    assert!(current().await.is_ok());
}
