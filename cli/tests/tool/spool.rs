use std::fs;
use std::path::PathBuf;

use dragonfly::inbox::{Fault, Inbox, Received};
use serde_json::Value;
use tempfile::TempDir;

use crate::place::{Place, Ran};

/// A spool that an ended run has left.
struct Spool(TempDir);

impl Spool {
    /// One event of each text waits for the inbox.
    fn with(inbox: &Inbox, texts: &[&str]) -> Self {
        let spool = Self(TempDir::new().unwrap());
        let run = spool.run_of(inbox);
        fs::create_dir_all(&run).unwrap();
        #[cfg(unix)]
        for folder in [run.parent().unwrap(), &run] {
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            fs::set_permissions(folder, private).unwrap();
        }
        fs::write(run.join("lock"), "").unwrap();
        for (number, text) in (1..).zip(texts) {
            let event = format!("{{\"message\":\"{text}\"}}");
            let bytes = format!(
                "{{}}\n{{\"type\":\"event\",\"length\":{}}}\n{event}\n",
                event.len()
            );
            let name = format!("{:013}-{number:06}.envelope", 1_700_000_000_000_u64);
            fs::write(run.join(name), bytes).unwrap();
        }
        spool
    }

    /// The same, as a burst is kept: many in one file, here after one that is gone.
    fn of_burst(inbox: &Inbox, texts: &[&str]) -> Self {
        let spool = Self::with(inbox, texts);
        let run = spool.run_of(inbox);
        let mut journal = b"-1699999999999-000001 3\n{}\n".to_vec();
        for number in 1..=texts.len() {
            let name = format!("1700000000000-{number:06}");
            let file = run.join(&name).with_extension("envelope");
            let envelope = fs::read(&file).unwrap();
            journal.extend(format!("+{name} {}\n", envelope.len()).into_bytes());
            journal.extend(envelope);
            fs::remove_file(file).unwrap();
        }
        fs::write(run.join("1699999999999-000001.envelopes"), journal).unwrap();
        spool
    }

    fn run_of(&self, inbox: &Inbox) -> PathBuf {
        let destination = format!("127.0.0.1-{}-1", inbox.addr().port());
        self.0.path().join(destination).join("ended")
    }

    #[cfg(target_os = "linux")]
    fn tool_on_terminal(&self, inbox: &Inbox, args: &[&str]) -> Ran {
        let folder = self.0.path().to_str().unwrap();
        let dsn = inbox.dsn();
        let variables = [("DRAGONFLY_SPOOL", folder), ("SENTRY_DSN", &dsn)];
        Place::new().run_on_terminal(args, &variables)
    }

    fn tool(&self, inbox: &Inbox, args: &[&str]) -> Ran {
        let folder = self.0.path().to_str().unwrap();
        let dsn = inbox.dsn();
        let variables = [("DRAGONFLY_SPOOL", folder), ("SENTRY_DSN", &dsn)];
        Place::new().run(args, &variables)
    }
}

#[test]
fn lists_what_waits() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["sold out", "\\u001b[31mred"]);
    let ran = spool.tool(&inbox, &["spool"]).exits(0);
    ran.prints("sold out").prints("red").never_says("\u{1b}");

    let ran = spool.tool(&inbox, &["spool", "list", "--json"]).exits(0);
    let lines: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["number"], &lines[0]["title"]),
        (&1.into(), &"sold out".into())
    );
    assert!(lines[0]["age_seconds"].as_u64().unwrap() > 86_400);
}

#[test]
fn an_empty_spool_says_so() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool(TempDir::new().unwrap());
    spool
        .tool(&inbox, &["spool"])
        .exits(0)
        .prints("nothing waits in");
    spool
        .tool(&inbox, &["spool", "--json"])
        .exits(0)
        .never_says("n");
    spool
        .tool(&inbox, &["spool", "send"])
        .exits(0)
        .prints("0 sent");
    spool.tool(&inbox, &["spool", "show", "1"]).exits(2);
    let off = [("DRAGONFLY_SPOOL", "off")];
    Place::new().run(&["spool"], &off).exits(2);
}

#[test]
fn shows_one() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first", "second"]);
    let ran = spool.tool(&inbox, &["spool", "show", "2"]).exits(0);
    ran.prints("second").never_says("first");
    let ran = spool
        .tool(&inbox, &["spool", "show", "1", "--json"])
        .exits(0);
    let item: Value = serde_json::from_str(ran.out.trim()).unwrap();
    assert_eq!(item["payload"]["message"], "first");
    spool.tool(&inbox, &["spool", "show", "0"]).exits(2);
    spool.tool(&inbox, &["spool", "show", "3"]).exits(2);
}

