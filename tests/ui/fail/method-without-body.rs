use dragonfly::report_errors;

trait Store {
    #[report_errors]
    fn open(&self, path: &str) -> Result<(), String>;
}

impl Store for () {
    fn open(&self, _path: &str) -> Result<(), String> {
        Ok(())
    }
}

fn main() {
    let _ = ().open("");
}
