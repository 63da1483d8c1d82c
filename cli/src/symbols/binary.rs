//! What a file is that Sentry could take symbols from.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use dragonfly::sentry::types::{DebugId, Uuid};
use object::{
    BinaryFormat, CompressionFormat, FileKind, Object, ObjectKind, ObjectSection, ReadCache,
    ReadRef,
};

use super::units::{self, Units};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Elf,
    MachO,
    Pe,
}

impl Format {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Elf => "ELF",
            Self::MachO => "Mach-O",
            Self::Pe => "PE",
        }
    }
}

/// The names by which Sentry finds the symbols of a program that crashed elsewhere.
#[derive(PartialEq, Eq)]
pub(super) struct Ids {
    /// The build id of ELF, the UUID of Mach-O; PE has none in itself.
    pub(super) build: Option<String>,
    pub(super) debug: String,
}

pub(super) struct Binary {
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) format: Format,
    pub(super) architecture: String,
    pub(super) ids: Option<Ids>,
    pub(super) units: Units,
    /// Whether it has names of functions.
    pub(super) has_symbols: bool,
    /// Whether it has debug information at all, be it the standard library's.
    pub(super) has_debug_sections: bool,
    /// How its debug sections are compressed.
    pub(super) compression: Option<&'static str>,
    /// The file beside it that has its debug information: a `.debug`, a `.dSYM`, a `.pdb`.
    pub(super) companion: Option<Companion>,
    /// The package of split debug information beside it, which Sentry does not take.
    pub(super) package: Option<PathBuf>,
}

pub(super) struct Companion {
    pub(super) path: PathBuf,
    pub(super) units: Units,
}

impl Binary {
    /// Reads a program; the error says what it is instead.
    pub(super) fn read(path: &Path) -> Result<Self, String> {
        let (mut binary, hint) = Self::read_alone(path)?;
        binary.companion = binary.find_companion(hint);
        let package = with_suffix(path, ".dwp");
        binary.package = package.is_file().then_some(package);
        Ok(binary)
    }

