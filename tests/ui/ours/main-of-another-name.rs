//! The attribute may stand on a function of another name, a public one and in a module.
#![deny(warnings)]

pub mod program {
    #[dragonfly::main]
    pub async fn start() -> Result<u8, String> {
        tokio::task::yield_now().await;
        Ok(1)
    }

    #[dragonfly::main]
    pub(crate) fn start_sync() -> Result<u8, String> {
        Err("no".to_owned())
    }
}

fn main() {
    assert_eq!(program::start(), Ok(1));
    assert!(program::start_sync().is_err());
}
