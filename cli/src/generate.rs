//! `dragonfly completions` and `dragonfly man`: made of the command line's own description.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;

use crate::screen;

const INSTALL: &str = "\
Where they go:
  bash        dragonfly completions bash > \\
                ~/.local/share/bash-completion/completions/dragonfly
  zsh         dragonfly completions zsh > a folder of $fpath/_dragonfly
  fish        dragonfly completions fish > \\
                ~/.config/fish/completions/dragonfly.fish
  powershell  dragonfly completions powershell >> $PROFILE
  elvish      dragonfly completions elvish >> ~/.config/elvish/rc.elv

Exit codes:
  0  done
  1  printing failed
  2  the command line is wrong";

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the folder or a page could not be written
  2  the command line is wrong";

/// Prints what lets a shell complete the commands of this tool
#[derive(clap::Args)]
#[command(after_help = INSTALL)]
pub(crate) struct Completions {
    /// The shell to print it for
    shell: Shell,
}

/// Prints the manual page of this tool, or writes one for each command
#[derive(clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Man {
    /// Write `dragonfly.1`, `dragonfly-health.1` and so on into this folder
    ///
    /// It is made if it is not there. Pages of the same name are written anew.
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

pub(crate) fn completions(args: &Completions, mut tool: Command) -> io::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut tool, "dragonfly", &mut script);
    print(&script)
}

pub(crate) fn man(args: &Man, tool: Command) -> io::Result<ExitCode> {
    let Some(folder) = &args.folder else {
        let mut page = Vec::new();
        clap_mangen::Man::new(tool).render(&mut page)?;
        return print(&page);
    };
    let tool = tool.disable_help_subcommand(true);
    let written = fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(tool, folder));
    let Err(error) = written else {
        return Ok(ExitCode::SUCCESS);
    };
    screen::say(&format!(
        "writing pages into `{}` failed: {error}: name a folder in which you may write",
        folder.display()
    ));
    Ok(ExitCode::FAILURE)
}

fn print(text: &[u8]) -> io::Result<ExitCode> {
    let mut out = io::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
