//! From a key to its frame: `update`, what it asks for at once, and the drawing
//! of all cells, as the loop around the terminal does it.
//!
//! `cargo bench --bench screen`
//!
//! The captures are those of `generate_capture`: 1 000 and 100 000 flows, the
//! larger one about a gigabyte in a folder for temporary files.

#[path = "../examples/generate_capture/generate.rs"]
mod generate;

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use divan::Bencher;
use generate::{Format, Plan};
use mishark::tui::app::{App, Settings};
use mishark::tui::driver::Driver;
use mishark::tui::effect::Input;
use mishark::tui::key::Key;
use mishark::tui::message::Message;
use mishark_core::decode::Options;
use mishark_core::workspace::Workspace;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use serde_json::json;
use tempfile::TempDir;

/// Where the captures are while the benchmarks run.
static FOLDER: OnceLock<PathBuf> = OnceLock::new();

fn main() {
    let folder = TempDir::new().expect("there is a folder for temporary files");
    FOLDER.get_or_init(|| folder.path().to_owned());
    divan::main();
}

/// How often results are looked for, here: the loop does it every 10 ms.
const LOOK: Duration = Duration::from_micros(200);

/// Flows of the captures, a few more or less.
const COUNTS: [u64; 2] = [1_000, 100_000];

/// What a generated flow takes in a file, on an average.
const FLOW: u64 = 10_400;

/// A capture of about that many flows.
fn capture(flows: u64) -> PathBuf {
    let folder = FOLDER.get().expect("`main` has made it");
    let path = folder.join(format!("{flows}.har"));
    if !path.exists() {
        let file = File::create(&path).expect("the folder is ours");
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let plan = Plan {
            size: flows * FLOW,
            seed: 1,
            format: Format::Har,
            pretty: false,
        };
        plan.write(&mut out).expect("there is room for a gigabyte");
        out.flush().expect("there is room for a gigabyte");
    }
    path
}

/// A screen of 140 by 40 cells.
struct Screen {
    driver: Driver,
    terminal: Terminal<TestBackend>,
}

impl Screen {
    fn new() -> Self {
        let size = (140, 40);
        let workspace = Workspace::new(Options::default());
        let app = App::new(Settings::default(), workspace, size);
        Self {
            driver: Driver::new(app),
            terminal: Terminal::new(TestBackend::new(size.0, size.1)).expect("it can not fail"),
        }
    }

    /// A screen with a capture, all of whose flows were looked at.
    fn open(input: Input) -> Self {
        let mut screen = Self::new();
        let effects = screen.driver.app.load([input]);
        screen.driver.perform(effects);
        screen.driver.settle();
        screen.frame();
        screen
    }

    fn of(flows: u64) -> Self {
        Self::open(Input::Path(capture(flows)))
    }

    /// What the loop does with a key: `update`, what came meanwhile, a frame.
    fn press(&mut self, key: Key) {
        self.take(Message::Key(key));
    }

    fn take(&mut self, message: Message) {
        self.driver.take(message);
        self.driver.catch_up();
        self.frame();
    }

    fn frame(&mut self) {
        let app = &self.driver.app;
        self.terminal
            .draw(|frame| app.draw(frame))
            .expect("cells can not fail");
    }

    /// Two flows, the cursor on the first; the second has a body of 50 MB.
    fn large() -> Self {
        let mut screen = Self::open(Input::Bytes {
            name: "large.har".to_owned(),
            bytes: large(),
        });
        // They are no flows of Mi Home.
        screen.press(key("a"));
        screen
    }

    /// Waits for what workers have to say, as the loop does, and draws it. That one
    /// has ended is no news, but nothing comes of it any more.
    fn await_news(&mut self) {
        while !self.driver.catch_up() && self.driver.is_busy() {
            std::thread::sleep(LOOK);
        }
        self.frame();
    }

    /// Whether a text is on the screen.
    fn shows(&self, text: &str) -> bool {
        self.text().contains(text)
    }

    fn text(&self) -> String {
        let cells = self.terminal.backend().buffer().content().iter();
        cells.map(|cell| cell.symbol()).collect()
    }

    /// How many lines the list has, as its foot tells while the cursor is on the
    /// first.
    fn lines(&self) -> Option<String> {
        let screen = self.text();
        let (_, rest) = screen.split_once(" 1/")?;
        Some(rest.chars().take_while(char::is_ascii_digit).collect())
    }

    /// Waits until the list that was asked for is on the screen.
    fn whole_list(&mut self) {
        while self.driver.app.is_list_awaited() {
            match self.driver.catch_up() {
                true => self.frame(),
                false => std::thread::sleep(LOOK),
            }
        }
    }

