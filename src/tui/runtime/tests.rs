use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use super::*;
use crate::tui::effect::{Input, Job, Lane};
use crate::tui::message::Message;
use crate::tui::opened::OpenJob;
use mishark_core::capture::{Capture, Source};
use mishark_core::workspace::Workspace;

/// What a runtime says until it has nothing to do.
fn all(runtime: &mut Runtime) -> Vec<Message> {
    let mut messages = Vec::new();
    while runtime.is_busy() {
        messages.extend(runtime.next(Duration::from_secs(60)));
    }
    messages
}

#[test]
fn a_worker_that_panics_is_a_message_and_the_next_one_works() {
    let mut runtime = Runtime::default();
    runtime.spawn(Lane::Side, |_| panic!("on secret-token"));
    let messages = all(&mut runtime);
    assert!(
        matches!(messages[..], [Message::Stumbled(Lane::Side)]),
        "{messages:?}"
    );
    runtime.start(Job::Now);
    assert!(matches!(all(&mut runtime)[..], [Message::Now(_)]));
}

/// A capture of two flows, one with a large body and one that is small.
fn capture() -> Capture {
    let large = format!("[{}1]", "1,".repeat(4_000_000));
    let entries = [&large, "[]"].map(|text| {
        serde_json::json!({
            "request": { "method": "GET", "url": "https://a.example/", "headers": [] },
            "response": { "status": 200, "headers": [], "content": { "text": text } },
        })
    });
    let har = serde_json::json!({ "log": { "version": "1.2", "entries": entries } });
    let source = Source::from_bytes("two.har", har.to_string().into_bytes()).unwrap();
    Capture::index(source, &mut |_| std::ops::ControlFlow::Continue(())).unwrap()
}

#[test]
fn a_small_flow_does_not_wait_for_a_large_one() {
    let capture = capture();
    let job = |row: u32| {
        Job::Open(Box::new(OpenJob {
            row,
            reader: capture.reader().clone(),
            entry: capture.entries()[row as usize].clone(),
            workspace: Workspace::default(),
        }))
    };
    let mut runtime = Runtime::default();
    let rows = |runtime: &mut Runtime| {
        let messages = all(runtime);
        let row = |message: &Message| match message {
            Message::Opened(opened) => Some(opened.shown.row),
            _ => None,
        };
        messages.iter().filter_map(row).collect::<Vec<u32>>()
    };
    runtime.start(job(0));
    assert!(!runtime.is_soon());
    runtime.start(job(1));
    assert!(runtime.is_soon());
    assert_eq!(rows(&mut runtime), [1, 0]);
    assert!(!runtime.is_soon());
    // Of several large ones the first is opened and the last.
    for row in [0, 0, 0, 0] {
        runtime.start(job(row));
    }
    assert!(!runtime.is_soon());
    assert_eq!(rows(&mut runtime), [0, 0]);
    // One that waits is forgotten when a small one is wanted.
    for row in [0, 0, 1] {
        runtime.start(job(row));
    }
    assert!(runtime.is_soon());
    assert_eq!(rows(&mut runtime), [1, 0]);
}

#[cfg(target_os = "linux")]
#[test]
fn work_on_many_flows_gives_way_with_all_its_threads() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicI32, Ordering};
    let priority = || rustix::process::getpriority_process(None).unwrap();
    let of = |lane| {
        let seen = Arc::new(AtomicI32::new(i32::MAX));
        let there = Arc::clone(&seen);
        let mut runtime = Runtime::default();
        runtime.spawn(lane, move |_| {
            thread::scope(|scope| {
                scope.spawn(|| there.store(priority(), Ordering::Relaxed));
            });
        });
        assert!(all(&mut runtime).is_empty());
        seen.load(Ordering::Relaxed)
    };
    let ours = priority();
    assert_eq!(of(Lane::Sweep), (ours + 10).min(19));
    assert_eq!(of(Lane::Load), (ours + 5).min(19));
    assert_eq!(of(Lane::Send), ours);
    assert_eq!(priority(), ours);
}

#[test]
fn a_load_that_is_cancelled_keeps_what_it_has() {
    // More than a batch of entries, and each is one of curl's commands.
    let commands = "curl 'https://a.example/' --data-raw 'a=b'\n".repeat(3_000);
    let mut runtime = Runtime::default();
    let (go, wait) = channel();
    runtime.spawn(Lane::Load, move |context| {
        wait.recv().unwrap();
        let name = "many.sh".to_owned();
        let bytes = commands.into_bytes();
        load::run(Input::Bytes { name, bytes }, None, context);
    });
    runtime.cancel(Lane::Load);
    go.send(()).unwrap();
    let messages = all(&mut runtime);
    let told: usize = messages
        .iter()
        .filter_map(|message| match message {
            Message::Indexed(indexed) => Some(indexed.entries.len()),
            _ => None,
        })
        .sum();
    let Some(Message::Loaded(capture)) = messages.last() else {
        panic!("{messages:?}");
    };
    assert!(told > 0 && told < 3_000, "{told}");
    // The screen has them, and gives them back when all is there.
    assert!(capture.entries().is_empty());
}
