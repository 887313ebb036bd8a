//! One file a command: arguments in, output and an exit code out.
//!
//! Standard output is data; notes, progress and errors go to standard error.
//! Text of captures passes [`mishark_core::text::clean`] before it is printed, so no control
//! byte of a stranger reaches a terminal.

mod answered;
mod attach;
mod body;
mod call;
mod counts;
mod decrypt;
mod devices;
mod interrupt;
mod job;
mod key_options;
mod keys;
mod learn;
mod list;
mod live;
mod network;
mod open;
mod outcome;
mod output;
mod progress;
mod replay;
mod screen;
mod selection;
mod sending;
mod share;
mod show;
mod sign;
mod terminal;
mod verify;

pub use outcome::Outcome;

use std::io::{self, BufWriter, Write};

use anyhow::Result;
use clap::CommandFactory;

use crate::cli::{Cli, Command};
use crate::tui::folders::Folders;
use mishark_core::private_file;

/// The folder of the user's state where it is noted which files are not whole.
const UNFINISHED: &str = "unfinished";

/// Runs a command and tells how it ended. A reader of standard output that has
/// gone away (`| head`) is no error.
pub fn run(cli: Cli) -> Outcome {
    if let Some(folders) = Folders::of_user() {
        private_file::clear_up(folders.state.join(UNFINISHED));
    }
    // Not locked: the screen's other threads write to it when they give the
    // terminal back, and would wait for ever.
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout());
    let result = dispatch(cli, &mut out).and_then(|outcome| {
        out.flush()?;
        Ok(outcome)
    });
    match result {
        Ok(outcome) => outcome,
        Err(error) if is_broken_pipe(&error) => Outcome::Fine,
        Err(error) => {
            drop(out);
            terminal::note(&format!("{error:#}"));
            Outcome::Damaged
        }
    }
}

fn dispatch(cli: Cli, out: &mut impl Write) -> Result<Outcome> {
    match cli.command {
        None => screen::run(cli.screen, out),
        Some(Command::Attach(args)) => attach::run(args, out),
        Some(Command::Body(args)) => body::run(&args, out),
        Some(Command::Call(args)) => call::run(&args, out),
        Some(Command::Completions { shell }) => {
            clap_complete::generate(shell, &mut Cli::command(), "mishark", out);
            Ok(Outcome::Fine)
        }
        Some(Command::Decrypt(args)) => decrypt::run(&args, out),
        Some(Command::Share(args)) => share::run(&args),
        Some(Command::Devices(args)) => devices::run(&args, out),
        Some(Command::Keys(args)) => keys::run(&args, out),
        Some(Command::List(args)) => list::run(&args, out),
        Some(Command::Man) => {
            man(out)?;
            Ok(Outcome::Fine)
        }
        Some(Command::Replay(args)) => replay::run(&args, out),
        Some(Command::Show(args)) => show::run(&args, out),
        Some(Command::Sign(args)) => sign::run(&args, out),
        Some(Command::Verify(args)) => verify::run(&args, out),
    }
}

/// The manual: the program's page, then one for each command.
fn man(out: &mut impl Write) -> io::Result<()> {
    let mut program = Cli::command();
    program.build();
    clap_mangen::Man::new(program.clone()).render(out)?;
    for command in program
        .get_subcommands()
        .filter(|command| command.get_name() != "help")
    {
        clap_mangen::Man::new(command.clone()).render(out)?;
    }
    Ok(())
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