    /// From keys to their frames: keys by their names, one after the other and
    /// from the start again. A worker makes a long list meanwhile.
    fn bench(self, bencher: Bencher<'_, '_>, keys: &[&str]) {
        self.bench_until(bencher, keys, |_| {});
    }

    /// From keys until the list they ask for is whole on the screen.
    fn bench_list(self, bencher: Bencher<'_, '_>, keys: &[&str]) {
        self.bench_until(bencher, keys, Self::whole_list);
    }

    fn bench_until(self, bencher: Bencher<'_, '_>, keys: &[&str], until: impl Fn(&mut Self)) {
        let keys: Vec<Key> = keys.iter().map(|name| key(name)).collect();
        let mut next = keys.iter().cycle();
        let screen = RefCell::new(self);
        bencher
            .with_inputs(|| {
                screen.borrow_mut().whole_list();
                *next.next().expect("there are keys")
            })
            .bench_local_values(|key| {
                let mut screen = screen.borrow_mut();
                screen.press(key);
                until(&mut screen);
            });
    }
}

fn key(name: &str) -> Key {
    Key::parse(name).expect("it is a key")
}

/// So many times a key, then so many times the way back.
fn there_and_back<'a>(there: &'a str, back: &'a str, times: usize) -> Vec<&'a str> {
    [vec![there; times], vec![back; times]].concat()
}

/// Each step shows another flow, which is read and decrypted for it.
#[divan::bench(args = COUNTS, sample_count = 400, sample_size = 1)]
fn a_step_down_the_list(bencher: Bencher<'_, '_>, flows: u64) {
    Screen::of(flows).bench(bencher, &there_and_back("j", "k", 200));
}

#[divan::bench(args = COUNTS, sample_count = 100, sample_size = 1)]
fn a_page_down_the_list(bencher: Bencher<'_, '_>, flows: u64) {
    Screen::of(flows).bench(bencher, &there_and_back("ctrl-f", "ctrl-b", 20));
}

#[divan::bench(args = COUNTS, sample_count = 100, sample_size = 1)]
fn from_the_first_flow_to_the_last(bencher: Bencher<'_, '_>, flows: u64) {
    Screen::of(flows).bench(bencher, &["G", "g"]);
}

#[divan::bench(args = COUNTS, sample_count = 100, sample_size = 1)]
fn the_stages_pane_and_away_with_it(bencher: Bencher<'_, '_>, flows: u64) {
    Screen::of(flows).bench(bencher, &["i"]);
}

#[divan::bench(args = COUNTS, sample_count = 100, sample_size = 1)]
fn the_list_alone_and_back(bencher: Bencher<'_, '_>, flows: u64) {
    Screen::of(flows).bench(bencher, &["z"]);
}

/// In the answer of the first flow that has one to fold.
#[divan::bench(args = COUNTS, sample_count = 100, sample_size = 1)]
fn a_fold_in_a_body(bencher: Bencher<'_, '_>, flows: u64) {
    let mut screen = Screen::of(flows);
    for name in ["j", "j", "j", "alt-3", "j", "j"] {
        screen.press(key(name));
    }
    screen.bench(bencher, &["space"]);
}

/// A change that makes the whole list anew.
#[divan::bench(args = COUNTS, sample_count = 100, sample_size = 1)]
fn all_traffic_and_mi_home_alone(bencher: Bencher<'_, '_>, flows: u64) {
    Screen::of(flows).bench(bencher, &["a"]);
}

#[divan::bench(args = COUNTS, sample_count = 100, sample_size = 1)]
fn all_traffic_and_the_list_of_it(bencher: Bencher<'_, '_>, flows: u64) {
    Screen::of(flows).bench_list(bencher, &["a"]);
}

