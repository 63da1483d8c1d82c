//! What README and guide show of the tool.

use std::fs;
use std::path::Path;

use crate::place::Place;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::read_to_string(root.join(path)).unwrap()
}

/// The commands of the workflow, each on a line of its own.
fn commands(workflow: &str) -> Vec<&str> {
    let lines = workflow.lines().map(str::trim_start);
    lines
        .map(|line| line.trim_start_matches("- ").trim_start_matches("run: "))
        .filter_map(|line| line.strip_prefix("dragonfly "))
        .collect()
}

#[test]
fn the_workflow_is_the_one_in_the_examples() {
    let workflow = read("examples/release.yml");
    let readme = read("README.md");
    assert!(readme.contains(&format!("\n```yaml\n{workflow}```\n")));
}

#[test]
fn its_commands_are_known() {
    let workflow = read("examples/release.yml");
    let commands = commands(&workflow);
    assert_eq!(commands.len(), 6, "{commands:?}");
    let known = |command: &str| {
        let words: Vec<_> = command.split(' ').chain(["--help"]).collect();
        Place::new().run(&words, &[]).code
    };
    for command in commands {
        assert_eq!(known(command), Some(0), "{command}");
    }
    assert_eq!(known("release knew"), Some(2));
    assert_eq!(known("symbols check --weight"), Some(2));
}

#[test]
fn the_example_of_a_file_is_right_in_each_line() {
    let example = read(".sentryclirc.example");
    let is_value = |line: &&str| line.contains(" = ");
    let values = example.lines().filter(is_value).count();
    let place = Place::new().with_rc(&example);
    let ran = place.run(&["config"], &[]).exits(0);
    assert_eq!(ran.err, "");
    assert_eq!(ran.out.matches("./.sentryclirc:").count(), values);
}

#[test]
fn the_files_that_are_named_as_proof_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let text = read("SECURITY.md");
    let is_file = |word: &&str| {
        let folders = ["cli/", "runtime/", "tests/"];
        folders.iter().any(|folder| word.starts_with(folder))
    };
    let named: Vec<_> = text.split('`').filter(is_file).collect();
    assert!(named.len() > 30, "{named:?}");
    for file in named {
        assert!(root.join(file).exists(), "{file}");
    }
}

#[test]
fn unsafe_code_is_where_it_is_said_to_be() {
    fn all(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                all(&path, found);
                continue;
            }
            let code = fs::read_to_string(&path).unwrap();
            let code = code.split("\nmod tests {").next().unwrap();
            if code.contains("(unsafe_code,") || code.contains(" unsafe_code,") {
                found.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    for folder in ["cli/src", "macros/src", "runtime/src"] {
        all(&root.join(folder), &mut found);
    }
    let said = ["/runtime/src/exit/", "/runtime/src/report/stack/"];
    found.retain(|path| !said.iter().any(|folder| path.contains(folder)));
    assert!(found.is_empty(), "{found:?}");
}

/// The lines for Cargo.toml are those that `symbols check` would say.
#[test]
#[cfg(target_os = "linux")]
fn its_profile_is_that_of_the_check() {
    let place = Place::new();
    crate::symbols::build(&place, "shop", &["-Cdebuginfo=none"]);
    let said = place
        .run(&["symbols", "check", "--json", "shop"], &[])
        .exits(1)
        .json();
    let guide = read("runtime/docs/guide/releases.md");
    let (_, profile) = guide.split_once("```toml\n").unwrap();
    let (profile, _) = profile.split_once("```").unwrap();
    let lines: Vec<_> = profile
        .lines()
        .map(|line| line.split(" # ").next().unwrap())
        .collect();
    assert_eq!(said["problems"][0]["lines"], serde_json::json!(lines));
}
