//! Writes a capture of any size for benchmarks.
//!
//! ```text
//! cargo run --release --example generate_capture -- --size 1GB -o big.har
//! ```
//!
//! The same arguments give the same bytes. Everything is made up; see
//! [`generate`] for what the flows are like.

mod generate;

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;

use generate::{Format, Plan};

/// Writes a made-up capture for benchmarks.
#[derive(Parser)]
struct Arguments {
    /// How large it is to be: bytes, or with KB, MB or GB behind
    #[arg(long, value_parser = size, default_value = "100MB")]
    size: u64,
    /// Another seed gives other keys, nonces and an order of its own
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// HAR, or whistle's session list
    #[arg(long, value_enum, default_value_t = Format::Har)]
    format: Format,
    /// Without line breaks and indentation
    #[arg(long)]
    compact: bool,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let name = arguments.output.display().to_string();
    let file = File::create(&arguments.output).with_context(|| name.clone())?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    let plan = Plan {
        size: arguments.size,
        seed: arguments.seed,
        format: arguments.format,
        pretty: !arguments.compact,
    };
    let flows = plan.write(&mut out).with_context(|| name.clone())?;
    out.flush().context(name)?;
    println!("{flows} flows");
    Ok(())
}

/// `100MB` as bytes; a thousand, not 1024.
fn size(text: &str) -> Result<u64, String> {
    let units = [("KB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)];
    let (number, unit) = units
        .iter()
        .find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, *bytes)))
        .unwrap_or((text, 1));
    let number: u64 = number
        .parse()
        .map_err(|_| format!("{text} is no size, expected such as 100MB"))?;
    number
        .checked_mul(unit)
        .ok_or_else(|| format!("{text} is too large"))
}
