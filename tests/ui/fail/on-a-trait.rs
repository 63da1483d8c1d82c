use dragonfly::report_errors;

#[report_errors]
trait Store {
    fn open(&self) -> Result<(), String>;
}

impl Store for () {
    fn open(&self) -> Result<(), String> {
        Ok(())
    }
}

fn main() {
    let _ = ().open();
}
