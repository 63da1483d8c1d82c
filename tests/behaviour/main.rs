//! What is reported, through `dragonfly::testing`.