/// The list anew, of one call that is never collapsed since it may write.
#[divan::bench(args = [1_000, 20_000], sample_count = 100, sample_size = 1)]
fn the_same_rpc_again_and_again(bencher: Bencher<'_, '_>, flows: usize) {
    let entry = json!({
        "startedDateTime": "2026-01-01T00:00:00Z",
        "request": {
            "method": "POST",
            "url": "https://api.io.mi.com/app/home/rpc/1",
            "headers": [],
        },
        "response": { "status": 200, "headers": [], "content": {} },
    });
    let entries = vec![entry.to_string(); flows].join(",");
    let screen = Screen::open(Input::Bytes {
        name: "rpc.har".to_owned(),
        bytes: format!(r#"{{"log":{{"version":"1.2","entries":[{entries}]}}}}"#).into_bytes(),
    });
    screen.bench_list(bencher, &["a"]);
}

/// The second key of an order's two; typed again it turns the order round, which
/// sorts as well.
#[divan::bench(
    args = [
        (COUNTS[0], "e"),
        (COUNTS[1], "c"),
        (COUNTS[1], "d"),
        (COUNTS[1], "e"),
        (COUNTS[1], "n"),
        (COUNTS[1], "s"),
        (COUNTS[1], "t"),
        (COUNTS[1], "z"),
    ],
    sample_count = 60,
    sample_size = 1,
)]
fn the_list_in_another_order(bencher: Bencher<'_, '_>, (flows, order): (u64, &str)) {
    let screen = RefCell::new(Screen::of(flows));
    bencher
        .with_inputs(|| {
            let mut screen = screen.borrow_mut();
            screen.press(key("o"));
            screen.whole_list();
        })
        .bench_local_values(|()| screen.borrow_mut().press(key(order)));
}

/// The same until the list is whole in its order.
#[divan::bench(args = ["c", "d", "e", "n", "s", "t", "z"], sample_count = 60, sample_size = 1)]
fn another_order_and_the_list_of_it(bencher: Bencher<'_, '_>, order: &str) {
    let screen = RefCell::new(Screen::of(COUNTS[1]));
    bencher
        .with_inputs(|| screen.borrow_mut().press(key("o")))
        .bench_local_values(|()| {
            let mut screen = screen.borrow_mut();
            screen.press(key(order));
            screen.whole_list();
        });
}

/// Each key of a filter as it is typed and taken away again. The first one the
/// entries alone decide; for the second each flow has to be opened, which a
/// worker begins and the next key ends.
#[divan::bench(
    args = [
        (COUNTS[0], "path:prop/set"),
        (COUNTS[1], "path:prop/set"),
        (COUNTS[0], "did:900000005"),
        (COUNTS[1], "did:900000005"),
        (COUNTS[0], "客厅"),
        (COUNTS[1], "客厅"),
    ],
    sample_count = 156,
    sample_size = 1,
)]
fn a_key_of_a_filter(bencher: Bencher<'_, '_>, (flows, text): (u64, &str)) {
    let mut screen = Screen::of(flows);
    screen.press(key("f"));
    let typed: Vec<String> = text.chars().map(String::from).collect();
    let mut keys: Vec<&str> = typed.iter().map(String::as_str).collect();
    keys.resize(2 * typed.len(), "backspace");
    screen.bench(bencher, &keys);
}

/// The list that the entries alone decide, whole: a worker looks at all of them.
#[divan::bench(args = COUNTS, sample_count = 60, sample_size = 1)]
fn a_key_of_a_filter_and_the_list_of_it(bencher: Bencher<'_, '_>, flows: u64) {
    let mut screen = Screen::of(flows);
    screen.press(key("f"));
    screen.take(Message::Paste("path:prop/se".to_owned()));
    screen.bench_until(bencher, &["t", "backspace"], |screen| {
        while screen.driver.is_busy() {
            match screen.driver.catch_up() {
                true => screen.frame(),
                false => std::thread::sleep(LOOK),
            }
        }
    });
}

/// Keys of a list that can not be made within a frame.
#[divan::bench(
    args = ["moves", "all traffic", "orders", "marks", "a filter"],
    sample_count = 60,
    sample_size = 1,
)]
fn a_key_among_a_million_flows(bencher: Bencher<'_, '_>, keys: &str) {
    let mut screen = Screen::open(Input::Bytes {
        name: "many.har".to_owned(),
        bytes: many(1_000_000),
    });
    let keys: &[&str] = match keys {
        "moves" => &["j", "G", "k", "g"],
        "all traffic" => &["a"],
        "orders" => &["o", "e", "o", "d", "o", "t", "o", "n"],
        "marks" => &["m", "M", "M", "k"],
        _ => &["s", "t", "a", "t", "u", "s", ":", "2", "0", "0", "ctrl-u"],
    };
    // They carry nothing of Mi Home.
    screen.press(key("a"));
    if keys.contains(&"ctrl-u") {
        screen.press(key("f"));
    }
    screen.bench(bencher, keys);
}

