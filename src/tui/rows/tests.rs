use super::*;
use mishark_core::capture::Capture;
use mishark_core::decode::Options;
use mishark_core::workspace::Workspace;

/// A capture is opened again and again, as when keys come in one by one.
#[test]
fn rows_say_the_same_however_often_they_are_opened() {
    let mut rows = Rows::new(Workspace::new(Options::default()));
    let capture = Capture::open("samples/home.har".as_ref()).unwrap();
    let mut keys = Workspace::new(Options::default());
    keys.add(Capture::open("samples/home.har".as_ref()).unwrap());
    rows.workspace_mut().add_keys(keys.ring());
    rows.begin(capture.name().to_owned());
    rows.extend(capture.reader().clone(), capture.entries().to_vec());
    rows.finish(capture);
    assert_eq!(rows.says(3), "");

    let mut before = 0;
    let mut was_moved = false;
    for _ in 0..60 {
        let mut said = Vec::new();
        for row in 0..rows.len() as u32 {
            let id = rows.row(row).id;
            let (flow, decoded) = rows.workspace().open(id);
            let digest = Digest::of(flow.as_ref(), &decoded);
            said.push(digest.summary.clone());
            rows.learn(id, digest);
        }
        for (row, summary) in said.iter().enumerate() {
            assert_eq!(rows.says(row as u32), summary.says(rows.directory()));
        }
        was_moved |= rows.summaries.len() < before;
        before = rows.summaries.len();
    }
    assert!(was_moved, "{before} bytes");
    assert_eq!(rows.counts().iter().sum::<usize>(), rows.len());
}
