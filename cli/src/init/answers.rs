//! What the user wants: from options, or asked for on a terminal.

use std::io::{self, IsTerminal as _, Write as _};

use dragonfly::config::{Defaults, Overrides, Settings, parse_dsn};
use dragonfly::scrub::printed;
use dragonfly::sentry::types::Dsn;

use super::rc::Rc;
use super::{Args, Stop};
use crate::settings;

/// Every one of them is right.
pub(super) struct Answers {
    /// `None` only where a file is there already.
    pub(super) dsn: Option<(Dsn, String)>,
    pub(super) org: Option<String>,
    pub(super) project: Option<String>,
    pub(super) environment: Option<String>,
}

impl Answers {
    pub(super) fn get(args: &Args, rc: &Rc) -> Result<Self, Stop> {
        let given = |option: &Option<String>, name: &str, check: Check| match option {
            Some(text) => check(text)
                .map(|()| Some(text.clone()))
                .map_err(|why| Stop::wrong(format!("`--{name}` cannot be used: {why}"))),
            None => Ok(None),
        };
        let mut answers = Self {
            dsn: match &args.dsn {
                Some(text) => Some(dsn(text).map_err(|why| {
                    Stop::wrong(format!("the DSN of `--dsn` cannot be used: {why}"))
                })?),
                None => None,
            },
            org: given(&args.org, "org", slug)?,
            project: given(&args.project, "project", slug)?,
            environment: given(&args.environment, "environment", environment)?,
        };
        if rc.is_there() || (args.yes && answers.dsn.is_some()) {
            return Ok(answers);
        }
        if args.yes || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return match answers.dsn {
                Some(_) => Ok(answers),
                None => Err(Stop::wrong(
                    "no DSN: pass `--dsn https://<key>@<host>/<project>`, and if you like \
                     `--org`, `--project` and `--environment`",
                )),
            };
        }
        answers.ask()?;
        Ok(answers)
    }

    fn ask(&mut self) -> Result<(), Stop> {
        while self.dsn.is_none() {
            let text = asked("DSN (in Sentry: project settings, Client Keys): ")?;
            match dsn(text.trim()) {
                Ok(right) => self.dsn = Some(right),
                Err(why) => show(&format!("  {why}\n")),
            }
        }
        let questions: [(&str, &mut Option<String>, Check); 3] = [
            ("Organization, for sentry-cli", &mut self.org, slug),
            ("Project, for sentry-cli", &mut self.project, slug),
            (
                "Environment, instead of that of each build",
                &mut self.environment,
                environment,
            ),
        ];
        for (question, answer, check) in questions {
            while answer.is_none() {
                let text = asked(&format!("{question} (enter for none): "))?;
                match text.trim() {
                    "" => break,
                    text => match check(text) {
                        Ok(()) => *answer = Some(text.to_owned()),
                        Err(why) => show(&format!("  {why}\n")),
                    },
                }
            }
        }
        Ok(())
    }
}

type Check = fn(&str) -> Result<(), String>;

fn dsn(text: &str) -> Result<(Dsn, String), String> {
    let dsn = parse_dsn(text).map_err(|why| {
        format!("{why}, copy it again: it has the form `https://<key>@<host>/<project>`")
    })?;
    if settings().allows(&dsn.to_string()) {
        return Ok((dsn, text.to_owned()));
    }
    let host = dsn.host();
    Err(format!(
        "programs refuse `http://` for `{host}`: write `https://`, or set DRAGONFLY_ALLOW_HTTP={host} \
         if reports may cross that network unencrypted"
    ))
}

/// A token that was pasted into the wrong place belongs into no file that is shown.
fn no_secret(text: &str) -> Result<(), String> {
    if printed(text) == text {
        Ok(())
    } else {
        Err("it looks like a secret, expected a name".to_owned())
    }
}

/// As Sentry names organizations and projects in addresses.
fn slug(text: &str) -> Result<(), String> {
    let is_good =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    if text.is_empty() || !text.chars().all(is_good) {
        return Err(
            "expected the name as addresses have it: letters, digits, `-`, `_` and `.`".to_owned(),
        );
    }
    no_secret(text)
}

/// As programs check it, which read it from the file.
fn environment(text: &str) -> Result<(), String> {
    let overrides = Overrides {
        environment: Some(text.to_owned().into()),
        ..Overrides::default()
    };
    let defaults = Defaults {
        environment: "",
        release: None,
    };
    let settings = Settings::resolve(&overrides, &defaults);
    if settings.environment.value == text && !text.is_empty() && !text.starts_with(['"', '\'']) {
        return no_secret(text);
    }
    Err("expected at most 64 characters without white space, quotes, `/` and `\\`".to_owned())
}

fn asked(question: &str) -> Result<String, Stop> {
    show(question);
    let mut answer = String::new();
    match io::stdin().read_line(&mut answer) {
        Ok(0) => {
            show("\n");
            Err(Stop::wrong("no DSN, and nothing was written"))
        }
        Ok(_) => Ok(answer),
        Err(error) => Err(Stop::failed(format!("reading the answer failed: {error}"))),
    }
}

/// Standard output is for what was done.
fn show(text: &str) {
    let _ = write!(io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::{environment, slug};

    #[test]
    fn names_that_fit_into_a_file_and_an_address() {
        for good in ["acme", "acme-2", "a_b.c"] {
            assert_eq!(slug(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            " ",
            "a b",
            "a\nb",
            "[auth]",
            "a=b",
            "größe",
            "a;b",
            "https://x",
            "ghp_5e5a3e5e5a3e5e5a3e5e5a3e5e5a3e5e5a3e",
        ] {
            assert!(slug(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn environments_as_programs_take_them() {
        for good in ["staging", "eu-1"] {
            assert_eq!(environment(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            " ",
            "a b",
            "a/b",
            "a\nb",
            "none",
            "'a'",
            &"a".repeat(65),
        ] {
            assert!(environment(bad).is_err(), "{bad}");
        }
    }
}
