//! What a full spool has no place for: the oldest goes, and the server is told how much that was.

use crate::program::{Ended, Program};
use crate::spool::told;
use dragonfly::inbox::{Envelope, Inbox};
use dragonfly::spool::Destination;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;

const BURST: &str = env!("CARGO_BIN_EXE_burst");
/// Documented: so many envelopes wait for a process, and so many bytes.
const MOST_ENVELOPES: usize = 100_000;
const MOST_BYTES: u64 = 512 * 1024 * 1024;

/// A spool that an ended run has left.
struct Left {
    inbox: Inbox,
    spool: TempDir,
    run: PathBuf,
    /// Milliseconds since 1970.
    began: u128,
}

/// What became of all that was captured.
#[derive(Debug, PartialEq, Eq)]
struct Sum {
    arrived: usize,
    kept: usize,
    counted: usize,
}

impl Left {
    fn new() -> Self {
        let inbox = Inbox::start().unwrap();
        let spool = tempfile::tempdir().unwrap();
        let destination = format!("127.0.0.1-{}-1", inbox.addr().port());
        let run = spool.path().join(destination).join("ended");
        fs::create_dir_all(&run).unwrap();
        #[cfg(unix)]
        for folder in [run.parent().unwrap(), &run] {
            let private = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            fs::set_permissions(folder, private).unwrap();
        }
        File::create(run.join("lock")).unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self {
            inbox,
            spool,
            run,
            began: now.as_millis() - 60_000,
        }
    }

    fn name(&self, number: usize) -> String {
        format!("{:013}-{number:06}", self.began)
    }

    /// As a burst is kept: many in one file.
    fn with_many(self, count: usize) -> Self {
        let path = self.run.join(self.name(0)).with_extension("envelopes");
        let mut journal = BufWriter::new(File::create(path).unwrap());
        for number in 1..=count {
            let envelope = envelope(number);
            writeln!(journal, "+{} {}", self.name(number), envelope.len()).unwrap();
            journal.write_all(envelope.as_bytes()).unwrap();
        }
        journal.flush().unwrap();
        self
    }

    /// One in a file of that size, most of it a hole, so that it takes no place.
    fn with_large(self, number: usize, size: u64) -> Self {
        let path = self.run.join(self.name(number)).with_extension("envelope");
        let mut file = File::create(path).unwrap();
        file.write_all(envelope(number).as_bytes()).unwrap();
        file.set_len(size).unwrap();
        self
    }

    /// One that tells of lost events.
    fn with_report(self, number: usize, lost: usize) -> Self {
        let report = format!(
            "{{\"timestamp\":1764086400,\"discarded_events\":[\
             {{\"reason\":\"queue_overflow\",\"category\":\"error\",\"quantity\":{lost}}}]}}"
        );
        let envelope = format!("{{}}\n{{\"type\":\"client_report\"}}\n{report}\n");
        let path = self.run.join(self.name(number)).with_extension("envelope");
        fs::write(path, envelope).unwrap();
        self
    }

    /// A start that captures as many, with a server that is well; it ends soon, whatever waits.
    fn run(&self, count: usize) -> Ended {
        let ended = Program::new(BURST)
            .arg(&count.to_string())
            .reporting_to(self.inbox.dsn())
            .env("DRAGONFLY_SPOOL", self.spool.path().to_str().unwrap())
            .env("DRAGONFLY_SHUTDOWN_TIMEOUT", "20")
            .run();
        assert_eq!((ended.code(), ended.stdout()), (Some(0), String::new()));
        ended
    }

    fn sum(&self) -> Sum {
        let arrived = self.inbox.events().len();
        let told = told(&self.inbox);
        assert!(
            told.iter().all(|(what, _)| what == "error/queue_overflow"),
            "{told:?}"
        );
        let told: u64 = told.iter().map(|(_, count)| count).sum();
        let (mut kept, mut counted) = (0, usize::try_from(told).unwrap());
        for one in Destination::all(self.spool.path())
            .iter()
            .flat_map(Destination::list)
        {
            let envelope = Envelope::read(&one.read().unwrap()).unwrap();
            kept += envelope.events().len();
            for item in envelope.items() {
                if item.kind() == "client_report" {
                    let lost = &item.json().unwrap()["discarded_events"][0]["quantity"];
                    counted += usize::try_from(lost.as_u64().unwrap()).unwrap();
                }
            }
        }
        Sum {
            arrived,
            kept,
            counted,
        }
    }
}

fn envelope(number: usize) -> String {
    format!("{{\"event_id\":\"{number:032x}\"}}\n{{\"type\":\"event\"}}\n{{\"message\":\"old\"}}\n")
}

#[test]
fn what_goes_for_a_full_count_is_told_to_the_server() {
    let left = Left::new().with_many(MOST_ENVELOPES + 7);
    assert_eq!(left.run(10).stderr(), "");
    let sum = left.sum();
    assert_eq!(
        sum.arrived + sum.kept + sum.counted,
        MOST_ENVELOPES + 17,
        "{sum:?}"
    );
    // what was captured meanwhile has pushed out as many at most
    assert!((7..=17).contains(&sum.counted), "{sum:?}");
    assert!(sum.arrived >= 10, "{sum:?}");
}

#[test]
fn what_has_its_place_is_not_counted() {
    let left = Left::new().with_many(100);
    assert_eq!(left.run(10).stderr(), "");
    let expected = Sum {
        arrived: 110,
        kept: 0,
        counted: 0,
    };
    assert_eq!(left.sum(), expected);
}

#[test]
fn what_goes_for_full_bytes_is_told_to_the_server() {
    let mut left = Left::new();
    for number in 1..=8 {
        left = left.with_large(number, MOST_BYTES / 8 + 1);
    }
    left.run(1);
    // of the rest no server takes any, and with their holes they are no envelopes
    let told = told(&left.inbox);
    assert_eq!(told, [("error/queue_overflow".to_owned(), 1)]);
}

#[test]
fn counts_that_go_themselves_are_told_all_the_same() {
    // the oldest, so that it is the one that goes
    let mut left = Left::new().with_report(0, 40);
    for number in 1..=8 {
        left = left.with_large(number, MOST_BYTES / 8);
    }
    left.run(0);
    let told = told(&left.inbox);
    assert_eq!(told, [("error/queue_overflow".to_owned(), 40)]);
}
