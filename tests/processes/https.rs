//! To whom reports are told: to a server that can show that it is the one, and to nobody else.

use crate::program::{Ended, Program};
use crate::tls::{Authority, Front, NOW, Shown};
use dragonfly::inbox::{Fault, Inbox};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const BURST: &str = env!("CARGO_BIN_EXE_burst");
const CARELESS: &str = env!("CARGO_BIN_EXE_careless");
const HOST: &str = "localhost";

/// What people set to get rid of a certificate's errors.
const CARELESS_VARIABLES: [(&str, &str); 10] = [
    ("SSL_VERIFY", "false"),
    ("SENTRY_SSL_VERIFY", "0"),
    ("SENTRY_VERIFY_SSL", "false"),
    ("SENTRY_ACCEPT_INVALID_CERTS", "true"),
    ("NODE_TLS_REJECT_UNAUTHORIZED", "0"),
    ("PYTHONHTTPSVERIFY", "0"),
    ("GIT_SSL_NO_VERIFY", "1"),
    ("CURL_INSECURE", "1"),
    ("CARGO_HTTP_CHECK_REVOKE", "false"),
    ("DRAGONFLY_ALLOW_HTTP", "localhost"),
];
/// And in the file, where it turns the checks of sentry-cli off.
const CARELESS_FILE: &str = "[http]\nverify_ssl = false\ncheck_ssl_revoke = false\n";

struct World {
    inbox: Inbox,
    front: Front,
    authority: Authority,
    spool: TempDir,
}

impl World {
    fn new() -> Self {
        let inbox = Inbox::start().unwrap();
        Self {
            front: Front::before(inbox.addr()),
            inbox,
            authority: Authority::new("ours"),
            spool: tempfile::tempdir().unwrap(),
        }
    }

    /// Fails twice.
    fn program(&self, path: &str) -> Program {
        Program::new(path)
            .arg("2")
            .reporting_to(format!("https://publickey@{HOST}:{}/1", self.front.port()))
            .env("DRAGONFLY_SPOOL", self.spool.path().to_str().unwrap())
            .env("SSL_CERT_FILE", self.authority.file().to_str().unwrap())
    }

    fn kept(&self) -> usize {
        envelopes(self.spool.path())
    }
}

fn envelopes(folder: &Path) -> usize {
    let found = std::fs::read_dir(folder).into_iter().flatten().flatten();
    found
        .map(|entry| match entry.path() {
            path if path.is_dir() => envelopes(&path),
            path => usize::from(path.extension().is_some_and(|end| end == "envelope")),
        })
        .sum()
}

/// The program ended as it would have without us, and we said these words in one line.
#[track_caller]
fn says_once(ended: &Ended, words: &[&str]) {
    assert_eq!((ended.code(), ended.stdout()), (Some(0), String::new()));
    let stderr = ended.stderr();
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
    for word in words {
        assert!(stderr.contains(word), "no `{word}` in {stderr}");
    }
    assert!(!stderr.contains("publickey"), "{stderr}");
}

#[test]
fn a_server_of_a_private_authority_gets_what_is_reported() {
    let world = World::new();
    world.front.shows(&world.authority.issue(HOST, NOW));
    let ended = world.program(BURST).run();
    assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
    assert_eq!((world.inbox.events().len(), world.kept()), (2, 0));
}

#[test]
fn a_certificate_that_is_not_right_is_refused_whatever_the_environment_says() {
    let world = World::new();
    let authority = &world.authority;
    let (other, forger) = (Authority::new("theirs"), Authority::new("ours"));
    let flaws = [
        (other.issue(HOST, NOW), "nobody whom this machine trusts"),
        (forger.issue(HOST, NOW), "its signature is forged"),
        (
            authority.issue("other.example.com", NOW),
            "for another host",
        ),
        (authority.issue("127.0.0.1", NOW), "for another host"),
        (authority.issue(HOST, (2000, 2020)), "it has expired"),
        (authority.issue(HOST, (3000, 4000)), "it is not valid yet"),
        (Shown::by_itself(HOST), "nobody whom this machine trusts"),
    ];
    for (number, (shown, flaw)) in (1..).zip(&flaws) {
        world.front.shows(shown);
        let mut program = world.program(BURST).file(CARELESS_FILE);
        for (name, value) in CARELESS_VARIABLES {
            program = program.env(name, value);
        }
        let ended = program.run();
        let refused = "the server's certificate was refused: ";
        says_once(&ended, &[refused, flaw, "no setting turns this check off"]);
        assert_eq!(world.inbox.requests(), 0, "{flaw}");
        assert_eq!(world.kept(), 2 * number, "{flaw}");
    }
    assert!(world.front.connections() >= flaws.len());

    // the very same is delivered once the certificate is right
    world.front.shows(&authority.issue(HOST, NOW));
    world.program(BURST).run();
    assert_eq!(world.inbox.events().len(), 2 * flaws.len() + 2);
    assert_eq!(world.kept(), 0);
}

