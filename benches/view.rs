//! Browsing a device list of 50 MB, and one value of a megabyte.
//!
//! `cargo bench --bench view`

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use divan::Bencher;
use mishark::tui::content::Content;
use mishark::tui::look::Look;
use mishark::tui::theme::Theme;
use mishark::tui::view::{Move, View, Viewport};
use mishark_core::json::Tree;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn main() {
    divan::main();
}

const PORT: Viewport = Viewport {
    width: 100,
    height: 50,
    reveal: false,
};

/// What the device list of a large home looks like, over and over.
fn devices() -> Vec<u8> {
    let mut text = String::from(r#"{"code":0,"message":"ok","result":{"list":["#);
    for n in 0.. {
        if n > 0 {
            text.push(',');
        }
        text.push_str(&format!(
            r#"{{"did":"{}","token":"{n:032x}","name":"\u626b\u5730\u673a\u5668\u4eba {n}","room":"客厅","pid":"0","isOnline":{},"model":"vendor.vacuum.m{}","rssi":-{},"extra":{{"fw_version":"4.3.{n}","platform":[1,2,{n}]}},"prop":{{}},"desc":"{{\"power\":\"on\",\"mode\":{}}}"}}"#,
            1_000_000_000_u64 + n,
            n % 3 == 0,
            n % 40,
            n % 90,
            n % 5,
        ));
        if text.len() > 50_000_000 {
            break;
        }
    }
    text.push_str("]}}");
    text.into_bytes()
}

fn list() -> View {
    View::new(Arc::new(Content::new(devices())))
}

/// One string of a megabyte among short ones, plain or of wide characters.
fn long(value: &str) -> View {
    let value = value.repeat(1_000_000 / value.len());
    let text = format!(r#"{{"a":1,"data":"{value}","b":2}}"#);
    View::new(Arc::new(Content::new(text.into_bytes())))
}

fn no_note(_: &Tree<'static>, _: usize) -> Option<String> {
    None
}

fn draw(view: &View, buffer: &mut Buffer) {
    let look = Look {
        theme: Theme::Dark,
        focused: true,
        reveal: false,
        ascii: false,
    };
    view.draw(buffer.area, buffer, &look, &no_note);
}

fn buffer() -> Buffer {
    Buffer::empty(Rect::new(0, 0, PORT.width, PORT.height))
}

#[divan::bench(sample_count = 10)]
fn open_50_mb(bencher: Bencher<'_, '_>) {
    let bytes = devices();
    bencher
        .with_inputs(|| bytes.clone())
        .bench_local_values(|bytes| View::new(Arc::new(Content::new(bytes))));
}

#[divan::bench(args = [false, true])]
fn a_frame_in_the_middle(bencher: Bencher<'_, '_>, wrap: bool) {
    let (mut view, mut buffer) = (list(), buffer());
    view.apply(Move::To(1_000_000), PORT);
    if wrap {
        view.apply(Move::ToggleWrap, PORT);
    }
    bencher.bench_local(|| draw(&view, &mut buffer));
}

#[divan::bench(args = [false, true])]
fn a_page_down_and_its_frame(bencher: Bencher<'_, '_>, wrap: bool) {
    let (mut view, mut buffer) = (list(), buffer());
    if wrap {
        view.apply(Move::ToggleWrap, PORT);
    }
    bencher.bench_local(|| {
        view.apply(Move::PageDown, PORT);
        draw(&view, &mut buffer);
    });
}

#[divan::bench]
fn a_frame_of_folded_devices(bencher: Bencher<'_, '_>) {
    let (mut view, mut buffer) = (list(), buffer());
    view.apply(Move::To(5), PORT);
    view.apply(Move::FoldDeep, PORT);
    bencher.bench_local(|| {
        view.apply(Move::Down(1), PORT);
        draw(&view, &mut buffer);
    });
}

#[divan::bench(sample_count = 10)]
fn folding_all_devices_and_unfolding_them(bencher: Bencher<'_, '_>) {
    let mut view = list();
    view.apply(Move::To(5), PORT);
    bencher.bench_local(|| {
        view.apply(Move::FoldDeep, PORT);
        view.apply(Move::UnfoldDeep, PORT);
    });
}

#[divan::bench(args = [("plain", false), ("plain", true), ("wide", false), ("wide", true)])]
fn a_step_in_a_megabyte_and_its_frame(bencher: Bencher<'_, '_>, (kind, wrap): (&str, bool)) {
    let mut view = long(if kind == "plain" {
        "QUJDREVG"
    } else {
        "客厅\\u706f"
    });
    let mut buffer = buffer();
    view.apply(Move::Down(1), PORT);
    let step = if wrap {
        view.apply(Move::ToggleWrap, PORT);
        view.apply(Move::Bottom, PORT);
        view.apply(Move::Up(1), PORT);
        Move::Up(1)
    } else {
        Move::ScrollRight(8)
    };
    bencher.bench_local(|| {
        view.apply(step, PORT);
        draw(&view, &mut buffer);
    });
}

#[divan::bench(sample_count = 10, args = ["nowhere", "客厅", "扫地", "m39", "0"])]
fn find_in_50_mb(bencher: Bencher<'_, '_>, needle: &str) {
    let mut view = list();
    bencher.bench_local(|| {
        let job = view.find(needle);
        let mut all = Vec::new();
        job.run(&AtomicBool::new(false), |found| all.push(found));
        for found in all {
            view.take_found(found, PORT);
        }
        view.find_status()
    });
}

#[divan::bench]
fn the_next_match_in_50_mb_and_its_frame(bencher: Bencher<'_, '_>) {
    let (mut view, mut buffer) = (list(), buffer());
    let job = view.find("客厅");
    let mut all = Vec::new();
    job.run(&AtomicBool::new(false), |found| all.push(found));
    for found in all {
        view.take_found(found, PORT);
    }
    bencher.bench_local(|| {
        view.step_match(true, PORT);
        draw(&view, &mut buffer);
    });
}
