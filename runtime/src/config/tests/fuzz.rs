use super::*;
use crate::config::ini::Ini;
use crate::config::{dsn, value};

const ROUNDS: usize = 20_000;

pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }

    /// Bytes without sense, and such as come close to it.
    pub(super) fn text(&mut self, parts: &[&str]) -> Vec<u8> {
        let mut text = Vec::new();
        for _ in 0..self.next(12) {
            match self.next(3) {
                0 => text.push(self.next(256).to_le_bytes()[0]),
                _ => text.extend_from_slice(parts[self.next(parts.len())].as_bytes()),
            }
        }
        text
    }
}

const INI_PARTS: [&str; 18] = [
    "[",
    "]",
    "=",
    ":",
    "\n",
    "\r\n",
    "\"",
    "'",
    "#",
    ";",
    " ",
    "\u{feff}",
    "[auth]",
    "[dragonfly]",
    "dsn",
    "\ndebug=",
    "sample_rate",
    "\0",
];

const DSN_PARTS: [&str; 26] = [
    "https://",
    "http://",
    "https:",
    "://",
    "@",
    ":",
    "/",
    "?",
    "#",
    "[::1]",
    "[",
    "]",
    "127.0.0.1",
    "key",
    "host.example",
    "1",
    "%",
    "%2e%2e",
    "..",
    "\\",
    "é",
    "xn--a",
    ".",
    "\u{ad}",
    "0x",
    "99999",
];

#[test]
fn the_reader_takes_any_text() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut pairs = 0;
    for _ in 0..ROUNDS {
        let bytes = random.text(&INI_PARTS);
        let text = String::from_utf8_lossy(&bytes);
        let lines = text.lines().count();
        let ini = Ini::parse(&text);
        assert!(
            ini.broken.iter().all(|line| (1..=lines).contains(line)),
            "{text:?}"
        );
        for pair in ini.section("dragonfly") {
            assert!((1..=lines).contains(&pair.line), "{text:?}");
            assert!(!pair.key.is_empty(), "{text:?}");
            pairs += 1;
        }
    }
    assert!(
        pairs > 100,
        "{pairs} pairs: the texts are too far from sense"
    );
}

#[test]
fn a_dsn_is_any_text() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut good, mut places) = (0, 0);
    for round in 0..ROUNDS {
        let noise = random.text(&DSN_PARTS);
        let noise = String::from_utf8_lossy(&noise);
        let text = match round % 5 {
            0 => noise.clone().into_owned(),
            1 => format!("https://{noise}"),
            2 => format!("https://key@{noise}/1"),
            3 => format!("http://key@host/{noise}"),
            _ => format!("https://{noise}@host/1"),
        };
        let place = format!("http://localhost/{}", noise.replace(['@', '?', '#'], ""));
        for text in [&text, &place] {
            if let Ok(url) = dsn::spotlight(text, &[]) {
                assert!(crate::delivery::takes_copies(&url), "{url:?}");
                places += 1;
            }
        }
        let _ = (
            value::duration(&text),
            value::rate(&text),
            dsn::lacks_key(&text),
        );
        let Ok(dsn) = dsn::parse(&text) else { continue };
        good += 1;
        dsn.envelope_api_url();
        dsn.store_api_url();
        assert!(dsn::is_meant(&text), "{text:?}");
        let _ = (dsn::mask(&dsn), dsn::is_refused(&dsn, &[]));
    }
    assert!(good > 100, "{good} DSNs: the texts are too far from sense");
    assert!(
        places > 100,
        "{places} URLs: the texts are too far from sense"
    );
}

#[test]
fn whole_files_of_noise() {
    let mut random = Random(42);
    let world = World::new();
    for _ in 0..300 {
        fs::write(world.path_in("work/shop"), random.text(&INI_PARTS)).unwrap();
        for note in world.settings().notes {
            assert!(note.contains(NAME), "{note:?}");
        }
    }
}
