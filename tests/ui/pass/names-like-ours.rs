//! Names of the program never meet names of the expansion.
#![deny(warnings)]
#![allow(dead_code, non_camel_case_types, non_upper_case_globals, unused_macros)]

use dragonfly::report_errors;

const site: u8 = 1;
const guard: u8 = 2;
const body: u8 = 3;
const hint: u8 = 4;
struct view;

#[report_errors]
fn arguments(
    e: u8,
    x: u8,
    err: u8,
    result: u8,
    error: u8,
    caller: u8,
    span: u8,
    ret: u8,
) -> Result<u8, String> {
    Ok(e + x + err + result + error + caller + span + ret)
}

#[report_errors]
async fn arguments_async(
    e: u8,
    x: u8,
    err: u8,
    result: u8,
    error: u8,
    ret: u8,
) -> Result<u8, String> {
    Ok(e + x + err + result + error + ret)
}

#[report_errors]
fn constants() -> Result<u8, String> {
    Ok(site + guard + body + hint)
}

mod functions {
    #[allow(non_snake_case)]
    pub fn Ok<T>(value: T) -> T {
        value
    }

    #[allow(non_snake_case)]
    pub fn Err<T>(value: T) -> T {
        value
    }

    #[dragonfly::report_errors]
    pub fn free() -> Result<u8, String> {
        Result::Ok(Ok(Err(1)))
    }

    #[dragonfly::report_errors]
    pub async fn future() -> Result<u8, String> {
        Result::Ok(Ok(Err(1)))
    }
}

mod variants {
    pub enum Answer {
        Ok,
        Err,
        Some,
        None,
    }
    use Answer::*;

    #[dragonfly::report_errors]
    pub fn free(answer: Answer) -> Result<Answer, String> {
        match answer {
            Ok | Some => Result::Ok(answer),
            Err | None => Result::Err("no".to_owned()),
        }
    }
}

mod types {
    pub struct Result;
    pub struct Option;
    pub struct Some;
    pub struct Box;

    #[dragonfly::report_errors]
    pub fn free() -> std::result::Result<Result, Option> {
        Ok(Result)
    }
}

mod crates {
    mod std {}
    mod core {}
    mod alloc {}
    mod dragonfly {}
    mod sentry {}

    #[::dragonfly::report_errors]
    pub fn free() -> Result<u8, String> {
        Ok(1)
    }

    #[::dragonfly::report_errors]
    pub async fn future() -> Result<u8, String> {
        Ok(1)
    }
}

mod macros {
    macro_rules! file {
        () => {
            compile_error!("the program's own")
        };
    }
    macro_rules! module_path {
        () => {
            compile_error!("the program's own")
        };
    }
    macro_rules! option_env {
        ($name:literal) => {
            compile_error!("the program's own")
        };
    }
    macro_rules! cfg {
        ($what:ident) => {
            compile_error!("the program's own")
        };
    }

    #[dragonfly::report_errors]
    pub fn free() -> Result<u8, String> {
        Ok(1)
    }

    pub fn init() -> dragonfly::Guard {
        dragonfly::init!()
    }
}

mod methods {
    /// Methods that any value has, such as the expansion's.
    pub trait Everything {
        fn view(&self) {}
        fn error(&self) {}
        fn start(&self) {}
        fn environment(self, _: &str)
        where
            Self: Sized,
        {
        }
    }
    impl<T: ?Sized> Everything for T {}

    #[dragonfly::report_errors]
    pub fn free() -> Result<u8, String> {
        1.view();
        Ok(1)
    }

    pub fn init() -> dragonfly::Guard {
        dragonfly::init!(environment = "test")
    }
}

#[dragonfly::main(environment = "test", flavor = "current_thread")]
async fn main() {
    assert_eq!(arguments(1, 1, 1, 1, 1, 1, 1, 1), Ok(8));
    assert_eq!(arguments_async(1, 1, 1, 1, 1, 1).await, Ok(6));
    assert_eq!(constants(), Ok(10));
    assert_eq!(functions::free(), Ok(1));
    assert_eq!(functions::future().await, Ok(1));
    assert!(variants::free(variants::Answer::Ok).is_ok());
    assert!(types::free().is_ok());
    assert_eq!(crates::free(), Ok(1));
    assert_eq!(crates::future().await, Ok(1));
    assert_eq!(macros::free(), Ok(1));
    drop(macros::init());
    assert_eq!(methods::free(), Ok(1));
    drop(methods::init());
}
