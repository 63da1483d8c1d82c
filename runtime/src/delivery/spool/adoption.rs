//! What earlier runs left, taken over by this one: a folder after the other, as each is held by an open
//! file. What is in a small one moves into our own, so that many runs leave no more than one.

use super::folder::Contents;
use super::{Entry, Folder, Listed, Spool};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How many envelopes are moved at most; a folder with more is held until they are gone.
const FEW: usize = 64;
/// How many folders are held at once.
const MOST_HELD: usize = 16;

impl Spool {
    /// Finds the folders of earlier runs.
    pub(crate) fn look_for_old(&mut self) {
        if let Some(destination) = &self.destination {
            self.unseen = Folder::all(destination);
            forget_damaged(destination, SystemTime::now(), self.limits.age);
        }
    }

    /// Whether there is a folder that could be taken over now.
    pub(crate) fn has_unseen(&mut self) -> bool {
        self.held.retain(|folder| folder.strong_count() > 0);
        !self.unseen.is_empty() && self.held.len() < MOST_HELD
    }

    /// Takes over one folder, unless its run goes on; shows what was too old, and is gone. `false` if
    /// there is no folder to take over now.
    pub(crate) fn adopt_one(&mut self, mut too_old: impl FnMut(&[u8])) -> bool {
        let path = self.has_unseen().then(|| self.unseen.pop());
        let Some(path) = path.flatten() else {
            return false;
        };
        let Some(found) = Folder::adopt(path).map(Arc::new) else {
            return true;
        };
        let Contents {
            mut listed,
            half_written,
            foreign,
        } = found.contents();
        for half in half_written {
            self.set_aside(&found, &half, "damaged");
        }
        for foreign in foreign {
            self.set_aside(&found, &foreign, "foreign");
        }
        let now = SystemTime::now();
        listed.retain(|Listed { name, bytes, part }| {
            let is_fresh = name.age(now) <= self.limits.age;
            if !is_fresh {
                let entry = Entry {
                    folder: Arc::clone(&found),
                    name: *name,
                    part: part.clone(),
                };
                too_old(&entry.read_small(*bytes));
                entry.remove();
            }
            is_fresh
        });
        self.take_over(&found, listed);
        found.remove_if_empty();
        true
    }

    fn take_over(&mut self, found: &Arc<Folder>, listed: Vec<Listed>) {
        let can_move = listed.len() <= FEW && listed.iter().any(|listed| listed.part.is_none());
        let own = can_move.then(|| self.own_folder().ok()).flatten();
        let mut stays = false;
        for Listed { name, bytes, part } in listed {
            let moved = own
                .as_ref()
                .filter(|own| part.is_none() && own.take_from(found, name));
            stays |= moved.is_none();
            let folder = Arc::clone(moved.unwrap_or(found));
            self.bytes += bytes;
            self.adopted
                .push_back((Entry { folder, name, part }, bytes));
        }
        if stays {
            self.held.push(Arc::downgrade(found));
        }
        self.adopted
            .make_contiguous()
            .sort_by_key(|(entry, _)| entry.name);
    }
}

/// Removes set-aside files past their time.
fn forget_damaged(destination: &Path, now: SystemTime, age: Duration) {
    for path in Folder::set_aside_of(destination) {
        let modified = fs::symlink_metadata(&path).and_then(|data| data.modified());
        if modified.is_ok_and(|at| now.duration_since(at).is_ok_and(|old| old > age)) {
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir(&path));
        }
    }
}