#[test]
fn shows_what_would_be_sent_whoever_wrote_it() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["for jane@example.com: password=open-sesame"]);
    for args in [
        ["spool", "list"].as_slice(),
        &["spool", "list", "--json"],
        &["spool", "show", "1"],
        &["spool", "show", "1", "--json"],
    ] {
        let ran = spool.tool(&inbox, args).exits(0);
        ran.never_says("sesame")
            .never_says("jane")
            .prints("for [email]: password=[Filtered]");
    }
    let file = fs::read_dir(spool.run_of(&inbox)).unwrap().flatten();
    let file = file
        .map(|entry| entry.path())
        .find(|path| path.ends_with("1700000000000-000001.envelope"));
    fs::write(
        file.unwrap(),
        "{\"dsn\":\"https://k@x.example/1\"}\n{\"type\":\"event\"}\n{}\n",
    )
    .unwrap();
    let ran = spool.tool(&inbox, &["spool", "show", "1"]).exits(1);
    ran.notes("nothing of it would be sent");
}

#[test]
fn a_message_names_files_as_they_are_called() {
    let inbox = Inbox::start().unwrap();
    let folder = "/home/jane/of no program";
    let dsn = inbox.dsn();
    let variables = [("DRAGONFLY_SPOOL", folder), ("SENTRY_DSN", &dsn)];
    for args in [
        ["spool"].as_slice(),
        &["config"],
        &["config", "--json"],
        &["health"],
    ] {
        Place::new().run(args, &variables).exits(0).prints(folder);
    }
}

#[test]
fn sends_now_and_removes_what_was_taken() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first", "second"]);
    spool
        .tool(&inbox, &["spool", "send"])
        .exits(0)
        .prints("2 sent, 0 refused and removed, 0 left");
    let titles: Vec<String> = inbox.events().iter().map(Received::title).collect();
    assert_eq!(titles, ["first", "second"]);
    assert!(!spool.run_of(&inbox).exists());
}

#[test]
#[cfg(target_os = "linux")]
fn shows_on_a_terminal_how_far_the_sending_is_and_nowhere_else() {
    let texts = ["first", "second", "third"];
    let send = |args: &[&str], on_terminal: bool| {
        let inbox = Inbox::start().unwrap();
        // more than there is between two pictures of the bar
        inbox.set_fault(Fault::Delay(std::time::Duration::from_millis(200)));
        let spool = Spool::with(&inbox, &texts);
        let ran = if on_terminal {
            spool.tool_on_terminal(&inbox, args)
        } else {
            spool.tool(&inbox, args)
        };
        assert_eq!(inbox.events().len(), 3);
        ran.exits(0)
    };
    let ran = send(&["spool", "send"], true).prints("3 sent");
    for step in ["1/3 sent", "2/3 sent", " left"] {
        assert!(ran.err.contains(step), "no `{step}` in {:?}", ran.err);
    }
    assert!(
        ran.err.ends_with("\u{1b}[2K"),
        "it is cleared: {:?}",
        ran.err
    );
    assert_eq!(send(&["spool", "send"], false).err, "");
    for on_terminal in [true, false] {
        let ran = send(&["spool", "send", "--json"], on_terminal);
        assert_eq!((ran.json()["sent"].clone(), &*ran.err), (3.into(), ""));
    }
}

#[test]
fn what_is_no_envelope_of_ours_stays_and_the_rest_is_scrubbed_once_more() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first", "for jane@example.com"]);
    let elsewhere = "{\"dsn\":\"https://key@other.example.com/1\"}\n{\"type\":\"event\"}\n{}\n";
    let put = spool.run_of(&inbox).join("1700000000000-000003.envelope");
    fs::write(put, elsewhere).unwrap();
    #[cfg(unix)]
    {
        let link = spool.run_of(&inbox).join("1700000000000-000004.envelope");
        let first = spool.run_of(&inbox).join("1700000000000-000001.envelope");
        std::os::unix::fs::symlink(first, link).unwrap();
    }
    spool
        .tool(&inbox, &["spool", "send"])
        .exits(1)
        .prints("2 sent, 0 refused and removed, 1 left")
        .notes("1 of what is left cannot be read, or is no envelope of ours");
    let titles: Vec<String> = inbox.events().iter().map(Received::title).collect();
    assert_eq!(titles, ["first", "for [email]"]);
}

