//! Draws the README's pictures: the real screen, driven by keys over
//! `samples/`, written as SVG.
//!
//! ```text
//! cargo run --example pictures              writes examples/pictures/*.svg
//! cargo run --example pictures -- --check   compares; exits 1 if one differs
//! cargo run --example pictures -- --text    prints them as text
//! ```
//!
//! The same cells make the same bytes on every machine: no clock, no
//! randomness, times in UTC. `tests/readme` holds that they are up to date.

#![expect(clippy::unwrap_used, reason = "it shares its cloud with the tests")]

mod gallery;

#[path = "../../tests/support/cloud/mod.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod cloud;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

fn main() -> Result<ExitCode> {
    // Captures are named by their path on the screen, so it has to be short.
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR"))?;
    let argument = std::env::args().nth(1);
    let folder = Path::new("examples/pictures");
    let mut differ = 0;
    for picture in gallery::all() {
        let path = folder.join(picture.name).with_extension("svg");
        let shown = path.display();
        match argument.as_deref() {
            None => {
                fs::write(&path, &picture.svg).with_context(|| shown.to_string())?;
                println!("{shown}: {} bytes", picture.svg.len());
            }
            Some("--check") => {
                let is_same = fs::read(&path).is_ok_and(|found| found == picture.svg.as_bytes());
                println!("{shown}: {}", if is_same { "same" } else { "differs" });
                differ += usize::from(!is_same);
            }
            Some("--text") => println!("{}\n{}\n", picture.name, picture.text),
            Some(other) => {
                bail!("{other} is no argument here, expected --check, --text or nothing")
            }
        }
    }
    Ok(ExitCode::from(u8::from(differ > 0)))
}
