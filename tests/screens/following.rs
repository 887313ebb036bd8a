//! Captures that grow while they are looked at: files that are followed, and
//! proxies that are attached to.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use mishark::tui::app::Settings;
use mishark::tui::effect::{Effect, Lane, Watched};
use mishark::tui::message::{Grown, Message};
use mishark_core::attach::Target;
use mishark_core::capture::{Arrival, Capture};
use mishark_core::flow::Flow;
use mishark_core::session::{Keyring, Place, harvest};

use crate::support::{Screen, file};

/// The Mi Home flows of the sample, in order.
fn flows() -> Vec<Arc<Flow>> {
    let capture = Capture::open(&file("samples/home.har")).unwrap();
    let entries = capture.entries().iter();
    let ours = entries.filter(|entry| entry.path.starts_with("/app/"));
    ours.map(|entry| Arc::new(capture.flow(entry).unwrap()))
        .collect()
}

const NAME: &str = "whistle 127.0.0.1:1";

/// A message with flows, the first of which has a place.
fn grown(first: usize, flows: &[Arc<Flow>]) -> Grown {
    let mut ring = Keyring::new();
    let arrivals = flows.iter().enumerate().map(|(at, flow)| {
        let place = Place {
            capture: NAME.to_owned(),
            entry: first + at,
        };
        harvest(&mut ring, flow, &place);
        Arrival {
            place: first + at,
            flow: Ok(Arc::clone(flow)),
        }
    });
    let arrivals: Vec<Arrival> = arrivals.collect();
    Grown {
        name: NAME.to_owned(),
        arrivals,
        ring: Some(ring),
        notes: Vec::new(),
        trouble: None,
    }
}

fn send(screen: &mut Screen, grown: Grown) {
    screen.send(Message::Grown {
        capture: 1,
        grown: Box::new(grown),
    });
}

/// A screen that is attached; nothing comes but what the test sends, for its
/// worker is told to go before it asks anybody.
fn attached() -> Screen {
    let mut screen = Screen::new(140, 24);
    let target = Target::parse("http://127.0.0.1:1").unwrap();
    // Its effects, the worker among them, are not performed.
    let effects = screen.driver.app.watch([Watched::Proxy(target)]);
    assert_eq!(effects.len(), 1);
    screen
}

#[test]
fn flows_arrive_decrypted_in_the_list() {
    let flows = flows();
    let mut screen = attached();
    screen.shows("FOLLOW");
    send(&mut screen, grown(0, &flows[..1]));
    screen.shows("1/1").shows("D 1").shows("1 key");
    send(&mut screen, grown(1, &flows[1..3]));
    screen.shows("D 3");
}

#[test]
fn a_cursor_on_the_last_row_goes_along_and_any_other_stays() {
    let flows = flows();
    let mut screen = attached();
    send(&mut screen, grown(0, &flows[..2]));
    screen.press("j").shows("2/2");
    send(&mut screen, grown(2, &flows[2..4]));
    screen.shows("4/4");
    screen.press("k").shows("3/4");
    send(&mut screen, grown(4, &flows[4..6]));
    screen.shows("3/6");
}

#[test]
fn who_reads_a_body_is_not_taken_to_another_flow() {
    let flows = flows();
    let mut screen = attached();
    send(&mut screen, grown(0, &flows[..2]));
    screen.press("j enter");
    send(&mut screen, grown(2, &flows[2..4]));
    screen.shows("2/4");
}

#[test]
fn marks_notes_and_the_filter_stay_as_flows_arrive() {
    let flows = flows();
    let mut screen = attached();
    send(&mut screen, grown(0, &flows[..3]));
    screen.press("g m");
    let row = screen.line(2);
    send(&mut screen, grown(3, &flows[3..5]));
    assert_eq!(screen.line(2), row);
    screen.press("f").type_text("path:prop").press("enter");
    let before = screen.text().matches("prop/get").count();
    send(&mut screen, grown(5, &flows[5..flows.len().min(20)]));
    screen.hides("GetSceneList").shows("prop/set");
    assert!(screen.text().matches("prop/get").count() >= before);
}

#[test]
fn a_flow_whose_answer_comes_later_is_the_same_row() {
    let flows = flows();
    let mut waiting = (*flows[0]).clone();
    waiting.response = None;
    let mut screen = attached();
    send(&mut screen, grown(0, &[Arc::new(waiting)]));
    screen.shows("1/1").shows("no answer");
    send(&mut screen, grown(0, &flows[..1]));
    screen.shows("1/1").shows("homelist").hides("no answer");
}

#[test]
fn a_key_that_comes_later_opens_what_came_before() {
    let flows = flows();
    let mut screen = attached();
    let mut locked = grown(0, &flows[..2]);
    for arrival in &mut locked.arrivals {
        let mut flow = (**arrival.flow.as_ref().unwrap()).clone();
        let body = flow.request.body.bytes().unwrap().to_vec();
        let text = String::from_utf8(body).unwrap();
        let fields = text.split('&');
        let without: Vec<_> = fields
            .filter(|field| !field.starts_with("ssecurity="))
            .collect();
        let bytes = without.join("&").into_bytes();
        flow.request.body = mishark_core::flow::Body::Bytes(bytes);
        arrival.flow = Ok(Arc::new(flow));
    }
    locked.ring = None;
    send(&mut screen, locked);
    screen.shows("K 2");
    send(&mut screen, grown(2, &flows[2..3]));
    screen.shows("D 3").hides("K 2").shows("1 key");
}

