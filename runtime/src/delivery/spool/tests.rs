use super::{AT_ONCE, Entry, Evicted, Limits, Spool};
use std::collections::VecDeque;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const ENVELOPE: &[u8] =
    b"{\"event_id\":\"9ec79c33ec9942ab8353589fcb2e04dc\"}\n{\"type\":\"event\",\"length\":2}\n{}\n";

fn spool(root: &TempDir) -> Spool {
    let dsn = "https://key@sentry.example.com/42".parse().unwrap();
    Spool::new(Some(root.path()), &dsn, false)
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap().flatten() {
        if entry.path().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

fn envelopes(root: &TempDir) -> usize {
    let files = files(root.path());
    let is_envelope = |path: &&PathBuf| path.extension().is_some_and(|end| end == "envelope");
    files.iter().filter(is_envelope).count()
}

/// Takes over all there is; says how much of it was too old.
fn adopt(spool: &mut Spool) -> u64 {
    spool.look_for_old();
    let mut too_old = 0;
    while spool.adopt_one(|_| too_old += 1) {}
    too_old
}

#[test]
fn nothing_is_there_before_something_is_kept_and_after_all_is_delivered() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    assert_eq!(adopt(&mut spool), 0);
    assert!(files(root.path()).is_empty());
    let mut entry = spool.keep(1, ENVELOPE).unwrap();
    assert_eq!(entry.read().unwrap(), ENVELOPE);
    assert_eq!((spool.len(), envelopes(&root)), (1, 1));
    spool.replace(&mut entry, b"{}\n{\"type\":\"event\"}\n{}\n");
    assert_ne!(entry.read().unwrap(), ENVELOPE);
    assert_eq!(envelopes(&root), 1);
    spool.tidy();
    assert_eq!(envelopes(&root), 1, "not while something is kept");
    spool.remove(&entry);
    spool.tidy();
    assert!(files(root.path()).is_empty());
    assert_eq!(spool.bytes, 0);
}

#[test]
#[cfg(unix)]
fn files_and_folders_are_the_users_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    spool.keep(1, ENVELOPE).unwrap();
    rush(&mut spool);
    spool.keep(2, ENVELOPE).unwrap();
    let destination = root.path().join("sentry.example.com-443-42");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&destination), 0o700);
    for file in files(root.path()) {
        assert_eq!(mode(&file), 0o600, "{file:?}");
        assert_eq!(mode(file.parent().unwrap()), 0o700);
    }
    // also where the folder was there before
    let other = "https://key@other.example.com/1".parse().unwrap();
    let before = root.path().join("other.example.com-443-1");
    fs::create_dir(&before).unwrap();
    fs::set_permissions(&before, fs::Permissions::from_mode(0o755)).unwrap();
    let mut spool = Spool::new(Some(root.path()), &other, false);
    spool.keep(1, ENVELOPE).unwrap();
    assert_eq!(mode(&before), 0o700);
    // but not where others may have put something into it
    spool.own = None;
    fs::set_permissions(&before, fs::Permissions::from_mode(0o770)).unwrap();
    assert!(spool.keep(2, ENVELOPE).is_none());
}

#[test]
fn each_server_and_project_has_a_folder_of_its_own() {
    let of = |dsn: &str| super::destination_of(&dsn.parse().unwrap());
    assert_eq!(
        of("https://k@sentry.example.com/42"),
        "sentry.example.com-443-42"
    );
    let different = [
        "https://k@a.b/a/b/1",
        "https://k@a.b/a_b/1",
        "https://k@a.b/a-b/1",
        "https://k@a.b/a/b-1",
        "https://k@a.b/a_2fb/1",
        "https://k@a.b/1",
        "https://k@a.b:444/1",
        "http://k@[::1]/1",
        "http://k@[1::]/1",
    ];
    let names: std::collections::BTreeSet<String> = different.iter().map(|dsn| of(dsn)).collect();
    assert_eq!(names.len(), different.len(), "{names:?}");
    let is_plain = |name: &String| !name.contains(['/', ':', '[', ']']) && !name.starts_with('.');
    assert!(names.iter().all(is_plain), "{names:?}");
}

