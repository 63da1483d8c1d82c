use dragonfly::report_errors;

struct Store;

#[report_errors]
impl Store {
    fn open() -> Result<Self, String> {
        Ok(Self)
    }
}

fn main() {
    let _ = Store::open();
}
