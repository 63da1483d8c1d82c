use dragonfly::report_errors;

#[report_errors]
mod store {
    pub fn open() {}
}

fn main() {
    store::open();
}
