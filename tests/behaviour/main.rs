//! What is reported, seen through `dragonfly::testing`.

mod bubbling;
mod describing;
mod privacy;
mod silence;