#[test]
#[cfg(unix)]
fn a_folder_that_others_may_write_is_not_used() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first"]);
    let run = spool.run_of(&inbox);
    let mode = |mode: u32| {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(mode);
        fs::set_permissions(run.parent().unwrap(), mode).unwrap();
    };
    mode(0o777);
    for args in [&["spool"][..], &["spool", "send"], &["spool", "clear"]] {
        let ran = spool.tool(&inbox, args).exits(0);
        ran.notes("a folder of the spool is not used: other users may write it")
            .never_says("first");
    }
    assert_eq!((inbox.requests(), run.exists()), (0, true));
    mode(0o700);
    spool
        .tool(&inbox, &["spool", "send"])
        .exits(0)
        .prints("1 sent");
}

#[test]
fn a_burst_is_listed_shown_sent_and_deleted_as_others_are() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::of_burst(&inbox, &["first", "second"]);
    let ran = spool.tool(&inbox, &["spool", "list", "--json"]).exits(0);
    assert_eq!(ran.out.lines().count(), 2);
    let ran = spool.tool(&inbox, &["spool", "show", "2"]).exits(0);
    ran.prints("second").never_says("first");
    spool
        .tool(&inbox, &["spool", "send"])
        .exits(0)
        .prints("2 sent, 0 refused and removed, 0 left");
    let titles: Vec<String> = inbox.events().iter().map(Received::title).collect();
    assert_eq!(titles, ["first", "second"]);
    assert!(!spool.run_of(&inbox).exists());

    let spool = Spool::of_burst(&inbox, &["first", "second"]);
    spool
        .tool(&inbox, &["spool", "clear"])
        .exits(0)
        .prints("2 deleted");
    assert!(!spool.run_of(&inbox).exists());
}

#[test]
fn what_cannot_be_sent_stays() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first", "second"]);
    inbox.set_fault(Fault::Status(503));
    let ran = spool.tool(&inbox, &["spool", "send"]).exits(1);
    ran.prints("0 sent, 0 refused and removed, 2 left")
        .notes("sending ended early: the server failed with status 503");
    inbox.set_fault(Fault::Status(403));
    let ran = spool.tool(&inbox, &["spool", "send", "--json"]).exits(1);
    let report: Value = serde_json::from_str(ran.out.trim()).unwrap();
    assert_eq!(
        (&report["refused"], &report["left"]),
        (&2.into(), &0.into())
    );
}

#[test]
fn what_a_running_program_works_on_is_left_alone() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first"]);
    let lock = fs::File::open(spool.run_of(&inbox).join("lock")).unwrap();
    lock.lock().unwrap();
    spool
        .tool(&inbox, &["spool", "clear"])
        .exits(0)
        .prints("0 deleted");
    spool
        .tool(&inbox, &["spool", "send"])
        .exits(0)
        .prints("1 left");
    drop(lock);
    spool
        .tool(&inbox, &["spool", "clear"])
        .exits(0)
        .prints("1 deleted");
    spool
        .tool(&inbox, &["spool"])
        .exits(0)
        .prints("nothing waits");
    assert_eq!(inbox.requests(), 0);
}

#[test]
fn what_waits_for_others_is_not_sent_and_told_of() {
    let (inbox, other) = (Inbox::start().unwrap(), Inbox::start().unwrap());
    let spool = Spool::with(&inbox, &["first", "second"]);
    let ran = spool.tool(&other, &["spool", "send"]).exits(0);
    ran.prints("0 sent, 0 refused and removed, 0 left")
        .notes("2 more wait for other servers or projects");
    let ran = spool.tool(&inbox, &["spool", "send"]).exits(0);
    ran.prints("2 sent").never_says("other servers");
    assert_eq!((inbox.requests(), other.requests()), (2, 0));
}

/// Nothing is said to wait where nobody could look.
#[test]
fn a_spool_that_is_no_folder_or_cannot_be_read_is_told() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first"]);
    let file = spool.run_of(&inbox).join("lock");
    let file = file.to_str().unwrap();
    for command in [&["spool"][..], &["spool", "send"], &["spool", "clear"]] {
        let variables = [("DRAGONFLY_SPOOL", file), ("SENTRY_DSN", &inbox.dsn())];
        Place::new()
            .run(command, &variables)
            .exits(1)
            .notes("reading the spool failed: `")
            .notes("name another folder in `DRAGONFLY_SPOOL`")
            .never_says("waits in");
    }
}

