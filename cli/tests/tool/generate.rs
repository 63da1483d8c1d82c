//! Completions and manual pages.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::help::COMMANDS;
use crate::place::Place;

const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "powershell", "elvish"];

#[test]
fn completions_name_every_command() {
    for shell in SHELLS {
        let ran = Place::new().run(&["completions", shell], &[]).exits(0);
        assert_eq!(ran.err, "");
        for command in COMMANDS {
            assert!(ran.out.contains(command), "no {command} for {shell}");
        }
        assert!(!ran.out.contains("no-such-command"));
    }
    let place = Place::new();
    place.run(&["completions", "csh"], &[]).exits(2).prints("");
    let quiet = place.run(&["--quiet", "completions", "bash"], &[]).exits(0);
    quiet.prints("complete -F");
}

#[cfg(unix)]
#[test]
fn bash_reads_its_completions() {
    let reads = |script: &str| {
        let mut command = Command::new("bash");
        let bash = command
            .arg("-n")
            .stdin(Stdio::piped())
            .stderr(Stdio::null());
        let mut bash = bash.spawn().unwrap();
        let mut input = bash.stdin.take().unwrap();
        input.write_all(script.as_bytes()).unwrap();
        drop(input);
        bash.wait().unwrap().success()
    };
    let script = Place::new().run(&["completions", "bash"], &[]).exits(0).out;
    assert!(reads(&script));
    assert!(!reads(&script[..script.len() / 2]), "the check can fail");
}

#[test]
fn one_page_on_stdout() {
    let ran = Place::new().run(&["man"], &[]).exits(0);
    assert_eq!(ran.err, "");
    assert!(ran.out.contains(".TH dragonfly 1"), "{}", ran.out);
    for command in COMMANDS {
        assert!(
            ran.out.contains(&format!("dragonfly\\-{command}")),
            "{command}"
        );
    }
}

#[test]
fn a_page_for_each_command() {
    let place = Place::new();
    for _again in 0..2 {
        let ran = place.run(&["man", "share/man1"], &[]).exits(0);
        assert_eq!((ran.out.as_str(), ran.err.as_str()), ("", ""));
    }
    let folder = place.cwd().join("share/man1");
    for command in COMMANDS {
        let page = fs::read_to_string(folder.join(format!("dragonfly-{command}.1"))).unwrap();
        assert!(page.contains("\n.SH SYNOPSIS\n"), "{page}");
        assert!(page.contains(command));
    }
    assert!(folder.join("dragonfly.1").is_file());
    assert!(folder.join("dragonfly-spool-send.1").is_file());

    fs::write(place.cwd().join("file"), "").unwrap();
    let ran = place.run(&["man", "file"], &[]).exits(1);
    ran.notes("writing pages into `file` failed")
        .notes("name a folder in which you may write");
}
