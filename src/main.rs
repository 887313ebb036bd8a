//! The `mishark` program: arguments in, an exit code out.

use std::process::ExitCode;

use clap::Parser;
use mishark::{cli::Cli, commands};

fn main() -> ExitCode {
    ExitCode::from(commands::run(Cli::parse()).code())
}
