//! Speed of the `json` module on a device list of 50 MB.
//!
//! `cargo bench --bench json`

use divan::Bencher;
use divan::counter::BytesCount;
use mishark_core::json::{self, Case, Folds, Options, Search, Tree};

fn main() {
    divan::main();
}

/// What the device list of a large home looks like, over and over.
fn devices() -> Vec<u8> {
    let mut text = String::from(r#"{"code":0,"message":"ok","result":{"list":["#);
    for n in 0.. {
        if n > 0 {
            text.push(',');
        }
        text.push_str(&format!(
            r#"{{"did":"{}","token":"{n:032x}","longitude":"116.{n:07}","name":"\u626b\u5730\u673a\u5668\u4eba {n}","room":"客厅","pid":"0","localip":"192.168.1.{}","isOnline":{},"model":"vendor.vacuum.m{}","rssi":-{},"extra":{{"fw_version":"4.3.{n}","isSetPincode":0,"mcu_version":"0001","needVerifyCode":0,"platform":[1,2,{n}]}},"prop":{{}},"desc":"{{\"power\":\"on\",\"mode\":{}}}","adminFlag":1,"last":{}}}"#,
            1_000_000_000_u64 + n,
            n % 256,
            n % 3 == 0,
            n % 40,
            n % 90,
            n % 5,
            1_722_123_456_789_012_348 + n,
        ));
        if text.len() > 50_000_000 {
            break;
        }
    }
    text.push_str("]}}");
    text.into_bytes()
}

#[divan::bench(sample_count = 10)]
fn check(bencher: Bencher<'_, '_>) {
    let bytes = devices();
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| json::check(&bytes).map(|document| document.as_str().len()));
}

#[divan::bench(sample_count = 10)]
fn parse(bencher: Bencher<'_, '_>) {
    let bytes = devices();
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| Tree::parse(&bytes));
}

#[divan::bench(sample_count = 10, args = [false, true])]
fn pretty(bencher: Bencher<'_, '_>, unescape: bool) {
    let bytes = devices();
    let document = json::check(&bytes).expect("the list is JSON");
    let options = Options {
        unescape,
        ..Options::default()
    };
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        let mut out = Vec::with_capacity(2 * bytes.len());
        json::pretty(document, &options, &mut out).map(|()| out)
    });
}

#[divan::bench(sample_count = 10)]
fn minify(bencher: Bencher<'_, '_>) {
    let bytes = devices();
    let document = json::check(&bytes).expect("the list is JSON");
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| {
        let mut out = Vec::with_capacity(bytes.len());
        json::minify(document, &mut out).map(|()| out)
    });
}

#[divan::bench(sample_count = 10, args = ["nowhere", "客厅", "机器人 7", "vacuum.m39"])]
fn search(bencher: Bencher<'_, '_>, needle: &str) {
    count(bencher, needle, Case::Exact);
}

#[divan::bench(sample_count = 10, args = ["nowhere", "Vacuum.M39", "Évier"])]
fn search_ignoring_case(bencher: Bencher<'_, '_>, needle: &str) {
    count(bencher, needle, Case::Ignore);
}

fn count(bencher: Bencher<'_, '_>, needle: &str, case: Case) {
    let bytes = devices();
    let tree = Tree::parse(&bytes).expect("the list is JSON");
    bencher
        .counter(BytesCount::of_slice(&bytes))
        .bench(|| Search::new(&tree, needle, case).count());
}

#[divan::bench(sample_count = 10)]
fn new_folds(bencher: Bencher<'_, '_>) {
    let bytes = devices();
    let tree = Tree::parse(&bytes).expect("the list is JSON");
    bencher.bench(|| Folds::new(&tree));
}

#[divan::bench(sample_count = 10)]
fn fold_and_unfold_the_root(bencher: Bencher<'_, '_>) {
    let bytes = devices();
    let tree = Tree::parse(&bytes).expect("the list is JSON");
    let mut folds = Folds::new(&tree);
    folds.fold_below(&tree, 0);
    folds.fold(&tree, 0);
    bencher.bench_local(|| {
        folds.toggle(&tree, 0);
        folds.visible_count()
    });
}

/// A screen of 50 lines in the middle, with every device folded.
#[divan::bench]
fn fifty_rows_by_nth_visible(bencher: Bencher<'_, '_>) {
    let bytes = devices();
    let tree = Tree::parse(&bytes).expect("the list is JSON");
    let mut folds = Folds::new(&tree);
    for list in tree.children(0).collect::<Vec<_>>() {
        folds.fold_below(&tree, list);
    }
    let top = folds.visible_count() / 2;
    bencher.bench_local(|| {
        (top..top + 50)
            .filter_map(|n| folds.nth_visible(n))
            .sum::<usize>()
    });
}