#[test]
fn what_a_run_left_is_adopted_by_one_other_once_the_run_has_ended() {
    let root = tempfile::tempdir().unwrap();
    let mut first = spool(&root);
    first.keep(1, ENVELOPE).unwrap();
    first.keep(2, ENVELOPE).unwrap();
    let mut second = spool(&root);
    adopt(&mut second);
    assert!(!second.has_adopted(), "the first one still runs");
    drop(first);
    adopt(&mut second);
    let mut third = spool(&root);
    adopt(&mut third);
    assert_eq!((second.len(), third.len()), (2, 0));
    let (entry, bytes) = second.next_adopted().unwrap();
    assert_eq!(bytes, ENVELOPE);
    assert_eq!(entry.name().number(), 1, "the oldest first");
    second.put_back(entry, bytes.len() as u64);
    for number in [1, 2] {
        let (entry, _) = second.next_adopted().unwrap();
        assert_eq!(entry.name().number(), number);
        second.remove(&entry);
        second.leave(&entry);
    }
    assert!(second.next_adopted().is_none());
    assert!(files(root.path()).is_empty());
}

#[test]
fn the_spool_of_another_project_is_left_alone() {
    let root = tempfile::tempdir().unwrap();
    let mut first = spool(&root);
    first.keep(1, ENVELOPE).unwrap();
    drop(first);
    for dsn in [
        "https://key@sentry.example.com/43",
        "https://key@other.example.com/42",
    ] {
        let mut other = Spool::new(Some(root.path()), &dsn.parse().unwrap(), false);
        adopt(&mut other);
        assert!(!other.has_adopted());
    }
    let rotated = "https://newkey:secret@sentry.example.com/42"
        .parse()
        .unwrap();
    let mut same = Spool::new(Some(root.path()), &rotated, false);
    adopt(&mut same);
    assert!(same.has_adopted());
}

#[test]
fn what_is_not_whole_is_set_aside() {
    let root = tempfile::tempdir().unwrap();
    let mut first = spool(&root);
    for number in 1..=4 {
        first.keep(number, ENVELOPE).unwrap();
    }
    drop(first);
    let all = files(root.path());
    let envelope = |index: usize| {
        all.iter()
            .filter(|path| path.extension().is_some())
            .nth(index)
            .unwrap()
    };
    fs::write(envelope(0), b"").unwrap();
    fs::write(envelope(1), &ENVELOPE[..ENVELOPE.len() - 2]).unwrap();
    fs::rename(envelope(2), envelope(2).with_extension("tmp")).unwrap();
    let mut second = spool(&root);
    adopt(&mut second);
    let (entry, bytes) = second.next_adopted().unwrap();
    assert_eq!((entry.name().number(), bytes.as_slice()), (4, ENVELOPE));
    second.remove(&entry);
    second.leave(&entry);
    let left = files(root.path());
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(
        left.iter()
            .all(|path| path.parent().unwrap().ends_with("damaged"))
    );
}

/// Whoever could write the folder could name any other by a link in it.
#[test]
#[cfg(unix)]
fn what_was_set_aside_is_forgotten_where_it_is_ours() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let root = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let mine = elsewhere.path().join("mine");
    fs::write(&mine, "").unwrap();
    let mut spool = spool(&root);
    spool.limits.age = Duration::ZERO;
    let destination = spool.destination.clone().unwrap();
    fs::create_dir(&destination).unwrap();
    let aside = destination.join("damaged");
    let mode = |path: &Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(&destination, 0o700);
    symlink(elsewhere.path(), &aside).unwrap();
    adopt(&mut spool);
    assert!(mine.exists(), "a link");
    fs::remove_file(&aside).unwrap();
    fs::create_dir(&aside).unwrap();
    fs::write(aside.join("old"), "").unwrap();
    for (folder, others) in [(&destination, 0o777), (&aside, 0o777)] {
        mode(&aside, 0o700);
        mode(folder, others);
        adopt(&mut spool);
        assert!(aside.join("old").exists(), "{}", folder.display());
        mode(&destination, 0o700);
    }
    mode(&aside, 0o700);
    adopt(&mut spool);
    assert!(!aside.join("old").exists());
}

