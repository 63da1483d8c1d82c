//! Writes the measured functions once for each attribute. A macro cannot: what it writes has one
//! place in the source, and the compiler joins exits that are marked with the same place.
#![forbid(unsafe_code)]

use std::path::Path;
use std::{env, fs, io};

const ATTRIBUTES: [(&str, &str); 7] = [
    ("plain", ""),
    ("inlined", "#[inline]"),
    ("report_errors", "#[dragonfly::report_errors]"),
    ("timed", "#[dragonfly::trace]"),
    ("instrument", "#[tracing::instrument(err, skip_all)]"),
    ("trace", "#[fastrace::trace]"),
    ("context", "#[fn_error_context::context(\"parsing\")]"),
];

fn main() -> io::Result<()> {
    let template = fs::read_to_string("functions/template.rs")?;
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    for (name, attribute) in ATTRIBUTES {
        let functions = template.replace("#[attribute]", attribute);
        fs::write(
            Path::new(&folder).join(name).with_extension("rs"),
            functions,
        )?;
    }
    println!("cargo::rerun-if-changed=functions");
    Ok(())
}
