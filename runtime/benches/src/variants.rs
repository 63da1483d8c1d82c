//! The measured functions: the same bodies under each attribute.

use std::fmt;

use crate::{pause, run};

/// Why some bytes are no number.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// A byte is no digit.
    #[error("{0:#x} is no digit")]
    NotADigit(u8),
    /// The number does not fit.
    #[error("the number is too large")]
    TooLarge,
}

impl ParseError {
    /// What `fn_error_context` calls.
    fn context(self, text: String) -> Self {
        drop(text);
        self
    }
}

type Parsed = Result<u32, ParseError>;

/// The measured functions under one attribute.
#[derive(Debug, Clone, Copy)]
pub struct Variant {
    /// Its name in the tables.
    pub name: &'static str,
    /// A sync call.
    pub sync: fn(&[u8]) -> Parsed,
    /// An async call, pending as often as it is told to be.
    pub call: fn(&[u8], u32) -> Parsed,
    /// The sizes of four futures: with a small state, with a buffer of 512 bytes, and with arguments
    /// by value that are kept across a pause, or used up before it.
    pub sizes: fn() -> [usize; 4],
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! functions {
    ($name:ident) => {
        mod $name {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), ".rs"));
        }
    };
}

macro_rules! variant {
    ($name:ident) => {
        Variant {
            name: stringify!($name),
            sync: $name::sync,
            call: |text, pauses| run($name::call(text, pauses)),
            sizes: || {
                [
                    size_of_val(&$name::call(b"", 0)),
                    size_of_val(&$name::large(b"", 0)),
                    size_of_val(&$name::kept(String::new(), Vec::new(), [0; 32])),
                    size_of_val(&$name::used_up(String::new(), Vec::new(), [0; 32])),
                ]
            },
        }
    };
}

/// All variants; the first is what the others are compared with.
pub const VARIANTS: [Variant; 7] = [
    variant!(plain),
    variant!(by_hand),
    variant!(report_errors),
    variant!(timed),
    variant!(instrument),
    variant!(trace),
    variant!(context),
];

/// Functions that do nothing: what is left is the loop around the calls.
pub const EMPTY: Variant = Variant {
    name: "empty",
    sync: |_| Ok(0),
    call: |_, _| Ok(0),
    sizes: || [0; 4],
};

fn digit(byte: u8) -> Parsed {
    match byte {
        b'0'..=b'9' => Ok(u32::from(byte - b'0')),
        _ => Err(ParseError::NotADigit(byte)),
    }
}

functions!(plain);
functions!(inlined);
functions!(report_errors);
functions!(timed);
functions!(instrument);
functions!(trace);
functions!(context);

mod by_hand {
    use super::{Parsed, inlined};

    pub(super) fn sync(text: &[u8]) -> Parsed {
        inlined::sync(text).inspect_err(|error| {
            sentry::capture_error(error);
        })
    }

    pub(super) async fn call(text: &[u8], pauses: u32) -> Parsed {
        inlined::call(text, pauses).await.inspect_err(|error| {
            sentry::capture_error(error);
        })
    }

    pub(super) async fn large(text: &[u8], pauses: u32) -> Parsed {
        inlined::large(text, pauses).await.inspect_err(|error| {
            sentry::capture_error(error);
        })
    }

    pub(super) async fn kept(name: String, parts: Vec<u32>, key: [u8; 32]) -> Parsed {
        inlined::kept(name, parts, key).await.inspect_err(|error| {
            sentry::capture_error(error);
        })
    }

    pub(super) async fn used_up(name: String, parts: Vec<u32>, key: [u8; 32]) -> Parsed {
        inlined::used_up(name, parts, key)
            .await
            .inspect_err(|error| {
                sentry::capture_error(error);
            })
    }
}