    /// Without what lies beside it; and the name of what should.
    fn read_alone(path: &Path) -> Result<(Self, Option<OsString>), String> {
        let found = fs::metadata(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => "there is no such file".to_owned(),
            kind => kind.to_string(),
        })?;
        if found.is_dir() {
            return Err(
                "it is a folder, name the program in it: of a whole folder, build scripts \
                        and macros would go along"
                    .to_owned(),
            );
        }
        if !found.is_file() {
            return Err("it is not a regular file".to_owned()); // a pipe would be waited for
        }
        let file = File::open(path).map_err(|error| error.kind().to_string())?;
        let data = ReadCache::new(file);
        let (mut binary, hint) = Self::of(&data)?;
        path.clone_into(&mut binary.path);
        binary.bytes = found.len();
        Ok((binary, hint))
    }

    fn of<'data, R: ReadRef<'data>>(data: R) -> Result<(Self, Option<OsString>), String> {
        const OTHER: &str = "it is no program: neither ELF, nor Mach-O, nor PE";
        match FileKind::parse(data) {
            Ok(FileKind::MachOFat32 | FileKind::MachOFat64) => {
                return Err(
                    "it is for more than one architecture, name one of its parts \
                            (`lipo -thin`)"
                        .to_owned(),
                );
            }
            Err(_) => return Err(OTHER.to_owned()),
            Ok(_) => {}
        }
        let file = object::File::parse(data).map_err(|_| OTHER.to_owned())?;
        let format = match file.format() {
            BinaryFormat::Elf => Format::Elf,
            BinaryFormat::MachO => Format::MachO,
            BinaryFormat::Pe => Format::Pe,
            _ => return Err(OTHER.to_owned()),
        };
        if file.kind() == ObjectKind::Relocatable {
            return Err("it is an object file, and no program yet".to_owned());
        }
        let debug_info = file.section_by_name(".debug_info");
        let compression = debug_info
            .and_then(|section| section.compressed_file_range().ok())
            .and_then(|range| match range.format {
                CompressionFormat::None => None,
                CompressionFormat::Zlib => Some("zlib"),
                CompressionFormat::Zstandard => Some("zstd"),
                _ => Some("unknown"),
            });
        let binary = Self {
            path: PathBuf::new(),
            bytes: 0,
            format,
            architecture: format!("{:?}", file.architecture()).to_ascii_lowercase(),
            ids: ids(&file, format),
            units: units::read(&file)?,
            has_symbols: file.symbols().next().is_some(),
            has_debug_sections: file.has_debug_symbols(),
            compression,
            companion: None,
            package: None,
        };
        Ok((binary, beside(&file)))
    }

    fn find_companion(&self, hint: Option<OsString>) -> Option<Companion> {
        let folder = self.path.parent()?;
        let name = self.path.file_name()?;
        let mut places = Vec::new();
        match self.format {
            Format::Elf => {
                if let Some(hint) = &hint {
                    places.push(folder.join(hint));
                    places.push(folder.join(".debug").join(hint));
                }
                places.push(with_suffix(&self.path, ".debug"));
            }
            Format::MachO => {
                let bundle = with_suffix(&self.path, ".dSYM");
                places.push(bundle.join("Contents/Resources/DWARF").join(name));
            }
            Format::Pe => {
                places.extend(hint.map(|hint| folder.join(hint)));
                places.push(self.path.with_extension("pdb"));
            }
        }
        places.retain(|place| *place != self.path && place.is_file());
        if self.format == Format::Pe {
            let path = places.into_iter().next()?;
            let units = Units::NONE;
            return Some(Companion { path, units });
        }
        places.into_iter().find_map(|path| {
            let (found, _) = Self::read_alone(&path).ok()?;
            // one of another build would be of no use
            let is_ours = self.ids.is_some() && found.ids == self.ids;
            let units = found.units;
            is_ours.then_some(Companion { path, units })
        })
    }

    /// What is known of the code, here or beside it.
    pub(super) fn units_known(&self) -> &Units {
        match &self.companion {
            Some(found) if found.units.level > self.units.level => &found.units,
            _ => &self.units,
        }
    }

    /// The files that belong to Sentry.
    pub(super) fn files(&self) -> Vec<&Path> {
        let beside = self.companion.as_ref().map(|found| &*found.path);
        [&*self.path].into_iter().chain(beside).collect()
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The name of the file that has the rest, as the linker or `objcopy` wrote it down.
fn beside<'data, R: ReadRef<'data>>(file: &object::File<'data, R>) -> Option<OsString> {
    let name = match (file.gnu_debuglink(), file.pdb_info()) {
        (Ok(Some((name, _))), _) => String::from_utf8_lossy(name).into_owned(),
        (_, Ok(Some(info))) => {
            let path = String::from_utf8_lossy(info.path()).replace('\\', "/");
            path.rsplit('/').next()?.to_owned()
        }
        _ => return None,
    };
    // a name, never a way out of the folder
    let name = Path::new(&name).file_name()?;
    Some(name.to_owned())
}

fn ids<'data, R: ReadRef<'data>>(file: &object::File<'data, R>, format: Format) -> Option<Ids> {
    match format {
        Format::Elf => {
            let id = file.build_id().ok().flatten().filter(|id| !id.is_empty())?;
            let mut uuid = [0; 16];
            let known = id.len().min(16);
            uuid[..known].copy_from_slice(&id[..known]);
            let uuid = if file.is_little_endian() {
                Uuid::from_bytes_le(uuid)
            } else {
                Uuid::from_bytes(uuid)
            };
            let build = Some(hex(id));
            let debug = uuid.to_string();
            Some(Ids { build, debug })
        }
        Format::MachO => {
            let uuid = file.mach_uuid().ok().flatten()?;
            let build = Some(hex(&uuid));
            let debug = Uuid::from_bytes(uuid).to_string();
            Some(Ids { build, debug })
        }
        Format::Pe => {
            let info = file.pdb_info().ok().flatten()?;
            let debug = DebugId::from_parts(Uuid::from_bytes_le(info.guid()), info.age());
            let debug = debug.to_string();
            Some(Ids { build: None, debug })
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // memory takes every text
        let _ = write!(text, "{byte:02x}");
        text
    })
}