#[test]
fn a_proxy_that_is_lost_is_told_and_so_is_its_coming_back() {
    let flows = flows();
    let mut screen = attached();
    send(&mut screen, grown(0, &flows[..2]));
    let lost = Grown {
        trouble: Some("no connection: refused".to_owned()),
        ..grown(2, &[])
    };
    send(&mut screen, lost);
    screen.shows("LOST").hides("FOLLOW");
    screen.shows("whistle 127.0.0.1:1: no connection: refused; asking again");
    screen.shows("1/2");
    send(&mut screen, grown(2, &flows[2..3]));
    screen.shows("FOLLOW").shows("whistle 127.0.0.1:1: back");
}

#[test]
fn a_followed_file_is_read_on_by_its_worker() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flows.jsonl");
    let line = |flow: &Flow| {
        let body = flow.request.body.bytes().unwrap_or_default();
        let body = String::from_utf8(body.to_vec()).unwrap();
        let url = flow.request.url.as_str();
        let line = serde_json::json!({"method": flow.request.method, "url": url, "body": body});
        format!("{line}\n")
    };
    let flows = flows();
    fs::write(&path, line(&flows[0])).unwrap();
    let mut screen = Screen::new(140, 24);
    let effects = screen.driver.app.watch([Watched::File(path.clone())]);
    screen.driver.perform(effects);
    until(&mut screen, "1/1");
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(line(&flows[1]).as_bytes()).unwrap();
    // The cursor goes along.
    until(&mut screen, "2/2");
    screen.shows("FOLLOW").shows("D 2");
}

/// Takes what comes until the screen shows a text.
#[track_caller]
fn until(screen: &mut Screen, text: &str) {
    /// Longer than any worker takes; only a failing test waits for it.
    const LONGEST: u32 = 600;
    for _ in 0..LONGEST {
        screen.settle();
        if screen.text().contains(text) {
            return;
        }
        screen.driver.wait(Duration::from_millis(50));
    }
    screen.shows(text);
}

#[test]
fn a_capture_that_holds_too_much_grows_no_more_and_says_so() {
    let flows = flows();
    let mut screen = Screen::with(
        140,
        24,
        Settings {
            max_held: 1,
            ..Settings::default()
        },
    );
    let target = Target::parse("http://127.0.0.1:1").unwrap();
    screen.driver.app.watch([Watched::Proxy(target)]);
    let app = &mut screen.driver.app;
    let effects = app.update(Message::Grown {
        capture: 1,
        grown: Box::new(grown(0, &flows[..2])),
    });
    let ends = |effect: &Effect| matches!(effect, Effect::Cancel(Lane::Watch(1)));
    assert!(effects.iter().any(ends), "{effects:?}");
    screen.driver.perform(effects);
    screen.settle();
    screen.shows("flows of more than 1 bytes are held; no more are taken");
    // What was under way comes too late, and what is there stays.
    send(&mut screen, grown(2, &flows[2..4]));
    screen.shows("2 flows").shows("D 2").holds();
}

#[test]
fn a_search_goes_on_in_flows_that_arrive() {
    let flows = flows();
    let mut screen = attached();
    send(&mut screen, grown(0, &flows[..2]));
    screen.press("/").type_text("客厅").press("enter");
    screen.shows("\"客厅\" in 2 flows");
    // The list of devices is asked for again, and another call.
    send(
        &mut screen,
        grown(2, &[Arc::clone(&flows[1]), Arc::clone(&flows[4])]),
    );
    screen
        .shows("\"客厅\" in 3 flows")
        .press("G n")
        .shows("1/3");
    // With a filter it goes on in what that keeps; the hits it hides are passed by.
    screen.press("f").type_text("path:gethome").press("enter");
    send(
        &mut screen,
        grown(4, &[Arc::clone(&flows[0]), Arc::clone(&flows[1])]),
    );
    screen
        .shows("\"客厅\" in 4 flows")
        .press("g n")
        .shows("2/2");
    screen.press("n").shows("1/2");
}

#[test]
fn hits_that_arrive_take_nobody_to_another_flow() {
    let flows = flows();
    let without = || Arc::clone(&flows[4]);
    let mut screen = attached();
    send(&mut screen, grown(0, &[without(), without()]));
    // Not on the last flow, which would go along with those that arrive.
    screen.press("g /").type_text("客厅").press("enter");
    screen.shows("\"客厅\" in 0 flows").shows(" 1/2");
    send(&mut screen, grown(2, &flows[1..2]));
    screen.shows("\"客厅\" in 1 flow").shows(" 1/3");
}
