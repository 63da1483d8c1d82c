use super::*;

const DSN_LINES: &str = "[auth]\ndsn = https://abcdefgh@file.example/3\n";

#[test]
fn the_nearest_upward_is_read_and_home_behind_it() {
    let at = |folder: &str, value: &str| (folder.to_owned(), value.to_owned());
    let folders = [
        at("work/shop", "near"),
        at("work", "middle"),
        at("home", "home"),
    ];
    for start in 0..3 {
        let mut world = World::new();
        for (folder, value) in &folders[start..] {
            world = world.file_in(folder, format!("[defaults]\norg = {value}\n"));
        }
        let (folder, value) = &folders[start];
        let source = match start {
            0 => "./.sentryclirc:2".to_owned(),
            _ => absolute(&world.path_in(folder), 2),
        };
        world.settings().quiet().has("org", value, &source);
    }
    World::new()
        .settings()
        .quiet()
        .has("org", "none", "default");
}

#[test]
fn the_nearest_wins_for_each_key_and_only_one_is_read_upward() {
    let world = World::new()
        .file("[defaults]\norg = near\nproject =\n")
        .file_in("work", "[dragonfly]\nrelease = hidden\n")
        .file_in(
            "home",
            "[auth]\ntoken = x\n[defaults]\norg = far\nproject = shop\n",
        );
    let home = world.path_in("home");
    world
        .settings()
        .quiet()
        .has("org", "near", "./.sentryclirc:2")
        .has("project", "shop", &absolute(&home, 5))
        .has("token", "present", &absolute(&home, 2))
        .has("release", "shop@1.4.2", "default");
}

#[test]
fn home_is_read_once() {
    let mut world = World::new().file("nonsense");
    world.around.home = world.around.cwd.clone();
    world.settings().notes_once(&["`./.sentryclirc:1`"]);
    // Two files, two notes: the check above can fail.
    let world = World::new().file("nonsense").file_in("home", "nonsense");
    assert_eq!(world.settings().notes.len(), 2);
}

#[test]
fn neither_folder_is_needed() {
    let mut world = World::new().file(DSN_LINES).file_in("home", DSN_LINES);
    world.around.cwd = None;
    assert!(world.settings().state.is_on());
    world.around.home = None;
    world.settings().quiet().off("no DSN");
    world.around.cwd = Some(world.root.join("gone"));
    world.settings().quiet().off("no DSN");
}

#[test]
fn environment_has_two_names_in_the_file() {
    let world = World::new().file("[defaults]\nenvironment = staging\n");
    world
        .settings()
        .quiet()
        .has("environment", "staging", "./.sentryclirc:2");
    let world = world.file("[defaults]\nenvironment = staging\n[dragonfly]\nenvironment=own\n");
    world
        .settings()
        .quiet()
        .has("environment", "own", "./.sentryclirc:4");
}

#[test]
fn the_syntax_is_that_of_sentry_cli() {
    for (text, org, line) in [
        ("[defaults]\norg = a", "a", 2),
        ("[defaults]\norg: a", "a", 2),
        ("[defaults]\norg=a=b:c", "a=b:c", 2),
        ("[defaults]\r\n\r\norg = a\r\nproject = b\r\n", "a", 3),
        ("\u{feff}[defaults]\norg = a", "a", 2),
        ("[ defaults ]\n\torg\t=\ta\t", "a", 2),
        ("[defaults]\norg = \"a b\"", "a b", 2),
        ("[defaults]\norg = ' a '", "a", 2),
        ("[defaults]\norg = \"a'", "\"a'", 2),
        ("[defaults]\n# org = b\n  ; org = c\norg = a", "a", 4),
        ("[defaults]\norg = a # b", "a # b", 2),
        ("[defaults] # mine\norg = a", "a", 2),
        ("[defaults] org = a", "a", 1),
        ("[defaults]\norg = a\norg = b", "b", 3),
        ("[defaults]\norg = a\n[x]\n[defaults]\norg = b", "b", 5),
    ] {
        let world = World::new().file(text);
        world
            .settings()
            .quiet()
            .has("org", org, &format!("./.sentryclirc:{line}"));
    }
    for text in [
        "",
        "\n\n",
        "[Defaults]\norg = a",
        "[defaults]\nOrg = a",
        "[defaults]\norg =",
        "[defaults]\norg = \"\"",
        "[defaults]\norg = a\norg =",
        "org = a",
        "[x]\norg = a",
    ] {
        World::new()
            .file(text)
            .settings()
            .quiet()
            .has("org", "none", "default");
    }
}

