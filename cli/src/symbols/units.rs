//! Whose code a binary has debug information of.
//!
//! The standard library comes with its own, so that sections alone say nothing of the user's code.

use std::borrow::Cow;
use std::io;

use gimli::{
    Dwarf, DwarfSections, EndianSlice, RunTimeEndian, SectionId, UnitType, constants as dw,
};
use object::{CompressionFormat, Object, ObjectSection, ReadRef};
use ruzstd::decoding::StreamingDecoder;

/// How much the debug information of the user's own code says; the more, the greater.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    None,
    LineTables,
    /// Functions too, as by `debug = "limited"`.
    Limited,
    /// Variables and types too.
    Full,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::LineTables => "line-tables-only",
            Self::Limited => "limited",
            Self::Full => "full",
        }
    }
}

/// The compile units, by whose code they are of.
#[derive(Clone, Copy)]
pub(super) struct Units {
    pub(super) own: usize,
    pub(super) dependencies: usize,
    pub(super) standard_library: usize,
    /// Of other languages, such as C that a crate brings along.
    pub(super) others: usize,
    /// Own ones that say only where the rest is: in a `.dwo` or `.dwp`.
    pub(super) split: usize,
    /// Of the own ones, without those that are split.
    pub(super) level: Level,
}

impl Units {
    pub(super) const NONE: Self = Self {
        own: 0,
        dependencies: 0,
        standard_library: 0,
        others: 0,
        split: 0,
        level: Level::None,
    };

    pub(super) fn count(&self) -> usize {
        self.own + self.dependencies + self.standard_library + self.others
    }
}

type Slice<'a> = EndianSlice<'a, RunTimeEndian>;
type Unit<'a> = gimli::Unit<Slice<'a>>;

/// What of the sections is looked at: not where values are and what is inlined, which is the most.
const SECTIONS: [SectionId; 8] = [
    SectionId::DebugAbbrev,
    SectionId::DebugAddr,
    SectionId::DebugInfo,
    SectionId::DebugLine,
    SectionId::DebugLineStr,
    SectionId::DebugRngLists,
    SectionId::DebugStr,
    SectionId::DebugStrOffsets,
];

/// Reads the compile units of a file.
pub(super) fn read<'data, R: ReadRef<'data>>(
    file: &object::File<'data, R>,
) -> Result<Units, String> {
    let endian = if file.is_little_endian() {
        RunTimeEndian::Little
    } else {
        RunTimeEndian::Big
    };
    let sections = DwarfSections::load(|id| {
        if SECTIONS.contains(&id) {
            section(file, id.name())
        } else {
            Ok(Cow::Borrowed(&[][..]))
        }
    })?;
    let dwarf = sections.borrow(|section| EndianSlice::new(section, endian));
    count(&dwarf).map_err(|error| format!("its debug information cannot be read: {error}"))
}

/// The bytes of a section; none, where there is none.
fn section<'data, R: ReadRef<'data>>(
    file: &object::File<'data, R>,
    name: &str,
) -> Result<Cow<'data, [u8]>, String> {
    let Some(section) = file.section_by_name(name) else {
        return Ok(Cow::Borrowed(&[]));
    };
    let unreadable = |why: &dyn std::fmt::Display| format!("its `{name}` cannot be read: {why}");
    let found = section
        .compressed_data()
        .map_err(|error| unreadable(&error))?;
    let unpacked = match found.format {
        CompressionFormat::None => return Ok(Cow::Borrowed(found.data)),
        CompressionFormat::Zlib => whole(flate2::read::ZlibDecoder::new(found.data)),
        CompressionFormat::Zstandard => StreamingDecoder::new(found.data)
            .map_err(io::Error::other)
            .and_then(whole),
        _ => return Err(unreadable(&"its compression is not known")),
    };
    unpacked.map(Cow::Owned).map_err(|error| unreadable(&error))
}

fn whole(mut reader: impl io::Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn count(dwarf: &Dwarf<Slice<'_>>) -> gimli::Result<Units> {
    let mut units = Units::NONE;
    let mut headers = dwarf.units();
    while let Some(header) = headers.next()? {
        if !matches!(
            header.type_(),
            UnitType::Compilation | UnitType::Skeleton(_)
        ) {
            continue;
        }
        let unit = dwarf.unit(header)?;
        let root = Root::of(dwarf, &unit)?;
        match root.whose() {
            Whose::Others => units.others += 1,
            Whose::StandardLibrary => units.standard_library += 1,
            Whose::Dependencies => units.dependencies += 1,
            Whose::Own => {
                units.own += 1;
                if root.is_split {
                    units.split += 1;
                } else if units.level < Level::Full {
                    units.level = units.level.max(level(&unit)?);
                }
            }
        }
    }
    Ok(units)
}

enum Whose {
    Own,
    Dependencies,
    StandardLibrary,
    Others,
}

/// What the first entry of a unit says.
struct Root {
    folder: String,
    name: String,
    is_rust: bool,
    is_split: bool,
}

impl Root {
    fn of(dwarf: &Dwarf<Slice<'_>>, unit: &Unit<'_>) -> gimli::Result<Self> {
        let mut entries = unit.entries();
        entries.next_entry()?;
        let text = |value| dwarf.attr_string(unit, value).ok();
        // paths of Windows are read as the others are
        let path = |text: Slice<'_>| text.to_string_lossy().replace('\\', "/");
        let mut root = Self {
            folder: String::new(),
            name: String::new(),
            is_rust: false,
            is_split: false,
        };
        let Some(entry) = entries.current() else {
            return Ok(root);
        };
        for attribute in entry.attrs() {
            let value = attribute.value();
            match attribute.name() {
                dw::DW_AT_comp_dir => root.folder = text(value).map(path).unwrap_or_default(),
                dw::DW_AT_name => root.name = text(value).map(path).unwrap_or_default(),
                dw::DW_AT_language => {
                    root.is_rust = value == gimli::AttributeValue::Language(dw::DW_LANG_Rust);
                }
                dw::DW_AT_GNU_dwo_name | dw::DW_AT_dwo_name => root.is_split = true,
                _ => {}
            }
        }
        Ok(root)
    }

    /// By the folder that it was compiled in: the standard library's is one of the Rust project's
    /// machines, or that of a distribution.
    fn whose(&self) -> Whose {
        let lies_in = |part: &str| self.folder.contains(part) || self.name.contains(part);
        if !self.is_rust && !self.is_split {
            return Whose::Others;
        }
        let of_the_standard_library = [
            "/rustc/",
            "/rust/deps/",
            "/usr/src/rustc-",
            "/lib/rustlib/src/",
        ];
        if of_the_standard_library.into_iter().any(lies_in) {
            Whose::StandardLibrary
        } else if lies_in("/registry/src/") || lies_in("/git/checkouts/") {
            Whose::Dependencies
        } else {
            Whose::Own
        }
    }
}

/// What the compiler wrote into a unit.
fn level(unit: &Unit<'_>) -> gimli::Result<Level> {
    let mut level = Level::LineTables;
    let mut entries = unit.entries();
    while entries.next_entry()? {
        match entries.current().map(gimli::DebuggingInformationEntry::tag) {
            Some(
                dw::DW_TAG_base_type
                | dw::DW_TAG_formal_parameter
                | dw::DW_TAG_structure_type
                | dw::DW_TAG_variable,
            ) => return Ok(Level::Full),
            Some(dw::DW_TAG_namespace) => level = Level::Limited,
            _ => {}
        }
    }
    Ok(level)
}
