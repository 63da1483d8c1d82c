//! The library, but for `#[report_errors]`, which is `#[trace]`.

pub use dragonfly::*;

#[doc(hidden)]
pub use dragonfly::__private;
pub use dragonfly::trace as report_errors;