#[test]
fn a_line_that_is_no_pair_is_named_and_skipped() {
    for line in ["nonsense", "= a", ": a", "[]]"] {
        let world = World::new().file(format!("[defaults]\n{line}\n[defaults]\norg = a\n"));
        world
            .settings()
            .notes_once(&["`./.sentryclirc:2`", "`key = value`"])
            .has("org", "a", "./.sentryclirc:4");
    }
    let world = World::new().file("a\nb\n\nc\n[defaults]\norg = a\n");
    world
        .settings()
        .notes_once(&["`./.sentryclirc:1`", "(and 2 more lines)"]);
}

#[test]
fn keys_below_a_broken_section_belong_to_nobody() {
    let world = World::new().file("[defaults]\norg = a\n[defau\norg = b\n");
    world
        .settings()
        .notes_once(&["`./.sentryclirc:3`"])
        .has("org", "a", "./.sentryclirc:2");
}

#[test]
fn unknown_keys_are_noted_in_our_section_only() {
    for (key, meant) in [
        ("sampel_rate", "sample_rate"),
        ("sampleRate", "sample_rate"),
        ("traces-sample-rate", "traces_sample_rate"),
        ("Environment", "environment"),
        ("debugs", "debug"),
    ] {
        let world = World::new().file(format!("[dragonfly]\n{key} = 1\n"));
        let meant = format!("did you mean `{meant}`?");
        world
            .settings()
            .notes_once(&["`./.sentryclirc:2`", key, &meant]);
    }
    for (key, hint) in [
        ("wholly_other", "expected one of `environment`"),
        ("dsn", "`[auth] dsn`"),
    ] {
        let world = World::new().file(format!("[dragonfly]\n{key} = 1\n"));
        world.settings().notes_once(&["`./.sentryclirc:2`", hint]);
    }
    World::new()
        .file("[defaults]\nsampel_rate = 1\n[http]\nx = y")
        .settings()
        .quiet();
    let many = World::new().file(format!("[dragonfly]\n{}", "x=1\n".repeat(1000)));
    assert_eq!(many.settings().notes.len(), 5);
}

#[test]
fn a_slip_that_would_turn_everything_off_is_noted() {
    let dsn = "https://c0ffee@sentry.example.com/7";
    for (text, told) in [
        (format!("[auth]\ndns = {dsn}\n"), "did you mean `dsn`?"),
        (format!("[auth]\nDSN = {dsn}\n"), "`[auth] DSN`"),
        (format!("dsn = {dsn}\n[auth]\n"), "it is in no section"),
        (format!("[AUTH]\ndsn = {dsn}\n"), "it is in `[AUTH]`"),
        (
            format!("[auht]\ndsn = {dsn}\n"),
            "belongs into `[auth] dsn`",
        ),
        (
            format!("[defaults]\ndsn = {dsn}\n"),
            "it is in `[defaults]`",
        ),
        (format!("[auth]\ndsn {dsn}\n"), "expected `dsn = ..`"),
        (
            "[dragonfyl]\ndebug = 1\nspool = off\n".to_owned(),
            "did you mean `[dragonfly]`?",
        ),
        ("[Dragonfly]\ndebug = 1\n".to_owned(), "`[Dragonfly]`"),
    ] {
        let settings = World::new().file(&text).settings();
        settings.notes_once(&["`./.sentryclirc:", told]);
    }
    let many = "dsn = x\n[auth]\ndns = x\n[dragonfyl]\nx = 1\n[dragnfly]\nx = 1\n".repeat(1000);
    assert_eq!(World::new().file(many).settings().notes.len(), 2);
    for text in [
        "[auth]\nsdk = x\nids = x\n",
        "sand = x\n",
        "[dragonflies]\nx = 1\n",
        "[dsn]\nx = 1\n",
        "[auth]\nsand box: x\n[http]\ndsn = x\n",
    ] {
        World::new().file(text).settings().quiet();
    }
}

/// A file that cannot be read: one note, and home's is read all the same.
#[track_caller]
fn unreadable(world: World, why: &str) {
    let world = world.file_in("home", DSN_LINES);
    world
        .settings()
        .notes_once(&["`./.sentryclirc`", why])
        .on("file.example");
}

#[test]
fn files_that_are_no_text() {
    unreadable(
        World::new().file(b"[defaults]\norg = caf\xe9\n"),
        "not UTF-8",
    );
    unreadable(World::new().file(b"\xff\xfe[\0a\0]\0"), "UTF-16");
    unreadable(World::new().file(b"\xfe\xff\0[\0a\0]"), "UTF-16");
    // Without its mark it is UTF-8, though an odd one.
    World::new()
        .file(b"[\0a\0]\0\n\0b\0\n\0")
        .settings()
        .notes_once(&["`./.sentryclirc:1`"]);
}

#[test]
fn a_directory_of_that_name() {
    let world = World::new();
    fs::create_dir(world.path_in("work/shop")).unwrap();
    unreadable(world, "it is a directory");
}

