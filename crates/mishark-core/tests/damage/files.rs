//! Files that are cut, can not be read to their end, or are no captures.

use std::ops::ControlFlow;

use mishark_core::capture::{Capture, Error, Source, Warning};
use mishark_core::decode::{Options, State};
use mishark_core::workspace::Workspace;

use super::{entry, har, index, numbered};

#[test]
fn a_cut_at_every_byte_keeps_all_whole_entries_and_warns() {
    let entries: Vec<String> = (0..4).map(numbered).collect();
    let shapes = [
        har(&entries.iter().map(String::as_bytes).collect::<Vec<_>>()),
        format!("{{\"entries\": [{}]}}", entries.join(", ")).into_bytes(),
        format!("[{}]", entries.join(",\n")).into_bytes(),
    ];
    for file in shapes {
        let whole = index(&file).unwrap();
        assert_eq!(whole.warnings(), []);
        assert_eq!(whole.entries().len(), 4);
        for cut in 0..file.len() {
            let ends = whole.entries().iter();
            let kept = ends
                .filter(|entry| entry.start + entry.len <= cut as u64)
                .count();
            let capture = match index(&file[..cut]) {
                Ok(capture) => capture,
                Err(error) => {
                    // Too little to tell what it is.
                    assert!(matches!(error, Error::NotACapture { .. }), "{cut}");
                    assert_eq!(kept, 0, "{cut}: {error}");
                    continue;
                }
            };
            let (readable, broken) = capture.entries().split_at(kept);
            assert_eq!(readable, &whole.entries()[..kept], "{cut}");
            assert!(broken.len() <= 1, "{cut}: {broken:?}");
            for entry in broken {
                let words = entry.error.as_ref().unwrap().to_string();
                assert!(words.contains("the file ends here"), "{cut}: {words}");
            }
            let inside = (broken.len() == 1).then_some(kept);
            let expected = Warning::Cut {
                entry: inside,
                whole: kept,
                byte: cut as u64,
            };
            assert_eq!(capture.warnings(), [expected], "{cut}");
        }
    }
}

