//! What was done, and what is left to do.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use serde_json::json;

use super::gitignore::{Gitignore, Status};
use super::main_fn::Main;
use super::package::Dependency;
use super::rc::{self, Done};
use crate::screen::{self, BAD, BOLD, CALM, FAINT, GOOD, WARN, one_line};

pub(super) struct Told {
    pub(super) rc: Done,
    pub(super) gitignore: Gitignore,
    pub(super) dependency: Dependency,
    pub(super) main: Option<Main>,
    /// Of the workspace, where it is another folder.
    pub(super) root: Option<PathBuf>,
}

impl Told {
    /// Why the file that was there does not do what was asked for.
    pub(super) fn complaint(&self) -> Option<String> {
        let path = self.rc.path.display();
        if self.rc.is_other {
            return Some(format!(
                "`{path}` names another DSN, and is left as it is: change it there, or move the file away"
            ));
        }
        self.rc.dsn.is_none().then(|| {
            format!(
                "`{path}` names no DSN, and is left as it is: write `dsn = ..` below `[auth]` into it"
            )
        })
    }

    pub(super) fn code(&self) -> ExitCode {
        let has_failed = matches!(self.dependency, Dependency::Failed(_));
        if has_failed || self.complaint().is_some() {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }

    pub(super) fn print(&self) -> io::Result<()> {
        let mut out = screen::stdout();
        let mut row = |name: &str, style: anstyle::Style, status: &str, more: &str| {
            let more = one_line(more);
            writeln!(
                out,
                "  {BOLD}{name:<12}{BOLD:#}  {style}{status:<7}{style:#}  {FAINT}{more}{FAINT:#}"
            )
        };
        let dsn = self.rc.dsn.as_deref().unwrap_or("no DSN");
        if self.rc.is_new {
            row(rc::NAME, GOOD, "written", dsn)?;
        } else {
            row(rc::NAME, CALM, "left", &format!("it was there, with {dsn}"))?;
        }
        for line in &self.rc.missing {
            row("", CALM, "missing", line)?;
        }
        let path = self.gitignore.path.as_ref();
        let path = path
            .map(|path| path.display().to_string())
            .unwrap_or_default();
        match self.gitignore.status {
            Status::Added => row(
                ".gitignore",
                GOOD,
                "added",
                &format!("{} to {path}", rc::NAME),
            )?,
            Status::Made => row(".gitignore", GOOD, "made", &path)?,
            Status::There => row(".gitignore", CALM, "there", &path)?,
            Status::None => {}
        }
        if self.gitignore.is_tracked == Some(true) {
            let path = &self.rc.path;
            let path = path.strip_prefix(".").unwrap_or(path).display();
            let note = format!(
                "git tracks it, which .gitignore does not change: run `git rm --cached {path}`"
            );
            row(rc::NAME, WARN, "tracked", &note)?;
        }
        let name = || "dragonfly-sentry".to_owned();
        let dependency = match &self.dependency {
            Dependency::Added => Some((GOOD, "added", name())),
            Dependency::There(None) => Some((CALM, "there", name())),
            Dependency::There(Some(command)) => {
                Some((CALM, "there", format!("for tokio, run `{command}`")))
            }
            Dependency::Failed(command) => Some((BAD, "failed", format!("run `{command}`"))),
            Dependency::LeftOut => None,
        };
        if let Some((style, status, more)) = dependency {
            row("dependency", style, status, &more)?;
        }
        if let Some(root) = &self.root {
            let root = root.display();
            let note = format!(
                "programs look from the folder they start in upward; from {root} they miss it"
            );
            row("", CALM, "note", &note)?;
        }
        self.print_attributes(&mut out)?;
        out.flush()
    }

    fn print_attributes(&self, out: &mut dyn io::Write) -> io::Result<()> {
        match &self.main {
            Some(Main {
                attribute: None,
                file,
                line,
                ..
            }) => {
                let file = one_line(&file.display().to_string());
                writeln!(out, "\n`main` has its attribute already ({file}:{line}).")?;
            }
            Some(main) => {
                let file = one_line(&main.file.display().to_string());
                let attribute = main.attribute.as_deref().unwrap_or_default();
                write!(out, "\nPut the attribute on `main`, {file}:{}", main.line)?;
                if let Some(replaces) = &main.replaces {
                    write!(out, ", in the place of `{}`", one_line(replaces))?;
                }
                writeln!(
                    out,
                    ":\n\n    {BOLD}{}{BOLD:#}\n    {}",
                    one_line(attribute),
                    one_line(&main.signature)
                )?;
            }
            None => writeln!(
                out,
                "\nPut the attribute on the `main` of your program:\n\n    {BOLD}#[dragonfly::main]{BOLD:#}\n    fn main() {{"
            )?,
        }
        let is_done = self
            .main
            .as_ref()
            .is_some_and(|main| main.attribute.is_none());
        let and = if is_done { "Put" } else { "and" };
        writeln!(
            out,
            "\n{and} the other one on functions that return a `Result`:\n\n    {BOLD}#[dragonfly::report_errors]{BOLD:#}\n    \
             fn load(path: &str) -> std::io::Result<String> {{\n\n\
             Then `dragonfly health` says whether reports arrive."
        )
    }

    pub(super) fn print_json(&self) -> io::Result<()> {
        let (dependency, command) = match &self.dependency {
            Dependency::Added => ("added", None),
            Dependency::There(command) => ("there", command.as_ref()),
            Dependency::LeftOut => ("left_out", None),
            Dependency::Failed(command) => ("failed", Some(command)),
        };
        let main = self.main.as_ref().map(|main| {
            json!({
                "file": main.file,
                "line": main.line,
                "is_async": main.is_async,
                "attribute": main.attribute,
                "replaces": main.replaces,
                "signature": main.signature,
            })
        });
        let report = json!({
            "dsn": self.rc.dsn,
            "sentryclirc": {
                "path": self.rc.path,
                "status": if self.rc.is_new { "written" } else { "left" },
                "missing": self.rc.missing,
            },
            "gitignore": {
                "path": self.gitignore.path,
                "status": self.gitignore.status.name(),
                "tracked": self.gitignore.is_tracked,
            },
            "dependency": { "status": dependency, "command": command },
            "main": main,
        });
        writeln!(screen::stdout(), "{report}")
    }
}
