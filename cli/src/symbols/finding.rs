//! What a program lacks, and how to get it.

use super::binary::{Binary, Format};
use super::units::{Level, Units};

/// Something that Sentry would miss.
pub(super) struct Problem {
    pub(super) what: String,
    pub(super) next_step: &'static str,
    /// Lines to paste.
    pub(super) lines: &'static [&'static str],
}

const REBUILD: &str = "write this into Cargo.toml of the workspace, and build again";

const ELF_PROFILE: &[&str] = &[
    "[profile.release]",
    "debug = \"line-tables-only\"",
    "split-debuginfo = \"off\"",
    "strip = \"none\"",
];

const MACH_O_PROFILE: &[&str] = &[
    "[profile.release]",
    "debug = \"line-tables-only\"",
    "split-debuginfo = \"packed\"",
    "strip = \"none\"",
];

const PE_PROFILE: &[&str] = &[
    "[profile.release]",
    "debug = \"line-tables-only\"",
    "strip = \"none\"",
];

/// All that keeps it from being of use.
pub(super) fn problems(binary: &Binary) -> Vec<Problem> {
    [no_debug_information(binary), no_id(binary)]
        .into_iter()
        .flatten()
        .collect()
}

fn no_debug_information(binary: &Binary) -> Option<Problem> {
    let lines = match binary.format {
        Format::Elf => ELF_PROFILE,
        Format::MachO => MACH_O_PROFILE,
        Format::Pe => PE_PROFILE,
    };
    let what = match &binary.companion {
        // a `.pdb` that the compiler put there is the user's; what is in it is not looked at
        Some(_) if binary.format == Format::Pe => return None,
        _ if binary.units_known().level > Level::None => return None,
        _ if binary.format == Format::Pe => "no `.pdb` lies beside it".to_owned(),
        _ if binary.units.split > 0 => match &binary.package {
            Some(_) => "the debug information of your code is in a `.dwp`, which has no debug id \
                        and is never sent"
                .to_owned(),
            None => "the debug information of your code is in `.dwo` files, which are never sent"
                .to_owned(),
        },
        _ if !binary.has_debug_sections && binary.has_symbols => {
            "it has no debug information: it was built without, or that was stripped".to_owned()
        }
        _ if !binary.has_debug_sections => {
            "it has no debug information: it was stripped".to_owned()
        }
        _ => format!(
            "it has no debug information of your code, only {}",
            whose(&binary.units)
        ),
    };
    Some(Problem {
        what,
        next_step: REBUILD,
        lines,
    })
}

fn no_id(binary: &Binary) -> Option<Problem> {
    if binary.ids.is_some() {
        return None;
    }
    let (what, next_step, lines): (_, _, &[&str]) = match binary.format {
        Format::Elf => (
            "it has no build id, by which Sentry finds its symbols",
            "write this into .cargo/config.toml, and build again",
            &[
                "[target.'cfg(target_os = \"linux\")']",
                "rustflags = [\"-C\", \"link-arg=-Wl,--build-id\"]",
            ],
        ),
        Format::MachO => (
            "it has no UUID, by which Sentry finds its symbols",
            "leave out what keeps the linker from writing one, such as `-no_uuid`",
            &[],
        ),
        Format::Pe => (
            "it names no `.pdb`, by whose id Sentry finds its symbols",
            REBUILD,
            PE_PROFILE,
        ),
    };
    Some(Problem {
        what: what.to_owned(),
        next_step,
        lines,
    })
}

/// What debug information there is, in a sentence.
pub(super) fn debug_information(binary: &Binary) -> String {
    if binary.format == Format::Pe && binary.companion.is_some() {
        return "in the `.pdb`".to_owned();
    }
    let units = binary.units_known();
    let level = match units.level {
        Level::None if units.split > 0 => "split off",
        Level::None => "none of your code",
        Level::LineTables => "line tables only",
        Level::Limited => "limited: lines and functions",
        Level::Full => "full",
    };
    if units.count() == 0 {
        "none".to_owned()
    } else {
        format!("{level} ({})", whose(units))
    }
}

/// `3 units of your code, 40 of dependencies and 12 of the standard library`
fn whose(units: &Units) -> String {
    let parts = [
        (units.own, "your code"),
        (units.dependencies, "dependencies"),
        (units.standard_library, "the standard library"),
        (units.others, "other languages"),
    ];
    let named: Vec<_> = parts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .enumerate()
        .map(|(index, (count, whose))| match (index, count) {
            (0, 1) => format!("1 unit of {whose}"),
            (0, _) => format!("{count} units of {whose}"),
            _ => format!("{count} of {whose}"),
        })
        .collect();
    match named.as_slice() {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// What was taken out of it.
pub(super) fn stripped(binary: &Binary) -> &'static str {
    match (binary.has_symbols, binary.has_debug_sections) {
        (_, true) => "nothing",
        (true, false) => "debug information",
        (false, false) => "everything",
    }
}
