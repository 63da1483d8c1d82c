//! `dragonfly symbols check`, on programs that the compiler makes here.
#![cfg(target_os = "linux")] // whose compiler makes ELF

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use dragonfly::inbox::Inbox;
use serde_json::Value;

use crate::place::{Place, Ran};

const SOURCE: &str = "fn main() { println!(\"{:?}\", std::env::args().collect::<Vec<_>>()); }\n";

/// Builds a program in the working directory, by these arguments of the compiler.
#[track_caller]
pub(crate) fn build(place: &Place, name: &str, arguments: &[&str]) -> PathBuf {
    let source = place.cwd().join("shop.rs");
    fs::write(&source, SOURCE).unwrap();
    let program = place.cwd().join(name);
    fs::create_dir_all(program.parent().unwrap()).unwrap();
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .current_dir(place.cwd())
        .args(["--edition=2024", "shop.rs", "-Copt-level=1", "-o", name])
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    program
}

pub(crate) const LINES: &[&str] = &["-Cdebuginfo=line-tables-only", "-Cstrip=none"];

fn check(place: &Place, program: &str) -> Ran {
    place.run(&["symbols", "check", program], &[])
}

#[track_caller]
fn json(place: &Place, program: &str) -> Value {
    let ran = place.run(&["symbols", "check", "--json", program], &[]);
    let json = ran.json();
    let code = i32::from(json["ready"] != true);
    ran.exits(code);
    json
}

#[track_caller]
fn problem(json: &Value) -> &str {
    let problems = json["problems"].as_array().unwrap();
    assert_eq!(problems.len(), 1, "{json}");
    problems[0]["what"].as_str().unwrap()
}

#[test]
fn how_much_is_known_of_the_users_code() {
    let place = Place::new();
    for (debug, level) in [
        ("-Cdebuginfo=full", "full"),
        ("-Cdebuginfo=limited", "limited"),
        ("-Cdebuginfo=line-tables-only", "line-tables-only"),
    ] {
        build(&place, level, &[debug, "-Cstrip=none"]);
        let json = json(&place, level);
        assert_eq!(json["ready"], true, "{json}");
        assert_eq!(json["debug_info"], level);
        assert_eq!(json["format"], "ELF");
        assert_eq!(json["stripped"], "nothing");
        assert_ne!(json["units"]["own"], 0);
        assert_ne!(json["units"]["standard_library"], 0);
        assert_eq!(json["problems"], serde_json::json!([]));
    }
    check(&place, "limited")
        .exits(0)
        .has_row("Program limited (named)")
        .has_row("Ready yes")
        .prints("limited: lines and functions (1 unit of your code")
        .prints("the return trace of `#[report_errors]` has its lines without any of this");
}

#[test]
fn the_standard_librarys_own_does_not_count() {
    let place = Place::new();
    build(&place, "without", &["-Cdebuginfo=none", "-Cstrip=none"]);
    let json = json(&place, "without");
    assert_eq!(json["debug_info"], "none");
    assert_eq!(json["units"]["own"], 0);
    assert_ne!(json["units"]["standard_library"], 0);
    assert!(
        problem(&json).starts_with("it has no debug information of your code, only "),
        "{json}"
    );
    check(&place, "without")
        .exits(1)
        .has_row("Next step write this into Cargo.toml of the workspace, and build again")
        .prints("\n[profile.release]\ndebug = \"line-tables-only\"\nsplit-debuginfo = \"off\"\n")
        .prints("strip = \"none\"\n");
}

#[test]
fn what_is_stripped_says_so() {
    let place = Place::new();
    for (strip, stripped) in [
        ("debuginfo", "debug information"),
        ("symbols", "everything"),
    ] {
        let strip = format!("-Cstrip={strip}");
        build(&place, "shop", &["-Cdebuginfo=full", &strip]);
        let json = json(&place, "shop");
        assert_eq!(json["stripped"], stripped);
        assert_eq!(json["ready"], false);
        assert!(problem(&json).contains("stripped"), "{json}");
        assert!(json["build_id"].is_string(), "{json}");
        let quiet = place.run(&["symbols", "check", "shop", "--quiet"], &[]);
        let quiet = quiet.exits(1).notes("`shop` is not ready: ");
        assert_eq!((quiet.out.as_str(), quiet.err.lines().count()), ("", 1));
    }
}