#[test]
fn what_is_no_envelope_is_shown_with_the_way_to_be_rid_of_it() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first"]);
    let damaged = spool.run_of(&inbox).join("1700000000000-000002.envelope");
    fs::write(damaged, "{\"sent_at\":").unwrap();
    spool
        .tool(&inbox, &["spool", "show", "2"])
        .exits(1)
        .notes("it is no envelope, and `dragonfly spool clear` deletes it");
}

#[cfg(unix)]
#[test]
fn an_envelope_that_may_not_be_read_is_told() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first", "second"]);
    let file = spool.run_of(&inbox).join("1700000000000-000002.envelope");
    let nobody = std::os::unix::fs::PermissionsExt::from_mode(0o000);
    fs::set_permissions(&file, nobody).unwrap();
    let may_read = fs::File::open(&file).is_ok(); // as root may
    let ran = spool.tool(&inbox, &["spool"]).exits(i32::from(!may_read));
    ran.prints("first").prints(if may_read {
        "second"
    } else {
        "not to be sent: Permission denied"
    });
}

#[test]
fn health_says_what_waits_and_leaves_it() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first"]);
    let ran = spool.tool(&inbox, &["health"]).exits(0);
    ran.prints("Waiting").prints("1 in the spool");
    assert_eq!(inbox.events().len(), 1, "the test error alone");
    let ran = spool.tool(&inbox, &["health", "--json"]).exits(0);
    let report: Value = serde_json::from_str(ran.out.trim()).unwrap();
    assert_eq!(report["waiting"], 1);
}

#[test]
fn what_was_set_aside_is_told_and_goes_with_the_rest() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first"]);
    let run = spool.run_of(&inbox);
    let aside = run.parent().unwrap().join("damaged");
    fs::create_dir(&aside).unwrap();
    for name in [
        "a-1700000000000-000007.envelope",
        "a-1700000000000-000008.tmp",
    ] {
        fs::write(aside.join(name), "no envelope").unwrap();
    }
    // as a run leaves it that was killed as it wrote
    fs::write(run.join("1700000000000-000009.tmp"), "half of o").unwrap();
    let told = |count: usize| {
        let folder = aside.display();
        format!(
            "set aside in `{folder}`, as no envelopes: {count} files; `dragonfly spool clear` deletes what is there"
        )
    };
    let ran = spool.tool(&inbox, &["spool"]).exits(0);
    ran.prints("first").notes(&told(2));
    let ran = spool.tool(&inbox, &["spool", "--json"]).exits(0);
    assert_eq!(ran.notes(&told(2)).out.lines().count(), 1);
    let ran = spool.tool(&inbox, &["spool", "send", "--json"]).exits(0);
    assert_eq!(ran.json()["set_aside"], 2);
    let ran = spool.tool(&inbox, &["spool", "send"]).exits(0);
    ran.prints("0 sent, 0 refused and removed, 0 left")
        .notes(&told(2));

    let again = Spool::with(&inbox, &["second"]);
    let other = again.run_of(&inbox);
    fs::rename(
        other.join("1700000000000-000001.envelope"),
        run.join("1700000000000-000001.envelope"),
    )
    .unwrap();
    let ran = spool.tool(&inbox, &["spool", "clear"]).exits(0);
    ran.prints("1 deleted, and 3 files that were no envelopes");
    assert_eq!(fs::read_dir(spool.0.path()).unwrap().count(), 0);
    let ran = spool.tool(&inbox, &["spool", "clear", "--json"]).exits(0);
    assert_eq!(
        (&ran.json()["deleted"], &ran.json()["set_aside"]),
        (&0.into(), &0.into())
    );
    spool
        .tool(&inbox, &["spool"])
        .exits(0)
        .never_says("set aside");
}

/// What lies behind a link is somebody's, and a run that goes on may be writing what is not whole yet.
#[cfg(unix)]
#[test]
fn clear_deletes_nothing_that_is_not_of_an_ended_run() {
    let inbox = Inbox::start().unwrap();
    let spool = Spool::with(&inbox, &["first"]);
    let run = spool.run_of(&inbox);
    let elsewhere = TempDir::new().unwrap();
    let mine = elsewhere.path().join("mine");
    fs::write(&mine, "").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), run.parent().unwrap().join("damaged")).unwrap();
    let half = run.join("1700000000000-000009.tmp");
    fs::write(&half, "half of o").unwrap();
    let lock = fs::File::open(run.join("lock")).unwrap();
    lock.lock().unwrap();
    spool
        .tool(&inbox, &["spool", "clear"])
        .exits(0)
        .prints("0 deleted\n");
    assert!(mine.exists() && half.exists());
}