#[test]
fn bounds_are_kept_and_the_oldest_goes_first() {
    let root = tempfile::tempdir().unwrap();
    let mut first = spool(&root);
    first.keep(1, ENVELOPE).unwrap();
    drop(first);
    let limits = |envelopes, bytes| Limits {
        envelopes,
        bytes,
        ..Limits::default()
    };
    let size = ENVELOPE.len() as u64;
    for limits in [limits(2, u64::MAX), limits(usize::MAX, 2 * size)] {
        let mut second = spool(&root);
        second.limits = limits;
        adopt(&mut second);
        let has_old = second.has_adopted();
        for number in 2..=3 {
            second.keep(number, ENVELOPE).unwrap();
        }
        if has_old {
            let evicted = second.evict();
            assert!(matches!(evicted, Some(Evicted::Adopted(_, bytes)) if bytes == ENVELOPE));
        }
        assert!(second.evict().is_none());
        second.keep(4, ENVELOPE).unwrap();
        assert!(matches!(second.evict(), Some(Evicted::Own(name)) if name.number() == 2));
        assert!(second.evict().is_none());
        assert_eq!((second.len(), envelopes(&root)), (2, 2));
        for file in files(root.path()) {
            fs::remove_file(file).unwrap();
        }
    }
}

#[test]
fn what_is_too_old_goes() {
    let root = tempfile::tempdir().unwrap();
    let mut first = spool(&root);
    first.keep(1, ENVELOPE).unwrap();
    drop(first);
    let mut second = spool(&root);
    std::thread::sleep(Duration::from_millis(5));
    second.limits.age = Duration::from_millis(1);
    assert_eq!(adopt(&mut second), 1);
    assert!(files(root.path()).is_empty());
}

#[test]
fn a_disk_that_does_not_take_it_is_left_alone_for_a_while() {
    let root = tempfile::tempdir().unwrap();
    let blocked = root.path().join("file");
    fs::write(&blocked, "not a folder").unwrap();
    let dsn = "https://key@sentry.example.com/42".parse().unwrap();
    let mut spool = Spool::new(Some(&blocked), &dsn, false);
    assert!(spool.is_on());
    assert!(spool.keep(1, ENVELOPE).is_none());
    assert!(!spool.is_on());
    assert!(spool.next_adopted().is_none() && spool.evict().is_none());
}

#[test]
fn a_folder_that_was_removed_is_made_anew() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    let entry = spool.keep(1, ENVELOPE).unwrap();
    fs::remove_dir_all(root.path()).unwrap();
    assert!(entry.read().is_err());
    assert!(spool.keep(2, ENVELOPE).is_none());
    spool.paused_until = None;
    assert!(spool.keep(3, ENVELOPE).is_some());
    assert_eq!(envelopes(&root), 1);
}

#[test]
fn what_stands_in_the_place_of_its_folder_costs_one_attempt() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    let entry = spool.keep(1, ENVELOPE).unwrap();
    let folder = entry.folder.path();
    fs::remove_dir_all(folder).unwrap();
    fs::write(folder, "no folder").unwrap();
    assert!(spool.keep(2, ENVELOPE).is_none());
    assert!(!spool.is_on(), "not at once again");
    spool.try_again();
    assert!(spool.keep(3, ENVELOPE).is_some());
    assert_eq!((spool.len(), envelopes(&root)), (1, 1));
}

const OTHER: &[u8] = b"{}\n{\"type\":\"event\",\"length\":5}\n[1,2]\n";

