//! The `main` of a program, found in its text: enough to say what to paste where.

use std::path::{Path, PathBuf};

pub(super) struct Main {
    pub(super) file: PathBuf,
    pub(super) line: usize,
    /// As it stands there, up to the brace.
    pub(super) signature: String,
    /// What to write above it; `None` if it is there.
    pub(super) attribute: Option<String>,
    /// The attribute that it takes the place of.
    pub(super) replaces: Option<String>,
    pub(super) is_async: bool,
}

impl Main {
    pub(super) fn find(text: &str, file: &Path) -> Option<Self> {
        let lines: Vec<&str> = text.lines().collect();
        let is_main = |line: &&str| {
            let line = line.trim_end();
            let line = line.strip_prefix("pub ").unwrap_or(line);
            let line = line.strip_prefix("async ").unwrap_or(line);
            line.starts_with("fn main(")
        };
        // that of a module stands further to the right
        let at = lines.iter().position(is_main)?;
        let attributes: Vec<&str> = lines[..at]
            .iter()
            .rev()
            .map(|line| line.trim())
            .take_while(|line| line.starts_with("#[") || line.starts_with("//"))
            .filter(|line| line.starts_with("#["))
            .collect();
        let is_there = attributes
            .iter()
            .any(|line| line.starts_with("#[dragonfly::main"));
        let replaces = attributes
            .iter()
            .find(|line| line.starts_with("#[tokio::main"));
        let attribute = match replaces {
            // the runtime's arguments stay
            Some(attribute) => attribute.replacen("tokio::main", "dragonfly::main", 1),
            None => "#[dragonfly::main]".to_owned(),
        };
        Some(Self {
            file: file.to_owned(),
            line: at + 1,
            signature: signature(&lines[at..]),
            attribute: (!is_there).then_some(attribute),
            replaces: replaces
                .filter(|_| !is_there)
                .map(|line| (*line).to_owned()),
            is_async: lines[at].contains("async "),
        })
    }
}

fn signature(lines: &[&str]) -> String {
    let text = lines.iter().take(5).map(|line| line.trim());
    let text = text.collect::<Vec<_>>().join(" ");
    match text.split_once('{') {
        Some((signature, _)) => format!("{signature}{{"),
        None => lines[0].trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Main;

    #[track_caller]
    fn check(
        text: &str,
        line: usize,
        signature: &str,
        attribute: Option<&str>,
        replaces: Option<&str>,
    ) {
        let main = Main::find(text, Path::new("src/main.rs")).unwrap();
        assert_eq!((main.line, &*main.signature), (line, signature));
        assert_eq!(main.attribute.as_deref(), attribute);
        assert_eq!(main.replaces.as_deref(), replaces);
        assert_eq!(main.is_async, signature.contains("async"));
    }

    #[test]
    fn a_plain_main() {
        let text = "//! fn main() {\nmod a {\n    fn main() {}\n}\n\nfn main() -> anyhow::Result<()> {\n}\n";
        let ours = Some("#[dragonfly::main]");
        check(text, 6, "fn main() -> anyhow::Result<()> {", ours, None);
        check("pub fn main() {}", 1, "pub fn main() {", ours, None);
        check(
            "fn main()\nwhere\n{\n}\n",
            1,
            "fn main() where {",
            ours,
            None,
        );
    }

    #[test]
    fn a_main_of_tokio_keeps_its_arguments() {
        let text = "#[allow(unused)]\n#[tokio::main(flavor = \"current_thread\")]\n// why\nasync fn main() {\n}\n";
        let (ours, theirs) = (
            "#[dragonfly::main(flavor = \"current_thread\")]",
            "#[tokio::main(flavor = \"current_thread\")]",
        );
        check(text, 4, "async fn main() {", Some(ours), Some(theirs));
    }

    #[test]
    fn other_runtimes_keep_their_attribute() {
        let text = "#[actix_web::main]\nasync fn main() {\n}\n";
        check(
            text,
            2,
            "async fn main() {",
            Some("#[dragonfly::main]"),
            None,
        );
    }

    #[test]
    fn a_main_that_has_it() {
        let text = "#[dragonfly::main(environment = \"a\")]\nfn main() {}\n";
        check(text, 2, "fn main() {", None, None);
    }

    #[test]
    fn no_main() {
        for text in ["", "fn mainly() {}", "// fn main() {}", "    fn main() {}"] {
            assert!(
                Main::find(text, Path::new("src/lib.rs")).is_none(),
                "{text}"
            );
        }
    }
}
