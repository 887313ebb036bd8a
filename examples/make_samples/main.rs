//! Rebuilds `samples/` byte for byte.
//!
//! ```text
//! cargo run --example make_samples              writes the files
//! cargo run --example make_samples -- --check   compares; exits 1 if one differs
//! ```
//!
//! Everything in them is made up from fixed seeds: no clock, no randomness, no
//! real account. The envelopes are sealed by [`mishark_core::protocol`] itself.

mod samples;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

fn main() -> Result<ExitCode> {
    let check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => bail!("{other} is no argument here, expected --check or nothing"),
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let mut differ = 0;
    for (name, bytes) in samples::all() {
        let path = folder.join(name);
        if !check {
            fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            fs::write(&path, &bytes).with_context(|| path.display().to_string())?;
            println!("{name}: {} bytes", bytes.len());
        } else if fs::read(&path).is_ok_and(|found| found == bytes) {
            println!("{name}: same");
        } else {
            println!("{name}: differs");
            differ += 1;
        }
    }
    Ok(ExitCode::from(u8::from(differ > 0)))
}