/// Has it take the next ones for one burst.
fn rush(spool: &mut Spool) {
    spool.limits.files = 1;
    spool.recent = VecDeque::from([Instant::now()]);
}

fn burst(spool: &mut Spool) -> Vec<Entry> {
    rush(spool);
    let keep = |number| spool.keep(number, ENVELOPE).unwrap();
    (1..=4).map(keep).collect()
}

#[test]
fn what_comes_at_once_gets_files_of_its_own_as_long_as_it_is_not_much() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    spool.limits.files = 3;
    let long_ago = Instant::now().checked_sub(2 * AT_ONCE).unwrap();
    let is_in_one = |spool: &mut Spool, number| {
        let entry = spool.keep(number, ENVELOPE).unwrap();
        entry.part.is_some()
    };
    let first = [1, 2, 3, 4, 5].map(|number| is_in_one(&mut spool, number));
    assert_eq!(first, [false, false, false, true, true]);
    spool.recent = VecDeque::from([long_ago; 3]);
    let later = [6, 7, 8, 9].map(|number| is_in_one(&mut spool, number));
    assert_eq!(later, [false, false, false, true], "it was over");
    assert!(spool.keep_apart(10, ENVELOPE).unwrap().part.is_none());
    assert_eq!(spool.recent.len(), 3, "no more is remembered");
}

#[test]
fn of_a_burst_many_are_in_one_file_and_it_goes_a_moment_after_the_last() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    let mut entries = burst(&mut spool);
    assert_eq!(
        (spool.len(), files(root.path()).len()),
        (4, 2),
        "and the lock"
    );
    spool.replace(&mut entries[1], OTHER);
    spool.remove(&entries[2]);
    spool.remove(&entries[2]);
    assert_eq!(entries[0].read().unwrap(), ENVELOPE);
    assert_eq!(entries[1].read().unwrap(), OTHER);
    assert_eq!(entries[3].read().unwrap(), ENVELOPE);
    for index in [0, 3, 1] {
        assert_eq!(files(root.path()).len(), 2);
        spool.remove(&entries[index]);
    }
    assert_eq!((spool.len(), spool.bytes), (0, 0));
    spool.remove_unused();
    let used = spool.journal.clone().unwrap().0;
    burst(&mut spool);
    assert!(Arc::ptr_eq(&used, &spool.journal.as_ref().unwrap().0));
    assert_eq!(spool.unused_at(), None);
    let waits: Vec<_> = spool.kept.keys().copied().collect();
    for name in waits {
        let part = spool.kept.remove(&name).and_then(|(_, part)| part);
        part.unwrap().remove();
    }
    assert!(spool.unused_at().is_some_and(|at| at > Instant::now()));
    is_old(&mut spool);
    spool.remove_unused();
    assert_eq!(files(root.path()).len(), 1, "the lock");
    assert_eq!(spool.unused_at(), None);
    burst(&mut spool);
    assert_eq!(files(root.path()).len(), 2, "another one");
    drop(entries);
    fs::remove_dir_all(root.path()).unwrap();
    assert!(spool.keep(5, ENVELOPE).is_none());
    spool.paused_until = None;
    assert!(spool.keep(6, ENVELOPE).is_some());
}

/// Has it take its file for one that was begun a while ago.
fn is_old(spool: &mut Spool) {
    spool.journal.as_mut().unwrap().1 = Instant::now().checked_sub(AT_ONCE).unwrap();
}

#[test]
fn what_was_delivered_does_not_stay_as_long_as_more_comes() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    let first = burst(&mut spool);
    spool.remove(&first[0]);
    is_old(&mut spool);
    let second = burst(&mut spool);
    assert_eq!(files(root.path()).len(), 3, "with the lock");
    for entry in &first[1..] {
        spool.remove(entry);
    }
    assert_eq!(files(root.path()).len(), 2, "what was delivered is gone");
    is_old(&mut spool);
    burst(&mut spool);
    is_old(&mut spool);
    burst(&mut spool);
    assert_eq!(files(root.path()).len(), 3, "of a backlog there are few");
    assert_eq!(second[3].read().unwrap(), ENVELOPE);
}

