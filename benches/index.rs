//! How fast a capture is indexed, against its bounds: below, merely reading the
//! file and looking for a byte in it; above, what a generic JSON reader takes.

#[path = "../examples/generate_capture/generate.rs"]
mod generate;

use std::fs::File;
use std::io::{Read, Write};
use std::ops::ControlFlow;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use generate::{Format, Plan};
use mishark_core::capture::{Capture, Source};
use tempfile::NamedTempFile;

fn main() {
    divan::main();
}

/// A capture of about that many bytes, in a file that goes when it does.
fn capture(size: u64, format: Format) -> NamedTempFile {
    let plan = Plan {
        size,
        seed: 1,
        format,
        pretty: true,
    };
    let mut bytes = Vec::new();
    plan.write(&mut bytes).expect("a Vec takes all");
    let mut file = NamedTempFile::new().expect("there is a folder for temporary files");
    file.write_all(&bytes).expect("it takes some megabytes");
    file
}

fn bytes(file: &NamedTempFile) -> BytesCount {
    let metadata = file.path().metadata().expect("the file is still there");
    BytesCount::new(metadata.len())
}

/// The capture most of these benchmarks read.
const SIZE: u64 = 20_000_000;

#[divan::bench(args = [Format::Har, Format::Whistle], sample_count = 20)]
fn index_and_rows(bencher: Bencher<'_, '_>, format: Format) {
    let file = capture(SIZE, format);
    bencher
        .counter(bytes(&file))
        .bench_local(|| Capture::open(file.path()).expect("a generated capture is one"));
}

/// What the screen waits for: the first batch, whatever the file's size.
#[divan::bench(args = [2_000_000, SIZE, 100_000_000], sample_count = 20)]
fn first_rows(bencher: Bencher<'_, '_>, size: u64) {
    let file = capture(size, Format::Har);
    bencher.bench_local(|| {
        let source = Source::open(file.path()).expect("the file is still there");
        let mut rows = 0;
        Capture::index(source, &mut |batch| {
            rows = batch.entries.len();
            ControlFlow::Break(())
        })
        .expect("a generated capture is one");
        rows
    });
}

#[divan::bench(sample_count = 20)]
fn read_and_memchr(bencher: Bencher<'_, '_>) {
    let file = capture(SIZE, Format::Har);
    bencher.counter(bytes(&file)).bench_local(|| {
        let mut file = File::open(file.path()).expect("the file is still there");
        let mut chunk = vec![0; 256 << 10];
        let mut found = 0;
        loop {
            let count = file.read(&mut chunk).expect("a file can be read");
            if count == 0 {
                return found;
            }
            found += usize::from(memchr::memchr(0, black_box(&chunk[..count])).is_some());
        }
    });
}

#[divan::bench(sample_count = 5)]
fn serde_json_value(bencher: Bencher<'_, '_>) {
    let file = capture(SIZE, Format::Har);
    bencher.counter(bytes(&file)).bench_local(|| {
        let bytes = std::fs::read(file.path()).expect("the file is still there");
        serde_json::from_slice::<serde_json::Value>(&bytes).expect("a generated capture is JSON")
    });
}
