//! Made by `macro_rules!`, with attributes of its own.
#![deny(warnings)]
#![forbid(unsafe_code)]

macro_rules! program {
    ($(#[$meta:meta])* $environment:literal $result:ty $body:block) => {
        $(#[$meta])*
        #[dragonfly::main(environment = $environment)]
        fn main() -> $result $body
    };
}

program! {
    /// Documented.
    #[allow(clippy::unnecessary_wraps)]
    "test" Result<(), String> {
        std::env::current_dir().map_err(|error| error.to_string())?;
        Ok(())
    }
}
