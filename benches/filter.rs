//! Speed of the cheap part of filters over a list of 100 000 rows, and what it
//! allocates: nothing, but for what a regular expression sets up once.
//!
//! `cargo bench --bench filter`

use std::sync::Arc;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use mishark_core::capture::Entry;
use mishark_core::filter::{Facts, Filter, Verdict};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const ROWS: usize = 100_000;

/// What a list holds of a day of polling, with names shared as captures do.
fn entries() -> Vec<Entry> {
    let share =
        |names: &[&str]| -> Vec<Arc<str>> { names.iter().map(|name| (*name).into()).collect() };
    let hosts = share(&[
        "api.io.mi.com",
        "de.api.io.mi.com",
        "cdn.cnbj1.fds.api.mi-img.com",
    ]);
    let paths = share(&[
        "/app/miotspec/prop/get",
        "/app/miotspec/prop/set",
        "/app/v2/home/device_list_page",
        "/app/home/rpc/900000005",
        "/app/appgateway/miot/appsceneservice/AppSceneService/GetSceneList",
        "/miio/sample_icon.png",
    ]);
    let post: Arc<str> = "POST".into();
    (0..ROWS)
        .map(|row| Entry {
            start: row as u64 * 4096,
            len: 4096,
            started: None,
            duration_ms: Some((row % 300) as f64),
            method: post.clone(),
            host: hosts[row % hosts.len()].clone(),
            path: paths[row % 7 % paths.len()].clone(),
            status: Some(if row % 50 == 0 { 401 } else { 200 }),
            response_size: Some(512),
            may_hold_key: false,
            error: None,
        })
        .collect()
}

#[divan::bench(args = [
    "path:prop/set",
    "host:=de.api.io.mi.com",
    "host:*.io.mi.com",
    "status:>=400",
    "dur:>100ms",
    "rpc",
    "path:~prop/(get|set)$",
    "did:900000005",
    "-status:200 (path:prop or path:rpc) dur:..250ms",
])]
fn rows(bencher: Bencher<'_, '_>, text: &str) {
    let entries = entries();
    let filter = Filter::parse(text).expect("it is a filter");
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let verdict = |entry| filter.entry(&Facts::new("home.har", entry));
        let kept = entries.iter().filter(|entry| verdict(entry) != Verdict::No);
        kept.count()
    });
}

#[divan::bench(args = [
    "path:prop/set",
    "客厅 (did:900000005 or code:!=0) dur:>100ms",
    "path:~prop/(get|set)$",
])]
fn parse(text: &str) -> Filter {
    Filter::parse(text).expect("it is a filter")
}