/// A capture of many small flows.
fn many(flows: usize) -> Vec<u8> {
    let mut out = br#"{"log":{"version":"1.2","entries":["#.to_vec();
    for n in 0..flows {
        if n > 0 {
            out.push(b',');
        }
        let entry = json!({
            "startedDateTime": format!("2026-01-01T{:02}:{:02}:00Z", n * 7 % 24, n % 60),
            "time": n * 31 % 977,
            "request": {
                "method": "POST",
                "url": format!("https://api.io.mi.com/app/home/rpc/{}", n % 300),
                "headers": [],
            },
            "response": { "status": 200 + n % 2, "headers": [], "content": {} },
        });
        out.extend_from_slice(entry.to_string().as_bytes());
    }
    out.extend_from_slice(b"]}}");
    out
}

/// A filter that needs every flow opened, until the first flow it keeps is on
/// the screen, and until all are.
#[divan::bench(
    args = [(COUNTS[0], "first"), (COUNTS[1], "first"), (COUNTS[0], "all"), (COUNTS[1], "all")],
    sample_count = 10,
    sample_size = 1,
)]
fn results_of_a_filter_of_bodies(bencher: Bencher<'_, '_>, (flows, until): (u64, &str)) {
    let mut screen = Screen::of(flows);
    screen.press(key("f"));
    let screen = RefCell::new(screen);
    bencher
        .with_inputs(|| {
            let mut screen = screen.borrow_mut();
            screen.press(key("ctrl-u"));
            screen.driver.settle();
            screen.frame();
            screen.lines()
        })
        .bench_local_values(|before| {
            let mut screen = screen.borrow_mut();
            screen.take(Message::Paste("did:900000005".to_owned()));
            // At first the list is the one before; while none is known to match,
            // there is no place in it.
            let is_first = |lines: &Option<String>| lines.is_some() && *lines != before;
            while !is_first(&screen.lines()) || until == "all" && screen.driver.is_busy() {
                screen.await_news();
            }
        });
}

/// From the key that chooses a flow with a body of 50 MB to the body's first
/// frame; a worker reads it, and meanwhile keys are taken as ever.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn a_body_of_50_mb_and_its_first_frame(bencher: Bencher<'_, '_>) {
    let screen = RefCell::new(Screen::large());
    bencher
        .with_inputs(|| {
            let mut screen = screen.borrow_mut();
            screen.press(key("k"));
            screen.driver.settle();
        })
        .bench_local_values(|()| {
            let mut screen = screen.borrow_mut();
            screen.press(key("j"));
            while !screen.shows("vendor.vacuum") {
                screen.await_news();
            }
        });
}

/// The key that chooses it, as far as it holds the next key up.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn the_key_that_chooses_50_mb(bencher: Bencher<'_, '_>) {
    let screen = RefCell::new(Screen::large());
    bencher
        .with_inputs(|| {
            let mut screen = screen.borrow_mut();
            screen.press(key("k"));
            screen.driver.settle();
        })
        .bench_local_values(|()| screen.borrow_mut().press(key("j")));
}

#[divan::bench(
    args = ["j", "ctrl-f", "ctrl-d", "J", "G", "space", "C", "w", "u", ".", "t", "i", "y"],
    sample_count = 60,
    sample_size = 1,
)]
fn a_key_in_50_mb(bencher: Bencher<'_, '_>, name: &str) {
    let mut screen = Screen::large();
    screen.press(key("j"));
    screen.driver.settle();
    screen.press(key("alt-3"));
    let back = match name {
        "G" => "g",
        "t" => "T",
        "C" => "E",
        "y" => "esc",
        other => other,
    };
    screen.bench(bencher, &[name, back]);
}

/// A capture with two flows, the second of which has a body of 50 MB.
fn large() -> Vec<u8> {
    let mut body = String::from(r#"{"code":0,"result":{"list":["#);
    for n in 0.. {
        if n > 0 {
            body.push(',');
        }
        body.push_str(&format!(
            r#"{{"did":"{}","name":"\u626b\u5730\u673a {n}","room":"客厅","isOnline":{},"model":"vendor.vacuum.m{}","extra":{{"fw_version":"4.3.{n}","platform":[1,2,{n}]}}}}"#,
            1_000_000_000_u64 + n,
            n % 3 == 0,
            n % 90,
        ));
        if body.len() > 50_000_000 {
            break;
        }
    }
    body.push_str("]}}");
    let flow = |text: &str| {
        json!({
            "request": { "method": "GET", "url": "https://cdn.example.net/list", "headers": [] },
            "response": {
                "status": 200,
                "headers": [],
                "content": { "mimeType": "application/json", "text": text },
            },
        })
    };
    let entries = [flow("{}"), flow(&body)];
    json!({ "log": { "version": "1.2", "entries": entries } })
        .to_string()
        .into_bytes()
}
