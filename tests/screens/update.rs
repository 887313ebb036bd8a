//! Messages in, state and effects out: no worker, no terminal.

use mishark::tui::app::{App, Settings};
use mishark::tui::effect::{Effect, Input, Job, Lane};
use mishark::tui::key::Key;
use mishark::tui::message::{Indexed, Message};
use mishark::tui::parts::Half;
use mishark_core::decode::Options;
use mishark_core::session::{KeyOrigin, parse_key_file};
use mishark_core::workspace::Workspace;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::recording::Recording;
use super::support::{Screen, file};

const SIZE: (u16, u16) = (80, 24);

fn app() -> App {
    App::new(
        Settings::default(),
        Workspace::new(Options::default()),
        SIZE,
    )
}

fn key(name: &str) -> Message {
    Message::Key(Key::parse(name).unwrap())
}

fn text(app: &App) -> String {
    let area = Rect::new(0, 0, SIZE.0, SIZE.1);
    let mut buffer = Buffer::empty(area);
    app.render(area, &mut buffer);
    let symbols = buffer.content().iter().map(|cell| cell.symbol());
    symbols.collect()
}

#[test]
fn loading_is_an_effect_and_one_at_a_time() {
    let mut app = app();
    let inputs = ["a.har", "b.har"].map(|name| Input::Path(name.into()));
    let effects = app.load(inputs);
    let loads = |effects: &[Effect]| {
        let loads = effects
            .iter()
            .filter(|effect| matches!(effect, Effect::Job(Job::Load { .. })));
        loads.count()
    };
    assert_eq!(loads(&effects), 1);
    assert!(text(&app).contains("LOADING"));
    // The first is none: the second has its turn.
    let effects = app.update(Message::NotLoaded {
        name: "a.har".to_owned(),
        why: "a.har: no capture".to_owned(),
    });
    assert_eq!(loads(&effects), 1);
    assert!(text(&app).contains("a.har: no capture"));
}

#[test]
fn escape_cancels_a_load() {
    let mut app = app();
    app.load([Input::Path("a.har".into())]);
    let effects = app.update(key("esc"));
    let cancels = |effect: &Effect| matches!(effect, Effect::Cancel(Lane::Load));
    assert!(effects.iter().any(cancels), "{effects:?}");
}

#[test]
fn results_that_come_too_late_are_dropped() {
    let mut screen = Screen::open("samples/home.har", SIZE.0, SIZE.1);
    screen.press("f").type_text("prop").press("enter");
    let before = screen.text();
    // Generations that nobody waits for.
    for message in [
        Message::Decided {
            generation: 0,
            rows: (0..61).map(|row| (row, false)).collect(),
        },
        Message::Hits {
            generation: 0,
            rows: vec![1, 2, 3],
            looked: 3,
            done: true,
        },
        Message::SweepDone { generation: 0 },
        Message::Swept {
            generation: 0,
            flows: Vec::new(),
        },
        Message::Staged {
            row: 3,
            stages: Vec::new(),
        },
    ] {
        screen.send(message);
        assert_eq!(screen.text(), before);
    }
}

#[test]
fn what_failed_is_told_until_a_key_is_pressed_and_stays_in_the_log() {
    let mut app = app();
    app.load([Input::Bytes {
        name: "a".to_owned(),
        bytes: Vec::new(),
    }]);
    app.update(Message::Failed("the disk is full".to_owned()));
    app.update(Message::Note("something else".to_owned()));
    assert!(text(&app).contains("the disk is full"));
    app.update(key("j"));
    assert!(!text(&app).contains("the disk is full"));
}

#[test]
fn typing_a_filter_asks_for_work_and_the_next_letter_replaces_it() {
    let mut screen = Screen::open("samples/home.har", SIZE.0, SIZE.1);
    let app = &mut screen.driver.app;
    app.update(key("f"));
    let mut generations = Vec::new();
    for letter in ["o", "k"] {
        let effects = app.update(key(letter)).into_iter();
        for effect in effects.chain(app.refresh()) {
            if let Effect::Job(Job::Filter { generation, .. }) = effect {
                generations.push(generation);
            }
        }
    }
    assert_eq!(generations.len(), 2);
    assert!(generations[0] < generations[1]);
}

#[test]
fn while_a_filter_decides_anew_the_list_and_the_cursor_stay() {
    let mut screen = Screen::open("samples/home.har", SIZE.0, SIZE.1);
    screen.press("f").type_text("resp:did").press("enter j j j");
    // The lines inside the frame of the list.
    let list = |app: &App| text(app).chars().skip(160).take(480).collect::<String>();
    let key_file = std::fs::read_to_string(file("samples/no-keys.key")).unwrap();
    let app = &mut screen.driver.app;
    let before = list(app);
    let keys = app.update(Message::Keys {
        name: "no-keys.key".to_owned(),
        sessions: parse_key_file(&key_file, &KeyOrigin::Given).unwrap(),
        ring: Box::default(),
    });
    let sweep = keys.iter().find_map(|effect| match effect {
        Effect::Job(Job::Sweep { generation, .. }) => Some(*generation),
        _ => None,
    });
    // As if all were opened: the filter is decided anew.
    let mut decide = app.update(Message::SweepDone {
        generation: sweep.unwrap(),
    });
    decide.extend(app.refresh());
    let is_asked = |effect: &Effect| matches!(effect, Effect::Job(Job::Filter { .. }));
    assert!(decide.iter().any(is_asked), "{decide:?}");
    assert_eq!(list(app), before);
    screen.driver.perform(keys);
    screen.driver.perform(decide);
    screen.settle();
    assert_eq!(list(&screen.driver.app), before);
}