#[test]
fn code_cannot_turn_the_check_off_either() {
    let world = World::new();
    world.front.shows(&Shown::by_itself(HOST));
    says_once(&world.program(CARELESS).run(), &["was refused"]);
    assert_eq!((world.inbox.requests(), world.kept()), (0, 2));
    world.front.shows(&world.authority.issue(HOST, NOW));
    world.program(CARELESS).run();
    assert_eq!(world.inbox.events().len(), 4);
}

#[test]
fn without_its_authority_a_private_server_is_not_trusted() {
    let world = World::new();
    world.front.shows(&world.authority.issue(HOST, NOW));
    let blank = world.program(BURST).env("SSL_CERT_FILE", "").run();
    says_once(
        &blank,
        &["nobody whom this machine trusts", "`SSL_CERT_FILE`"],
    );

    // whoever names a file that holds none does not get the browsers' instead
    let none = world.program(BURST).env("SSL_CERT_FILE", "/dev/null").run();
    let stderr = none.stderr();
    assert!(
        stderr.contains("`SSL_CERT_FILE` names no certificate"),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 2, "{stderr}");
    assert_eq!((world.inbox.requests(), world.kept()), (0, 4));
}

#[test]
fn a_folder_of_authorities_is_trusted_beside_a_file_or_without_one() {
    let world = World::new();
    world.front.shows(&world.authority.issue(HOST, NOW));
    let other = Authority::new("theirs");
    let [ours, theirs] = [&world.authority, &other].map(Authority::file);
    let folder = |file: &Path| file.parent().unwrap().to_owned();
    let empty = tempfile::tempdir().unwrap();
    std::fs::write(folder(&ours).join("README"), "no certificate").unwrap();
    let both = std::env::join_paths([folder(&theirs), folder(&ours)]).unwrap();
    let run = |file: Option<&Path>, folder: &OsStr| {
        world.inbox.clear();
        let mut program = world.program(BURST);
        program.command.env_remove("SSL_CERT_FILE");
        program
            .command
            .envs(file.map(|file| ("SSL_CERT_FILE", file)))
            .env("SSL_CERT_DIR", folder);
        program.run()
    };
    let mut refused = 0;
    for (file, folders, is_trusted) in [
        (None, folder(&ours).into(), true),
        (None, folder(&theirs).into(), false),
        (None, both, true),
        (Some(&*theirs), folder(&ours).into(), true),
        (Some(&*theirs), folder(&theirs).into(), false),
        (Some(&*ours), folder(&theirs).into(), true),
        (Some(&*ours), "/nowhere".into(), true),
        (Some(&*ours), OsString::new(), true),
    ] {
        let what = format!("{file:?} {folders:?}");
        let ended = run(file, &folders);
        if is_trusted {
            assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
            // with what was refused before
            assert_eq!(world.inbox.events().len(), 2 + refused, "{what}");
            refused = 0;
        } else {
            says_once(&ended, &["nobody whom this machine trusts"]);
            assert_eq!(world.inbox.requests(), 0, "{what}");
            refused += 2;
        }
    }

    // whoever names a folder that holds none does not get the browsers' instead
    let ended = run(None, empty.path().as_os_str());
    let stderr = ended.stderr();
    assert!(
        stderr.contains("`SSL_CERT_DIR` names no certificate"),
        "{stderr}"
    );
    assert_eq!((world.inbox.requests(), world.kept()), (0, 2));
}

#[test]
fn a_server_that_does_not_speak_tls_is_told_nothing() {
    let world = World::new();
    let dsn = world.inbox.dsn().replacen("http://", "https://", 1);
    let ended = world.program(BURST).reporting_to(&dsn).run();
    assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
    assert_eq!((world.inbox.envelopes().len(), world.kept()), (0, 2));
}

#[test]
fn a_server_that_never_shakes_hands_is_given_up() {
    let world = World::new();
    let ended = world
        .program(BURST)
        .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "60")
        .run();
    assert_eq!((ended.code(), ended.stderr()), (Some(0), String::new()));
    assert!(ended.took < Duration::from_secs(45), "{:?}", ended.took);
    assert_eq!(world.kept(), 2);
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Inbox::start().unwrap();
    let other = Front::before(elsewhere.addr());
    let world = World::new();
    world.front.shows(&world.authority.issue(HOST, NOW));
    other.shows(&world.authority.issue(HOST, NOW));
    let to = |scheme: &str, port: u16| format!("{scheme}://{HOST}:{port}/api/1/envelope/");
    for place in [
        to("http", elsewhere.addr().port()),
        to("https", other.port()),
        format!("//{HOST}:{}/api/1/envelope/", other.port()),
    ] {
        world.inbox.set_fault(Fault::Redirect(place.clone()));
        says_once(&world.program(BURST).run(), &["status 307"]);
        assert_eq!(
            (elsewhere.requests(), other.connections()),
            (0, 0),
            "{place}"
        );
    }
    // the other place is there, for those who name it
    let dsn = format!("https://publickey@{HOST}:{}/1", other.port());
    world.program(BURST).reporting_to(dsn).run();
    assert_eq!(elsewhere.events().len(), 2);
}