#[test]
fn who_takes_the_entries_of_a_batch_can_give_them_back() {
    let good = entry("", r#"{"status":200}"#);
    let mut file = har(&[&good, b"7", &good, &good]);
    file.truncate(file.len() - 20);
    let kept = index(&file).unwrap();
    let source = Source::from_bytes("x.har", file).unwrap();
    let mut taken = Vec::new();
    let capture = Capture::index(source, &mut |batch| {
        taken.append(batch.entries);
        ControlFlow::Continue(())
    });
    let capture = capture.unwrap();
    assert!(capture.entries().is_empty());
    // What is wrong counts those that were taken as well.
    assert!(matches!(
        kept.warnings(),
        [Warning::Cut {
            entry: Some(3),
            whole: 2,
            ..
        }]
    ));
    assert_eq!(capture.warnings(), kept.warnings());
    let capture = capture.with_entries(taken);
    assert_eq!(capture.entries(), kept.entries());
    assert!(capture.flow(&capture.entries()[2]).is_ok());
}

#[test]
fn a_cut_at_every_byte_of_sessions_side_by_side_keeps_all_whole_ones() {
    let session = |number: usize| {
        format!("{{\"url\":\"http://h/{number}\",\"req\":{{\"method\":\"GET\"}},\"res\":{{}}}}")
    };
    let file = (0..3).map(session).collect::<Vec<_>>().join("\n");
    let whole = index(file.as_bytes()).unwrap();
    assert_eq!(
        whole.format().map(|format| format.name),
        Some("whistle sessions")
    );
    for cut in 0..file.len() {
        let Ok(capture) = index(&file.as_bytes()[..cut]) else {
            assert!(cut < whole.entries()[0].len as usize, "{cut}");
            continue;
        };
        let ends = whole.entries().iter();
        let kept = ends.filter(|entry| entry.start + entry.len <= cut as u64);
        let readable = capture.entries().iter();
        let readable = readable.filter(|entry| entry.error.is_none());
        assert!(readable.eq(kept), "{cut}");
        let inside = !matches!(file.as_bytes()[cut - 1], b'}' | b'\n') || {
            capture.entries().iter().any(|entry| entry.error.is_some())
        };
        assert_eq!(capture.warnings().len(), usize::from(inside), "{cut}");
    }
}

#[test]
fn damaged_compression_keeps_what_came_before() {
    use std::io::Write;
    let entries: Vec<String> = (0..2000).map(numbered).collect();
    let file = har(&entries.iter().map(String::as_bytes).collect::<Vec<_>>());
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(&file).unwrap();
    let packed = encoder.finish().unwrap();
    let capture = index(&packed[..packed.len() / 2]).unwrap();
    let whole = capture
        .entries()
        .iter()
        .filter(|entry| entry.error.is_none());
    assert!(whole.count() > 100);
    assert!(
        matches!(
            capture.warnings(),
            [Warning::DamagedCompression { .. }, Warning::Cut { .. }]
        ),
        "{:?}",
        capture.warnings()
    );
    let head = index(&packed[..10]);
    assert!(matches!(head, Err(Error::Damaged { .. })), "{head:?}");
}

#[test]
fn a_file_that_shrinks_while_it_is_read_keeps_what_was_whole() {
    // More than is read ahead of the first entries, however many cores there are.
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let entry = entry("", r#"{"status":200,"content":{"text":"[]"}}"#);
    let text = har(&vec![&entry[..]; 512 * (4 * cores + 8)]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), &text).unwrap();
    let source = Source::open(file.path()).unwrap();
    let mut end = None;
    let capture = Capture::index(source, &mut |batch| {
        if end.is_none() {
            end = Some(batch.done);
            let writer = std::fs::File::options().write(true).open(file.path());
            writer.unwrap().set_len(batch.done).unwrap();
        }
        ControlFlow::Continue(())
    });
    let capture = capture.unwrap();
    let [Warning::Unread { whole, error }] = capture.warnings() else {
        panic!("{:?}", capture.warnings());
    };
    assert!(!error.is_empty());
    let is_whole = |entry: &&mishark_core::capture::Entry| entry.error.is_none();
    assert_eq!(capture.entries().iter().filter(is_whole).count(), *whole);
    assert!(*whole > 0);
    assert!(capture.flow(&capture.entries()[0]).is_ok());
    // Nothing of it was read: that is no capture.
    let source = Source::open(file.path()).unwrap();
    std::fs::write(file.path(), "").unwrap();
    assert!(matches!(
        Capture::index(source, &mut |_| ControlFlow::Continue(())),
        Err(Error::Io { .. })
    ));
}

// What is no capture.

#[test]
fn what_is_no_capture_is_refused_with_what_was_seen() {
    for (bytes, seen) in [
        (
            &b"hello world, this is text"[..],
            "starts with `hello world, thi`",
        ),
        (b"<!DOCTYPE html><html>", "starts with `<!DOCTYPE html><`"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "starts with 89 50 4e 47"),
        (b"\0\0\0\0", "starts with 00 00 00 00"),
        (b"", "starts with nothing (0 bytes)"),
        (b" \n\t", ""),
        (b"{}", "starts with `{}`"),
        (b"[]", "starts with `[]`"),
        (b"[1,2]", "starts with `[1,2]`"),
        (b"[null,\"x\",{}]", ""),
        (b"{\"log\":1}", "starts with `{\"log\":1}`"),
        (b"{\"log\":[]}", ""),
        (b"{\"a\":{\"log\":{\"entries\":[{}]}}}", ""),
        (b"{\"data\":{\"x\":1},\"result\":0}", ""),
        (b"[{\"url\":\"http://h/\"}]", ""),
        (b"[[[[[[", ""),
        (b"{", ""),
        (b"[", ""),
        (b"\"log\"", ""),
        (b"null", ""),
    ] {
        let error = match index(bytes) {
            Err(error) => error.to_string(),
            Ok(capture) => panic!("{}: {capture:?}", String::from_utf8_lossy(bytes)),
        };
        assert!(error.contains("x.har: not a capture"), "{error}");
        assert!(error.contains(seen), "{error}, expected {seen}");
    }
}

#[test]
fn an_empty_har_is_a_capture_without_entries() {
    for text in [
        &br#"{"log":{"version":"1.2","entries":[]}}"#[..],
        br#"{"log":{}}"#,
        br#"{"entries":[]}"#,
    ] {
        let capture = index(text).unwrap();
        assert_eq!(capture.entries(), []);
        assert_eq!(capture.warnings(), []);
    }
}

#[test]
fn a_member_nested_deeper_than_any_real_one_does_no_harm() {
    let (open, close) = ("[".repeat(200_000), "]".repeat(200_000));
    let deep = format!("{{\"request\":{{\"url\":\"http://h/deep\"}},\"x\":{open}{close}}}");
    let texts = [numbered(0), deep, numbered(1)];
    let file = har(&texts.each_ref().map(|text| text.as_bytes()));
    let capture = index(&file).unwrap();
    let paths = capture.entries().iter().map(|entry| &*entry.path);
    assert_eq!(paths.collect::<Vec<_>>(), ["/0", "/deep", "/1"]);
    assert!(capture.flow(&capture.entries()[1]).is_ok());
    // Broken as well: the reason is looked for without running out of stack.
    let broken = String::from_utf8(file).unwrap().replace("\"x\":", "\"x\"");
    let capture = index(broken.as_bytes()).unwrap();
    let errors = capture.entries().iter().map(|entry| entry.error.is_some());
    assert_eq!(errors.collect::<Vec<_>>(), [false, true, false]);
}

#[test]
fn a_capture_that_is_written_anew_says_so_and_one_that_grows_is_read_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home.har");
    let whole = std::fs::read("samples/home.har").unwrap();
    std::fs::write(&path, &whole).unwrap();
    // Times of files are coarse: so that a later one differs.
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1);
    let file = std::fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(long_ago).unwrap();
    let mut workspace = Workspace::new(Options::default());
    workspace.add(Capture::open(&path).unwrap());
    let id = workspace.ids().nth(14).unwrap();
    // More behind it moves nothing.
    std::fs::write(&path, [&whole[..], b"\n\n"].concat()).unwrap();
    assert_eq!(workspace.open(id).1.state, State::Verified);
    // More before it moves all.
    std::fs::write(&path, [&b"        "[..], &whole].concat()).unwrap();
    let (flow, decoded) = workspace.open(id);
    assert!(flow.is_none());
    let reason = decoded.reason.unwrap();
    assert!(
        reason
            .message()
            .contains("the file was written anew since it was opened"),
        "{}",
        reason.message()
    );
    assert!(reason.hint().contains("--follow"), "{}", reason.hint());
    // Cut off, too.
    std::fs::write(&path, b"").unwrap();
    let reason = workspace.open(id).1.reason.unwrap();
    assert!(
        reason.message().contains("written anew"),
        "{}",
        reason.message()
    );
}
