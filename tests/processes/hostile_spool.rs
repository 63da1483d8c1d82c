//! What others, or older versions, may have put into the spool: none of it leaves as it is, none of it
//! holds the program up.

use crate::program::{Ended, Program};
use dragonfly::inbox::{Fault, Inbox, Item, Received};
use std::fs::{self, File, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

const BURST: &str = env!("CARGO_BIN_EXE_burst");
const ENDS: &str = env!("CARGO_BIN_EXE_ends");

/// Somebody who is neither this user nor root.
const SOMEBODY: u32 = 4711;
/// What must not arrive, whole and addressed to nobody.
const PLANTED: &str = "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n\
    {\"type\":\"event\"}\n{\"message\":\"planted by jane@example.com\"}\n";

/// A spool in which two events of an ended run wait.
struct World {
    inbox: Inbox,
    root: TempDir,
    destination: PathBuf,
    run: PathBuf,
    elsewhere: TempDir,
}

impl World {
    fn new() -> Self {
        let inbox = Inbox::start().unwrap();
        let root = tempfile::tempdir().unwrap();
        let destination = root
            .path()
            .join(format!("127.0.0.1-{}-1", inbox.addr().port()));
        let mut world = Self {
            inbox,
            root,
            run: PathBuf::new(),
            destination,
            elsewhere: tempfile::tempdir().unwrap(),
        };
        world.inbox.set_fault(Fault::Reset);
        world.run(BURST, "2");
        world.inbox.set_fault(Fault::None);
        world.inbox.clear();
        let runs: Vec<_> = fs::read_dir(&world.destination).unwrap().collect();
        assert_eq!(runs.len(), 1);
        world.run = runs[0].as_ref().unwrap().path();
        world
    }

    fn run(&self, program: &str, argument: &str) -> Ended {
        let ended = Program::new(program)
            .arg(argument)
            .reporting_to(self.inbox.dsn())
            .env("DRAGONFLY_SPOOL", self.root.path().to_str().unwrap())
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "20")
            .run();
        assert_eq!((ended.code(), ended.stdout()), (Some(0), String::new()));
        assert!(ended.took < Duration::from_secs(15), "{:?}", ended.took);
        ended
    }

    /// A start that captures nothing.
    fn start(&self) -> Ended {
        self.run(ENDS, "ok")
    }

    /// The name of an envelope that is older than what waits.
    fn name(&self) -> PathBuf {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let name = format!("{:013}-000000.envelope", now.as_millis() - 60_000);
        self.run.join(name)
    }

    fn plant(&self, text: impl AsRef<[u8]>) {
        self.plant_open(text, 0o600);
    }

    fn plant_open(&self, text: impl AsRef<[u8]>, mode: u32) {
        fs::write(self.name(), text).unwrap();
        let mut found = fs::read_dir(&self.run).unwrap().flatten();
        let file = found.find(|entry| {
            entry
                .file_name()
                .to_string_lossy()
                .ends_with("-000000.envelope")
        });
        set_mode(&file.unwrap().path(), mode);
    }

    fn titles(&self) -> Vec<String> {
        let mut titles: Vec<String> = self.inbox.events().iter().map(Received::title).collect();
        titles.sort();
        titles
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Gives a file or folder to somebody else, which only root can.
fn give_away(path: &Path) -> bool {
    chown(path, Some(SOMEBODY), None).is_ok()
}

const WAITING: [&str; 2] = ["String: failure 0", "String: failure 1"];

/// What was planted is set aside, said once, and what waited arrives.
#[track_caller]
fn check_set_aside(what: &str, plant: impl FnOnce(&World)) {
    let world = World::new();
    plant(&world);
    let ended = world.start();
    assert_eq!(world.titles(), WAITING, "{what}");
    let stderr = ended.stderr();
    assert_eq!(stderr.lines().count(), 1, "{what}: {stderr}");
    assert!(
        stderr.contains("file of the spool was set aside: `"),
        "{what}: {stderr}"
    );
    assert!(!stderr.contains("jane"), "{what}: {stderr}");
    let again = world.start();
    assert_eq!(
        (again.stderr(), world.titles().len()),
        (String::new(), 2),
        "{what}"
    );
    assert!(!world.run.exists(), "{what}");
}

#[test]
fn what_is_no_envelope_of_ours_is_set_aside_and_said_once() {
    check_set_aside("a link", |world| {
        let target = world.elsewhere.path().join("target");
        fs::write(&target, PLANTED).unwrap();
        symlink(target, world.name()).unwrap();
    });
    check_set_aside("a link to nothing", |world| {
        symlink("nowhere", world.name()).unwrap();
    });
    check_set_aside("a link to a device", |world| {
        symlink("/dev/zero", world.name()).unwrap();
    });
    check_set_aside("a pipe", |world| {
        assert!(
            Command::new("mkfifo")
                .arg(world.name())
                .status()
                .unwrap()
                .success()
        );
    });
    check_set_aside("a folder", |world| fs::create_dir(world.name()).unwrap());
    check_set_aside("too large", |world| {
        world.plant(PLANTED);
        let file = File::options().append(true).open(last(world)).unwrap();
        file.set_len(1 << 40).unwrap();
    });
    check_set_aside("garbage", |world| world.plant([0xff, 0, b'\n', 0x1b, 0xfe]));
    check_set_aside("nothing", |world| world.plant(""));
    check_set_aside("for another server", |world| {
        let dsn = "{\"dsn\":\"https://key@other.example.com/1\"}";
        world.plant(PLANTED.replacen(
            "{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}",
            dsn,
            1,
        ));
    });
    check_set_aside("an attachment alone", |world| {
        world.plant("{}\n{\"type\":\"attachment\",\"length\":4}\njane\n");
    });
    check_set_aside("what others may write", |world| {
        world.plant_open(PLANTED, 0o622);
    });
    check_set_aside("what another user owns", |world| {
        world.plant(PLANTED);
        if !give_away(&last(world)) {
            set_mode(&last(world), 0o666);
        }
    });
}

fn last(world: &World) -> PathBuf {
    let found = fs::read_dir(&world.run).unwrap().flatten();
    let mut paths = found.map(|entry| entry.path());
    let is_planted = |path: &PathBuf| path.to_string_lossy().ends_with("-000000.envelope");
    paths.find(is_planted).unwrap()
}

#[test]
fn what_lies_there_is_scrubbed_once_more_before_it_leaves() {
    let world = World::new();
    world.plant(format!(
        "{PLANTED}{{\"type\":\"attachment\",\"length\":16}}\njane@example.com\n"
    ));
    let ended = world.start();
    assert_eq!(ended.stderr(), "");
    let expected = [WAITING[0], WAITING[1], "planted by [email]"];
    assert_eq!(world.titles(), expected, "this file could have been ours");
    while let Some(envelope) = world.inbox.next_envelope(Duration::ZERO) {
        let kinds: Vec<_> = envelope.items().iter().map(Item::kind).collect();
        assert!(!kinds.contains(&"attachment"), "{kinds:?}");
    }
}

#[test]
fn many_strange_files_are_not_many_lines() {
    let world = World::new();
    for number in 1..100 {
        let name = world
            .name()
            .to_string_lossy()
            .replace("-000000", &format!("-9{number:05}"));
        fs::write(name, "strange").unwrap();
    }
    let ended = world.start();
    assert_eq!(world.titles(), WAITING);
    assert_eq!(ended.stderr().lines().count(), 6, "{}", ended.stderr());
}

/// Nothing of the folder is sent, which is said once; what happens now is reported all the same.
#[track_caller]
fn check_unused(what: &str, why: &str, change: impl FnOnce(&World)) -> World {
    let world = World::new();
    change(&world);
    let ended = world.run(BURST, "1");
    assert_eq!(world.titles(), WAITING[..1], "{what}");
    let stderr = ended.stderr();
    let said = format!("a folder of the spool is not used: {why}");
    assert_eq!(stderr.matches(&said).count(), 1, "{what}: {stderr}");
    assert_eq!(stderr.lines().count(), 1, "{what}: {stderr}");
    world
}

#[test]
fn a_folder_that_is_not_ours_alone_is_not_used() {
    let writable = "other users may write it";
    let world = check_unused("open to all", writable, |world| {
        set_mode(&world.destination, 0o777);
    });
    // and is once it is ours again
    set_mode(&world.destination, 0o700);
    world.start();
    assert_eq!(world.titles().len(), 3);

    check_unused("open to a group", writable, |world| {
        set_mode(&world.run, 0o770);
    });
    let is_link = "it is no folder, or a link to one";
    check_unused("a link", is_link, |world| {
        let target = world.elsewhere.path().join("target");
        fs::rename(&world.destination, &target).unwrap();
        symlink(target, &world.destination).unwrap();
    });
    check_unused("a link to a run", is_link, |world| {
        let target = world.elsewhere.path().join("target");
        fs::rename(&world.run, &target).unwrap();
        symlink(target, &world.run).unwrap();
    });
    check_unused("a file", is_link, |world| {
        fs::remove_dir_all(&world.destination).unwrap();
        fs::write(&world.destination, PLANTED).unwrap();
    });
    let foreign = "another user owns it";
    let probe = tempfile::tempdir().unwrap();
    if give_away(probe.path()) {
        check_unused("somebody's", foreign, |world| {
            assert!(give_away(&world.destination));
        });
        check_unused("somebody's run", foreign, |world| {
            assert!(give_away(&world.run));
        });
    }
}

#[test]
fn a_lock_that_is_a_pipe_holds_nobody_up() {
    let world = World::new();
    fs::remove_file(world.run.join("lock")).unwrap();
    let pipe = world.run.join("lock");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    world.run(BURST, "1");
    assert_eq!(world.titles(), WAITING[..1]);
    fs::remove_file(&pipe).unwrap();
    fs::write(&pipe, "").unwrap();
    set_mode(&pipe, 0o600);
    world.start();
    assert_eq!(world.titles().len(), 3);
}

#[test]
fn writing_follows_no_link() {
    let world = World::new();
    let victim = world.elsewhere.path().join("victim");
    fs::write(&victim, "precious").unwrap();
    for name in ["1.tmp", "lock", "damaged"] {
        let _ = symlink(&victim, world.destination.join(name));
    }
    world.plant("garbage");
    world.inbox.set_fault(Fault::Reset);
    world.run(BURST, "3");
    world.inbox.set_fault(Fault::None);
    world.start();
    assert_eq!(fs::read_to_string(&victim).unwrap(), "precious");
    assert_eq!(world.titles().len(), 5);
}
