//! Has the programs linked without debug information: hundreds of them take a fifth of the disk. The profile
//! could say it, too, and then their dependencies were others than those of this workspace.

use std::env;

fn main() {
    println!("cargo::rerun-if-changed={}", file!());
    if env::var_os("CARGO_CFG_UNIX").is_some() {
        println!("cargo::rustc-link-arg-bins=-Wl,-S");
    }
}
