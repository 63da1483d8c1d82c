//! The lines around a frame, where the source is on this machine: while developing.

use sentry::protocol::Frame;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Files read so far, each once; `None` for those that are not there.
#[derive(Default)]
pub(crate) struct Sources {
    files: HashMap<String, Option<Vec<String>>>,
}

/// Lines before and after the frame's own, as Sentry shows them.
const AROUND: usize = 5;
/// Larger files are no source that someone wrote.
const MOST_BYTES: u64 = 1024 * 1024;
const MOST_FILES: usize = 200;

impl Sources {
    /// Adds the lines to a frame of the user's own code.
    pub(crate) fn add_to(&mut self, frame: &mut Frame) {
        if frame.in_app != Some(true) {
            return;
        }
        let (Some(path), Some(line)) = (&frame.abs_path, frame.lineno) else {
            return;
        };
        if self.files.len() > MOST_FILES {
            self.files.clear();
        }
        let file = self
            .files
            .entry(path.clone())
            .or_insert_with(|| read(Path::new(path)));
        let (Some(lines), Some(index)) = (
            file,
            usize::try_from(line)
                .ok()
                .and_then(|line| line.checked_sub(1)),
        ) else {
            return;
        };
        let Some(line) = lines.get(index) else { return };
        let before = lines.get(index.saturating_sub(AROUND)..index);
        let after = lines.get(index + 1..lines.len().min(index + 1 + AROUND));
        frame.pre_context = before.unwrap_or_default().to_vec();
        frame.context_line = Some(line.clone());
        frame.post_context = after.unwrap_or_default().to_vec();
    }
}

fn read(path: &Path) -> Option<Vec<String>> {
    let about = fs::metadata(path).ok()?;
    if !about.is_file() || about.len() > MOST_BYTES {
        return None;
    }
    Some(
        fs::read_to_string(path)
            .ok()?
            .lines()
            .map(str::to_owned)
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::Sources;
    use sentry::protocol::Frame;

    fn frame(path: &str, line: u64) -> Frame {
        Frame {
            abs_path: Some(path.into()),
            lineno: Some(line),
            in_app: Some(true),
            ..Frame::default()
        }
    }

    #[test]
    fn the_lines_are_those_around_the_frame() {
        let here = concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/source.rs");
        let mut first = frame(here, 1);
        let mut sources = Sources::default();
        sources.add_to(&mut first);
        assert!(
            first
                .context_line
                .as_deref()
                .is_some_and(|line| line.starts_with("//! The lines around"))
        );
        assert_eq!((first.pre_context.len(), first.post_context.len()), (0, 5));
    }

    #[test]
    fn what_is_not_there_is_left_out() {
        let mut sources = Sources::default();
        for (path, line) in [
            ("/nowhere/main.rs", 1),
            ("/dev/zero", 1),
            (file!(), u64::MAX),
            ("/", 0),
        ] {
            let mut frame = frame(path, line);
            sources.add_to(&mut frame);
            assert_eq!(frame.context_line, None);
        }
    }
}
