//! Names its release by the commit that it was built from; see `build.rs`.

#[dragonfly::main(release_from = "ci")]
fn main() {
    let _ = dragonfly_tests::fail(1);
}