#[test]
fn the_caret_is_where_the_next_character_comes() {
    let mut screen = Screen::open("samples/home.har", SIZE.0, SIZE.1);
    assert_eq!(screen.caret(), None);
    screen.press("f").type_text("灯x");
    // Behind ` filter: ` and three cells of text.
    assert_eq!(screen.caret(), Some((12, 21)));
    screen.press("left");
    assert_eq!(screen.caret(), Some((11, 21)));
}

#[test]
fn a_worker_that_panicked_leaves_nothing_waiting_for_it() {
    const STUMBLED: &str = "a worker stumbled";
    // While a capture loads: the next one has its turn.
    let mut app = app();
    app.load(["a.har", "b.har"].map(|name| Input::Path(name.into())));
    let effects = app.update(Message::Stumbled(Lane::Load));
    let is_load = |effect: &Effect| matches!(effect, Effect::Job(Job::Load { .. }));
    assert!(effects.iter().any(is_load), "{effects:?}");
    app.update(Message::Stumbled(Lane::Load));
    let screen = text(&app);
    assert!(
        screen.contains(STUMBLED) && !screen.contains("LOADING"),
        "{screen}"
    );
    // While flows are opened, searched and written.
    let mut screen = Screen::open("samples/home.har", SIZE.0, SIZE.1);
    let folder = tempfile::tempdir().unwrap();
    screen.press("x j ctrl-u");
    let path = folder.path().join("never.jsonl");
    let app = &mut screen.driver.app;
    app.update(Message::Paste(path.display().to_string()));
    let effects = app.update(key("enter"));
    let is_export = |effect: &Effect| matches!(effect, Effect::Job(Job::Export(_)));
    assert!(effects.iter().any(is_export), "{effects:?}");
    screen.shows("writing");
    screen
        .send(Message::Stumbled(Lane::Export))
        .shows(STUMBLED)
        .hides("writing");
    for lane in [
        Lane::Sweep,
        Lane::Search,
        Lane::Open,
        Lane::OpenSmall,
        Lane::Filter,
        Lane::Side,
        Lane::Send,
    ] {
        screen.press("j").hides(STUMBLED);
        screen.send(Message::Stumbled(lane)).shows(STUMBLED).holds();
    }
    // And all goes on.
    screen.press("g").shows("1/41").shows("homelist");
}

#[test]
fn a_load_in_progress_shows_what_is_there_and_how_far_it_is() {
    let mut screen = Screen::new(SIZE.0, SIZE.1);
    let bytes = std::fs::read("samples/home.har").unwrap();
    let app = &mut screen.driver.app;
    app.load([Input::Bytes {
        name: "grows.har".to_owned(),
        bytes: bytes.clone(),
    }]);
    let source = mishark_core::capture::Source::from_bytes("grows.har".to_owned(), bytes);
    let mut reader = None;
    let mut entries = Vec::new();
    let capture = mishark_core::capture::Capture::index(source.unwrap(), &mut |batch| {
        reader = Some(batch.reader.clone());
        entries.extend_from_slice(batch.entries);
        std::ops::ControlFlow::Continue(())
    });
    let reader = reader.unwrap();
    let indexed = |entries| Indexed {
        reader: reader.clone(),
        entries,
        ring: None,
        done: 38,
        total: 100,
    };
    let half = entries[..30].to_vec();
    screen.send(Message::Indexed(Box::new(indexed(half))));
    screen
        .shows("LOADING 38%")
        .shows("30 flows")
        .shows("gethome")
        .holds();
    // One can go about in it meanwhile.
    screen.press("3 j").shows("4/").shows("LOADING 38%");
    // It was cancelled there: what came stays.
    screen.press("esc");
    screen.send(Message::Indexed(Box::new(indexed(entries[30..].to_vec()))));
    screen.send(Message::Loaded(Box::new(capture.unwrap())));
    screen
        .hides("LOADING")
        .shows("61 flows")
        .shows("D 30")
        .holds();
    // The cursor is on its flow, wherever that is in the list by now.
    screen.shows(">  8 00:30:08 gethome");
}

#[test]
fn the_tabs_of_a_large_body_are_work_for_a_worker() {
    // More than is made ready between a key and its frame.
    let long = "0123456789".repeat(30_000);
    let answer = format!(r#"{{"code":0,"serviceToken":"of-mine","long":"{long}"}}"#);
    let recording = Recording::new().foreign(
        "https://a.example/page",
        "application/json",
        answer.as_bytes(),
    );
    let mut screen = Screen::new(SIZE.0, SIZE.1);
    screen.load_bytes("large.har", &recording.bytes());
    screen.press("a 3 tab 4 t").shows(":form]");
    let effects = screen.driver.app.update(key("t"));
    let is_tab = |effect: &Effect| matches!(effect, Effect::Job(Job::Tab(_)));
    assert!(effects.iter().any(is_tab), "{effects:?}");
    screen.shows(":raw]").shows("opening").hides("serviceToken");
    // Asked for once, and dropped if secrets were shown or hidden meanwhile.
    assert!(!screen.driver.app.update(key("T")).iter().any(is_tab));
    assert!(!screen.driver.app.update(key("t")).iter().any(is_tab));
    let again = screen.driver.app.update(key("."));
    assert!(again.iter().any(is_tab), "{again:?}");
    screen.driver.perform(effects);
    screen.settle();
    screen.shows("opening");
    screen.driver.perform(again);
    screen.settle();
    screen.shows("serviceToken: \"of-mine\"").holds();
    screen.press(".").shows("serviceToken").hides("of-mine");
    // A worker that panicked leaves nobody waiting.
    screen.driver.app.update(key("t"));
    screen.send(Message::Stumbled(Lane::Tab(Half::Response)));
    screen.shows("a worker stumbled").hides("opening");
}