#[test]
fn a_stripped_program_with_its_symbols_beside_it_is_ready() {
    let place = Place::new();
    let program = build(&place, "shop", LINES);
    let ids = |json: &Value| (json["build_id"].clone(), json["debug_id"].clone());
    let before = ids(&json(&place, "shop"));
    fs::copy(&program, place.cwd().join("shop.debug")).unwrap();
    let strip = |program: &Path| Command::new("strip").arg(program).status().unwrap();
    assert!(strip(&program).success());
    let after = json(&place, "shop");
    assert_eq!(after["ready"], true, "{after}");
    assert_eq!(after["stripped"], "everything");
    assert_eq!(after["files"], serde_json::json!(["shop", "shop.debug"]));
    assert_eq!(ids(&after), before);
    check(&place, "shop").has_row("Beside it shop.debug");

    // that of another build is none of its
    let other = build(&place, "other", &["-Cdebuginfo=full", "-Cstrip=none"]);
    fs::rename(other, place.cwd().join("shop.debug")).unwrap();
    let after = json(&place, "shop");
    assert_eq!(after["ready"], false, "{after}");
    assert_eq!(after["files"], serde_json::json!(["shop"]));
}

#[test]
fn split_debug_information_is_not_sent() {
    let place = Place::new();
    let split = |how: &str, name: &str| {
        let how = format!("-Csplit-debuginfo={how}");
        build(&place, name, &["-Cdebuginfo=full", &how]);
        let json = json(&place, name);
        assert_eq!(json["split"], how != "-Csplit-debuginfo=off", "{json}");
        json
    };
    assert_eq!(split("off", "off")["ready"], true);
    assert!(problem(&split("packed", "packed")).contains("`.dwp`"));
    check(&place, "packed")
        .exits(1)
        .has_row("Beside it packed.dwp");
    assert!(problem(&split("unpacked", "unpacked")).contains("`.dwo`"));
}

#[test]
fn without_a_build_id_nothing_is_found() {
    let place = Place::new();
    build(
        &place,
        "shop",
        &[LINES, &["-Clink-arg=-Wl,--build-id=none"]].concat(),
    );
    let json = json(&place, "shop");
    assert!(
        json["build_id"].is_null() && json["debug_id"].is_null(),
        "{json}"
    );
    assert!(problem(&json).contains("no build id"), "{json}");
    check(&place, "shop")
        .exits(1)
        .prints("link-arg=-Wl,--build-id");
}

#[test]
fn compressed_sections_are_read() {
    let place = Place::new();
    build(&place, "plain", LINES);
    assert!(json(&place, "plain")["compression"].is_null());
    build(
        &place,
        "packed",
        &[LINES, &["-Clink-arg=-Wl,--compress-debug-sections=zlib"]].concat(),
    );
    let json = json(&place, "packed");
    assert_eq!(json["compression"], "zlib");
    assert_eq!(json["debug_info"], "line-tables-only");
    check(&place, "packed")
        .exits(0)
        .prints(", compressed by zlib");
}

/// The debug id is what Sentry makes of the build id: its first 16 bytes, three fields turned around.
#[test]
fn the_ids_are_those_of_sentry() {
    let place = Place::new();
    let id = "0x000102030405060708090a0b0c0d0e0f10111213";
    let id = format!("-Clink-arg=-Wl,--build-id={id}");
    build(&place, "shop", &[LINES, &[&id]].concat());
    check(&place, "shop")
        .has_row("Build id 000102030405060708090a0b0c0d0e0f10111213")
        .has_row("Debug id 03020100-0504-0706-0809-0a0b0c0d0e0f");
}

/// Else Sentry would look for symbols that nobody uploaded.
#[test]
fn the_debug_id_is_that_of_the_programs_own_events() {
    let inbox = Inbox::start().unwrap();
    let place = Place::new();
    let dsn = inbox.dsn();
    place.run(&["health"], &[("SENTRY_DSN", &dsn)]).exits(0);
    let envelope = inbox.next_envelope(Duration::from_secs(60)).unwrap();
    let event = envelope.items()[0].json().unwrap();
    let images = event["debug_meta"]["images"].as_array().unwrap();
    let program = env!("CARGO_BIN_EXE_dragonfly");
    let found = json(&place, program);
    let id = |image: &&Value| image["id"] == found["debug_id"];
    let image = images.iter().find(id).unwrap();
    assert_eq!(image["code_id"], found["build_id"]);
}

