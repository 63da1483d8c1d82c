//! Puts the attribute on functions without moving a line, and maps columns back.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::find::Function;

const ATTRIBUTE: &str = "#[::dragonfly::report_errors] ";
/// Edition 2015 knows its dependencies only by this.
const EXTERN: &str = "extern crate dragonfly; ";

/// A file of the crate, as published, and which of its functions have the attribute.
pub(crate) struct SourceFile {
    /// Relative to the crate, as the compiler names it.
    pub(crate) path: String,
    pub(crate) text: String,
    pub(crate) functions: Vec<(Function, Annotated)>,
    /// Where `extern crate` goes: in the root of a crate of edition 2015.
    pub(crate) root: Option<(usize, (usize, usize))>,
}

/// Whether a function has the attribute.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Annotated {
    Yes,
    /// It did not compile.
    NoMore,
}

struct Insertion {
    offset: usize,
    start: (usize, usize),
    text: &'static str,
}

impl SourceFile {
    fn insertions(&self) -> Vec<Insertion> {
        let root = self.root.map(|(offset, start)| Insertion {
            offset,
            start,
            text: EXTERN,
        });
        let annotated = self
            .functions
            .iter()
            .filter(|(_, annotated)| *annotated == Annotated::Yes)
            .map(|(function, _)| Insertion {
                offset: function.offset,
                start: function.start,
                text: ATTRIBUTE,
            });
        let mut insertions: Vec<_> = root.into_iter().chain(annotated).collect();
        insertions.sort_by_key(|insertion| insertion.offset);
        insertions
    }

    fn annotated_text(&self) -> String {
        let mut text = String::with_capacity(self.text.len() * 2);
        let mut rest = 0;
        for insertion in self.insertions() {
            text += &self.text[rest..insertion.offset];
            text += insertion.text;
            rest = insertion.offset;
        }
        text + &self.text[rest..]
    }

    /// Writes the file into the annotated copy.
    pub(crate) fn write(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(&self.path);
        fs::write(&path, self.annotated_text())
            .with_context(|| format!("writing `{}` failed", path.display()))
    }

    /// The column that a column of the annotated file had before; inside an attribute, that of the function.
    pub(crate) fn original_column(&self, line: usize, column: usize) -> usize {
        let mut shift = 0;
        for Insertion { start, text, .. } in self.insertions() {
            if start.0 != line {
                continue;
            }
            let inserted = start.1 + shift..start.1 + shift + text.len();
            if column < inserted.start {
                break;
            }
            if inserted.contains(&column) {
                return start.1;
            }
            shift += text.len();
        }
        column - shift
    }

    /// Takes the attribute off the innermost annotated function on a line; says whether there was one.
    pub(crate) fn give_up(&mut self, line: usize) -> Option<usize> {
        let innermost = self
            .functions
            .iter()
            .rposition(|(function, _)| function.lines.contains(&line))?;
        let (_, annotated) = &mut self.functions[innermost];
        if *annotated == Annotated::NoMore {
            return None;
        }
        *annotated = Annotated::NoMore;
        Some(innermost)
    }
}

#[cfg(test)]
mod tests {
    use super::{ATTRIBUTE, Annotated, SourceFile};
    use crate::find::{Impostors, first_item, functions};

    fn file(text: &str) -> SourceFile {
        let parsed = syn::parse_file(text).unwrap();
        let functions = functions(&parsed, &Impostors::default(), 0);
        SourceFile {
            path: "src/lib.rs".to_owned(),
            text: text.to_owned(),
            functions: functions.into_iter().map(|f| (f, Annotated::Yes)).collect(),
            root: None,
        }
    }

    #[test]
    fn no_line_moves() {
        let text = "//! a\n/// b\n#[inline]\npub fn f() -> io::Result<()> {\n    g()\n}\n";
        let annotated = file(text).annotated_text();
        assert_eq!(annotated.lines().count(), text.lines().count());
        assert!(annotated.contains("\n#[::dragonfly::report_errors] pub fn f()"));
    }

    #[test]
    fn columns_are_mapped_back() {
        let file = file("/* é */ fn f() -> Result { h() } fn g() -> Result { i() }\n");
        let annotated: Vec<char> = file.annotated_text().chars().collect();
        let original: Vec<char> = file.text.chars().collect();
        for (index, letter) in annotated.iter().enumerate() {
            let column = file.original_column(1, index + 1);
            let inside = index >= 8 && index < 8 + ATTRIBUTE.len()
                || index >= 33 + ATTRIBUTE.len() && index < 33 + 2 * ATTRIBUTE.len();
            if inside {
                assert!(column == 9 || column == 34, "{index}: {column}");
            } else {
                assert_eq!(*letter, original[column - 1], "{index}");
            }
        }
        assert_eq!(file.original_column(2, 5), 5);
    }

    #[test]
    fn the_innermost_function_gives_up_once() {
        let mut file = file("fn f() -> Result {\n    fn g() -> Result {\n    }\n}\n");
        assert_eq!(file.give_up(2), Some(1));
        assert_eq!(file.give_up(2), None);
        assert_eq!(file.give_up(4), Some(0));
        assert_eq!(file.give_up(9), None);
        assert_eq!(file.annotated_text(), file.text);
    }

    #[test]
    fn edition_2015_gets_its_extern_crate() {
        let text = "//! a\n\n/// b\nmod c {}\n";
        let mut file = file(text);
        file.root = first_item(&syn::parse_file(text).unwrap(), 0);
        let annotated = file.annotated_text();
        assert_eq!(
            annotated,
            "//! a\n\nextern crate dragonfly; /// b\nmod c {}\n"
        );
    }
}
