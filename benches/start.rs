//! The program itself in a terminal: from its start to its first frame, how
//! large it is, and how much memory a list of many flows takes.
//!
//! `cargo bench --bench start`

#![cfg_attr(
    unix,
    expect(clippy::unwrap_used, reason = "it shares its terminal with the tests")
)]

#[cfg(unix)]
#[path = "../examples/generate_capture/generate.rs"]
mod generate;
#[cfg(unix)]
#[path = "../tests/support/pty.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod pty;

#[cfg(unix)]
mod start {
    use std::fs::{self, File};
    use std::io::{BufWriter, Write};
    use std::path::Path;

    use divan::Bencher;
    use portable_pty::CommandBuilder;

    use crate::generate::{Format, Plan};
    use crate::pty::Pty;

    const MISHARK: &str = env!("CARGO_BIN_EXE_mishark");

    /// Flows of the captures, a few more or less, and what one takes in a file.
    const COUNTS: [u64; 3] = [1_000, 10_000, 100_000];
    const FLOW: u64 = 10_400;

    fn open(home: &Path, capture: &str) -> Pty {
        let mut command = CommandBuilder::new(MISHARK);
        command.cwd(env!("CARGO_MANIFEST_DIR"));
        command.env("HOME", home);
        command.env("LANG", "C.UTF-8");
        command.arg(capture);
        Pty::start(command, 140, 40)
    }

    /// With the process, the terminal and the first flow's plaintext.
    #[divan::bench(sample_count = 50, sample_size = 1)]
    fn to_the_first_frame_of_a_capture(bencher: Bencher<'_, '_>) {
        let home = tempfile::tempdir().unwrap();
        bencher.bench_local(|| {
            let mut pty = open(home.path(), "samples/home.har");
            pty.wait_for("homelist");
            // Ended outside of what is measured.
            pty
        });
    }

    /// Tells the program's size, and its memory with a list of many flows, all
    /// of which it has opened.
    pub(crate) fn sizes() {
        let size = fs::metadata(MISHARK).unwrap().len();
        println!("the program: {size} bytes");
        let home = tempfile::tempdir().unwrap();
        for flows in COUNTS {
            let path = home.path().join("capture.har");
            let mut out = BufWriter::with_capacity(1 << 20, File::create(&path).unwrap());
            let plan = Plan {
                size: flows * FLOW,
                seed: 1,
                format: Format::Har,
                pretty: false,
            };
            let flows = plan.write(&mut out).unwrap();
            out.flush().unwrap();
            let mut pty = open(home.path(), path.to_str().unwrap());
            pty.wait_for("flows opened");
            let status = fs::read_to_string(format!("/proc/{}/status", pty.id()));
            let status = status.unwrap_or_default();
            let lines = status.lines().filter(|line| line.starts_with("Vm"));
            let wanted = lines.filter(|line| line.contains("RSS") || line.contains("HWM"));
            let memory: Vec<String> = wanted
                .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
                .collect();
            let bytes = fs::metadata(&path).unwrap().len();
            println!("{flows} flows of {bytes} bytes: {}", memory.join(", "));
        }
    }
}

fn main() {
    divan::main();
    #[cfg(unix)]
    start::sizes();
}