#[test]
fn what_is_no_program() {
    let place = Place::new();
    fs::write(place.cwd().join("text"), "no program at all\n".repeat(9)).unwrap();
    fs::write(place.cwd().join("empty"), "").unwrap();
    for (name, why) in [
        ("nothing", "there is no such file"),
        (".", "it is a folder, name the program in it"),
        ("text", "neither ELF, nor Mach-O, nor PE"),
        ("empty", "neither ELF, nor Mach-O, nor PE"),
    ] {
        let ran = check(&place, name).exits(2).notes(why);
        assert_eq!(
            (ran.out.len(), ran.err.lines().count()),
            (0, 1),
            "{}",
            ran.err
        );
    }
}

#[test]
fn what_is_cut_short_or_spoilt_ends_well() {
    let place = Place::new();
    let program = build(&place, "shop", LINES);
    let whole = fs::read(program).unwrap();
    for cut in [
        1,
        4,
        16,
        63,
        64,
        100,
        4096,
        whole.len() / 2,
        whole.len() - 100,
    ] {
        fs::write(place.cwd().join("cut"), &whole[..cut]).unwrap();
        let ran = check(&place, "cut");
        assert!(
            matches!(ran.code, Some(1 | 2)),
            "{cut}: {}{}",
            ran.out,
            ran.err
        );
        assert!(!ran.err.contains("panicked"), "{cut}: {}", ran.err);
    }
    let mut spoilt = whole;
    for place in (4096..spoilt.len()).step_by(97) {
        spoilt[place] ^= 0x55;
    }
    fs::write(place.cwd().join("spoilt"), spoilt).unwrap();
    let ran = check(&place, "spoilt");
    assert!(matches!(ran.code, Some(1 | 2)), "{}{}", ran.out, ran.err);
    assert!(!ran.err.contains("panicked"), "{}", ran.err);
}

/// The smallest Mach-O program: a header, and a UUID.
fn mach_o() -> Vec<u8> {
    let words = [0xfeed_facf_u32, 0x0100_000c, 0, 2, 1, 24, 0, 0, 0x1b, 24];
    let bytes = words.into_iter().flat_map(u32::to_le_bytes);
    bytes.chain(0..16).collect()
}

#[test]
fn mach_o_is_known_by_its_uuid() {
    let place = Place::new();
    fs::write(place.cwd().join("shop"), mach_o()).unwrap();
    let alone = json(&place, "shop");
    assert_eq!(
        (&alone["format"], &alone["ready"]),
        (&"Mach-O".into(), &false.into())
    );
    assert_eq!(alone["debug_id"], "00010203-0405-0607-0809-0a0b0c0d0e0f");
    assert_eq!(alone["architecture"], "aarch64");
    let ran = check(&place, "shop").exits(1);
    ran.has_row("UUID 000102030405060708090a0b0c0d0e0f")
        .prints("split-debuginfo = \"packed\"");
}

/// The smallest PE program: what DOS shows, a header, and no sections.
fn pe() -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[0x3c] = 64;
    bytes.extend(b"PE\0\0");
    bytes.extend(0x8664_u16.to_le_bytes());
    bytes.extend([0; 14]);
    bytes.extend(240_u16.to_le_bytes());
    bytes.extend(0x22_u16.to_le_bytes());
    let mut header = vec![0; 240];
    header[..2].copy_from_slice(&0x20b_u16.to_le_bytes());
    header[108] = 16;
    bytes.extend(header);
    bytes
}

#[test]
fn pe_needs_its_pdb() {
    let place = Place::new();
    fs::write(place.cwd().join("shop.exe"), pe()).unwrap();
    let alone = json(&place, "shop.exe");
    assert_eq!(
        (&alone["format"], &alone["ready"]),
        (&"PE".into(), &false.into())
    );
    check(&place, "shop.exe")
        .exits(1)
        .prints("no `.pdb` lies beside it");
    fs::write(place.cwd().join("shop.pdb"), "").unwrap();
    let ran = check(&place, "shop.exe").exits(1);
    assert!(!ran.out.contains("no `.pdb` lies beside it"), "{}", ran.out);
    ran.has_row("Beside it shop.pdb");
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let place = Place::new();
    let pipe = place.cwd().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for program in ["pipe", "/dev/zero"] {
        // nobody writes into the pipe: the end of the test ends one that waits
        let mut waits = place.start(&["symbols", "check", program], &[]);
        let until = std::time::Instant::now() + Duration::from_secs(20);
        while waits.child.try_wait().unwrap().is_none() {
            assert!(std::time::Instant::now() < until, "{program} is waited for");
            std::thread::sleep(Duration::from_millis(10));
        }
        let ran = waits.end().exits(2);
        ran.notes(&format!(
            "reading `{program}` failed: it is not a regular file"
        ));
    }
}