#[test]
fn at_an_end_nothing_is_left_but_what_waits() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    let apart = spool.keep_apart(9, ENVELOPE).unwrap();
    for entry in burst(&mut spool) {
        spool.remove(&entry);
    }
    assert_eq!(files(root.path()).len(), 3, "of use to the next ones");
    spool.end();
    assert_eq!((envelopes(&root), files(root.path()).len()), (1, 2));
    spool.remove(&apart);
    spool.end();
    assert!(files(root.path()).is_empty());
}

#[test]
fn a_burst_of_another_run_is_adopted_as_far_as_it_is_whole() {
    let root = tempfile::tempdir().unwrap();
    let mut first = spool(&root);
    let mut entries = burst(&mut first);
    first.remove(&entries[0]);
    first.replace(&mut entries[2], OTHER);
    drop(first);
    drop(entries);
    let all = files(root.path());
    let journal = all.iter().find(|path| path.extension().is_some()).unwrap();
    let mut bytes = fs::read(journal).unwrap();
    bytes.extend_from_slice(b"+1764086400000-000009 400\n{}\n");
    fs::write(journal, bytes).unwrap();

    let mut second = spool(&root);
    adopt(&mut second);
    assert_eq!(second.len(), 3);
    for (number, envelope) in [(2, ENVELOPE), (3, OTHER), (4, ENVELOPE)] {
        let (entry, bytes) = second.next_adopted().unwrap();
        assert_eq!((entry.name().number(), &*bytes), (number, envelope));
        second.remove(&entry);
        second.leave(&entry);
    }
    assert!(second.next_adopted().is_none());
    assert!(files(root.path()).is_empty());
}

#[test]
fn a_burst_of_which_nothing_waits_is_not_called_damaged() {
    let set_aside = |end: &[u8]| {
        let root = tempfile::tempdir().unwrap();
        let mut first = spool(&root);
        drop(burst(&mut first));
        drop(first);
        let all = files(root.path());
        let journal = all.iter().find(|path| path.extension().is_some()).unwrap();
        let bytes = fs::read_to_string(journal).unwrap();
        let mut bytes = bytes.replace("+1", "-1").into_bytes();
        bytes.extend_from_slice(end);
        fs::write(journal, bytes).unwrap();
        adopt(&mut spool(&root));
        files(root.path()).len()
    };
    assert_eq!(set_aside(b""), 0);
    assert_eq!(set_aside(b"+1764086400000-000009 400\n{}\n"), 1);
}

#[test]
#[cfg(target_os = "linux")]
fn a_burst_that_cannot_be_opened_now_waits_for_a_better_time() {
    use rustix::thread::{CapabilitySet, capabilities, set_capabilities};
    use std::os::unix::fs::PermissionsExt as _;

    let root = tempfile::tempdir().unwrap();
    drop(burst(&mut spool(&root)));
    let all = files(root.path());
    let journal = all.iter().find(|path| path.extension().is_some()).unwrap();
    let allow = |mode| fs::set_permissions(journal, fs::Permissions::from_mode(mode)).unwrap();
    // as of a process that has too many files open; root may open everything, unless this thread may not
    allow(0o000);
    let before = capabilities(None).unwrap();
    let mut fewer = before;
    fewer.effective -= CapabilitySet::DAC_OVERRIDE;
    set_capabilities(None, fewer).unwrap();
    let mut second = spool(&root);
    adopt(&mut second);
    assert_eq!((second.len(), second.times_set_aside), (0, 0));
    set_capabilities(None, before).unwrap();
    allow(0o600);
    let mut third = spool(&root);
    adopt(&mut third);
    assert_eq!(third.len(), 4);
}

/// The lock of the only run.
fn lock(root: &TempDir) -> PathBuf {
    let mut files = files(root.path());
    files.retain(|path| path.ends_with("lock"));
    assert_eq!(files.len(), 1);
    files.remove(0)
}

