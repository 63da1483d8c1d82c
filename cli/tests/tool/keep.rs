//! `inbox --keep`.

use std::fs;
use std::io::Write as _;

use crate::inbox::{post, start};
use crate::place::Place;

const ENVELOPE: &[u8] =
    b"{ }\n{\"type\":\"attachment\",\"length\":3}\n\xff\n\x00\n{\"type\":\"event\"}\n{ \"message\" : \"a\" }";

#[test]
fn each_envelope_is_kept_as_it_came() {
    let place = Place::new();
    let (inbox, dsn) = start(&place, &["--count", "2", "--keep", "a/b"], &[]);
    post(&dsn, ENVELOPE);
    post(&dsn, b"{}\n{\"type\":\"event\"}\n{}\n");
    inbox.end().exits(0);
    let folder = place.cwd().join("a/b");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().flatten().collect();
    files.sort_by_key(fs::DirEntry::file_name);
    assert_eq!(files.len(), 2);
    assert_eq!(fs::read(files[0].path()).unwrap(), ENVELOPE);
    assert_ne!(fs::read(files[1].path()).unwrap(), ENVELOPE);
    let name = files[0].file_name().into_string().unwrap();
    assert!(name.ends_with("-000001.envelope"), "{name}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(files[0].path()), mode(folder)), (0o600, 0o700));
    }
}

#[test]
fn nothing_is_kept_that_nobody_wanted() {
    let place = Place::new();
    let (inbox, dsn) = start(&place, &["--count", "1"], &[]);
    post(&dsn, ENVELOPE);
    inbox.end().exits(0);
    assert_eq!(
        fs::read_dir(place.cwd()).unwrap().count(),
        1,
        "the .sentryclirc"
    );
}

#[test]
fn a_folder_that_cannot_be_made_is_said_before_anything_comes() {
    let place = Place::new();
    let file = place.cwd().join("file");
    fs::File::create(file).unwrap().write_all(b"x").unwrap();
    for folder in ["file", "file/below"] {
        let ran = place.run(&["inbox", "--keep", folder], &[]).exits(1);
        assert_eq!((ran.out.as_str(), ran.err.lines().count()), ("", 1));
        ran.notes(&format!("keeping envelopes in `{folder}` failed"))
            .notes("name a folder with `--keep` in which you may write");
    }
}