#[test]
fn a_file_too_large() {
    const MIB: usize = 1024 * 1024;
    let padded = |size: usize| format!("{DSN_LINES}#{}", "x".repeat(size - DSN_LINES.len() - 1));
    unreadable(World::new().file(padded(MIB + 1)), "larger than 1 MiB");
    World::new()
        .file(padded(MIB))
        .settings()
        .quiet()
        .on("file.example");
}

#[cfg(unix)]
mod unix {
    use std::os::unix::fs::{PermissionsExt, chown, lchown, symlink};
    use std::process::Command;

    use super::*;

    fn mode(world: World, mode: u32) -> World {
        let path = world.path_in("work/shop");
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        world
    }

    #[test]
    fn a_pipe_does_not_block() {
        let world = World::new();
        let made = Command::new("mkfifo")
            .arg(world.path_in("work/shop"))
            .status();
        assert!(made.unwrap().success());
        unreadable(world, "it is not a regular file");
    }

    #[test]
    fn a_device_is_not_read() {
        let world = World::new();
        symlink("/dev/zero", world.path_in("work/shop")).unwrap();
        unreadable(world, "it is not a regular file");
    }

    #[test]
    fn links_are_followed() {
        let world = World::new();
        let target = world.root.join("target");
        fs::write(&target, DSN_LINES).unwrap();
        symlink(&target, world.path_in("work/shop")).unwrap();
        world.settings().quiet().on("file.example").has(
            "dsn",
            "https://abcd…@file.example/3",
            "./.sentryclirc:2",
        );
        fs::remove_file(&target).unwrap();
        unreadable(world, "not found");
        let world = World::new();
        symlink(NAME, world.path_in("work/shop")).unwrap();
        unreadable(world, "failed");
    }

    #[test]
    fn no_permission() {
        let world = mode(World::new().file("[defaults]\norg = a\n"), 0o000);
        if fs::read(world.path_in("work/shop")).is_ok() {
            return; // root may read everything
        }
        unreadable(world, "permission denied");
    }

    #[test]
    fn a_file_that_everyone_may_write() {
        unreadable(
            mode(World::new().file("[defaults]\norg = a\n"), 0o666),
            "every user may write",
        );
        for fine in [0o600, 0o644, 0o664] {
            mode(World::new().file(DSN_LINES), fine)
                .settings()
                .quiet()
                .on("file.example");
        }
    }

    #[test]
    fn a_file_of_another_user() {
        let world = World::new().file(DSN_LINES);
        world.settings().quiet().on("file.example");
        let mut world = world;
        let path = world.path_in("work/shop");
        if world.around.user == Some(0) {
            chown(&path, Some(4711), None).unwrap();
        } else {
            world.around.user = world.around.user.map(|user| user + 1);
        }
        let refused = "it is refused, because another user owns it";
        world
            .settings()
            .notes_once(&["`./.sentryclirc`", refused])
            .off("no DSN");
    }

    #[test]
    fn a_link_of_another_user() {
        let mut world = World::new();
        let (target, link) = (world.root.join("target"), world.path_in("work/shop"));
        fs::write(&target, DSN_LINES).unwrap();
        symlink(&target, &link).unwrap();
        world.settings().quiet().on("file.example");
        // of another user the link alone: the file stays ours, or root's
        if world.around.user == Some(0) {
            lchown(&link, Some(4711), None).unwrap();
        } else {
            fs::remove_file(&link).unwrap();
            symlink("/etc/hosts", &link).unwrap();
            world.around.user = world.around.user.map(|user| user + 1);
        }
        world
            .settings()
            .notes_once(&["`./.sentryclirc`", "it is a link of another user"])
            .off("no DSN");
    }

    #[test]
    fn a_token_that_others_may_read() {
        let token = "[auth]\ntoken = sntrys_S3CRET\n";
        for open in [0o640, 0o604, 0o644] {
            let settings = mode(World::new().file(token), open).settings();
            settings
                .notes_once(&["`./.sentryclirc`", "other users may read it", "`chmod 600`"])
                .has("token", "present", "./.sentryclirc:2");
            assert!(!settings.notes[0].contains("S3CRET"));
        }
        mode(World::new().file(token), 0o600).settings().quiet();
        // what everybody may read without harm
        for harmless in [DSN_LINES, "[auth]\ntoken =\n"] {
            mode(World::new().file(harmless), 0o644).settings().quiet();
        }
    }

    #[test]
    fn a_file_of_root_is_believed() {
        let mut world = World::new().file(DSN_LINES);
        let ours = world.around.user;
        world.around.user = Some(4711);
        assert_eq!(world.settings().state.is_on(), ours == Some(0));
    }
}