#[test]
fn a_lock_that_somebody_took_away_is_made_anew() {
    let root = tempfile::tempdir().unwrap();
    let mut first = spool(&root);
    first.keep(1, ENVELOPE).unwrap();
    fs::remove_file(lock(&root)).unwrap();
    first.keep(2, ENVELOPE).unwrap();
    let mut second = spool(&root);
    adopt(&mut second);
    assert_eq!(second.len(), 0, "its run goes on");

    fs::remove_file(lock(&root)).unwrap();
    drop(first);
    adopt(&mut second);
    assert_eq!(second.len(), 2, "as it has ended");
}

#[test]
fn what_another_process_took_over_is_left_to_it() {
    let root = tempfile::tempdir().unwrap();
    let mut first = spool(&root);
    burst(&mut first);
    fs::remove_file(lock(&root)).unwrap();
    let mut second = spool(&root);
    adopt(&mut second);
    assert_eq!(second.len(), 4);
    assert!(first.keep(5, ENVELOPE).is_none());
    first.try_again();
    assert!(first.keep(6, ENVELOPE).is_some());
    assert_eq!(first.len(), 1, "in a folder of its own");
    while let Some((entry, _)) = second.next_adopted() {
        second.remove(&entry);
        second.leave(&entry);
    }
    assert_eq!(
        envelopes(&root) + files(root.path()).len(),
        2,
        "and its lock"
    );
}

#[test]
fn what_is_moved_away_takes_no_more() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    let entries = burst(&mut spool);
    is_old(&mut spool);
    burst(&mut spool);
    is_old(&mut spool);
    let elsewhere = root.path().join("elsewhere");
    fs::rename(entries[0].folder.path().parent().unwrap(), &elsewhere).unwrap();
    assert!(spool.keep(5, ENVELOPE).is_none());
    spool.try_again();
    assert!(spool.keep(6, ENVELOPE).is_some());
    assert_eq!(spool.len(), 1, "where it belongs");
}

#[test]
fn of_a_burst_the_oldest_goes_first_too() {
    let root = tempfile::tempdir().unwrap();
    let mut spool = spool(&root);
    spool.limits.envelopes = 3;
    let entries = burst(&mut spool);
    assert!(spool.is_full());
    assert!(matches!(spool.evict(), Some(Evicted::Own(name)) if name == entries[0].name()));
    assert!(spool.evict().is_none());
    drop((spool, entries));
    let mut next = self::spool(&root);
    adopt(&mut next);
    assert_eq!(next.len(), 3);
}

#[test]
fn of_many_small_runs_one_folder_is_left_and_few_are_held_of_large_ones() {
    let root = tempfile::tempdir().unwrap();
    let folders = || {
        let locks = files(root.path());
        locks.iter().filter(|path| path.ends_with("lock")).count()
    };
    for number in 0..40 {
        spool(&root).keep(number, ENVELOPE).unwrap();
    }
    assert_eq!(folders(), 40);
    let mut next = spool(&root);
    adopt(&mut next);
    assert_eq!((next.len(), folders()), (40, 1));
    drop(next);

    for run in 1..=40 {
        let mut spool = spool(&root);
        for number in 0..100 {
            spool.keep_apart(100 * run + number, ENVELOPE).unwrap();
        }
    }
    let mut next = spool(&root);
    adopt(&mut next);
    assert!(
        (100..=40 + 16 * 100).contains(&next.len()),
        "{}",
        next.len()
    );
    // the rest, once those are gone
    let mut count = 0;
    while let Some((entry, _)) = next.next_adopted() {
        next.remove(&entry);
        next.leave(&entry);
        drop(entry);
        count += 1;
        while next.adopt_one(|_| ()) {}
    }
    assert_eq!(count, 40 + 40 * 100);
    next.tidy();
    assert_eq!(files(root.path()), [] as [PathBuf; 0]);
}
