//! The compiler allows no attribute of a library there; ours is not to confuse it more.
use dragonfly::report_errors;

fn main() {
    let open = #[report_errors] |path: &str| Err::<(), _>(path.to_owned());
    let _ = open("");
}
