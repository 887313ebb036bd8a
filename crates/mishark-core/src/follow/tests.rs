use std::fs::{self, OpenOptions};
use std::io::Write;

use super::*;

fn line(path: &str) -> String {
    format!("{{\"method\":\"GET\",\"url\":\"https://h{path}\"}}\n")
}

fn entry(path: &str, status: &str) -> String {
    format!(
        r#"{{"startedDateTime":"2026-01-01T00:00:00Z","request":{{"method":"GET","url":"https://h{path}"}},"response":{{"status":{status}}}}}"#
    )
}

fn har(entries: &[String]) -> String {
    format!(r#"{{"log":{{"entries":[{}]}}}}"#, entries.join(","))
}

/// Place and path of what came.
fn came(look: &Look) -> Vec<(usize, String)> {
    let arrivals = look.arrivals.iter();
    arrivals
        .map(|arrival| {
            let flow = arrival.flow.as_ref().unwrap();
            (arrival.place, flow.request.url.path().to_owned())
        })
        .collect()
}

fn paths(look: &Look) -> Vec<String> {
    came(look).into_iter().map(|(_, path)| path).collect()
}

struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
    follower: Follower,
}

impl Place {
    fn new(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, text).unwrap();
        let follower = Follower::new(&path);
        Self {
            _folder: folder,
            path,
            follower,
        }
    }

    fn append(&self, text: &str) {
        let mut file = OpenOptions::new().append(true).open(&self.path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn look(&mut self) -> Look {
        self.follower.look()
    }
}

#[test]
fn appended_lines_arrive_and_a_half_line_waits() {
    let mut place = Place::new(&line("/a"));
    assert_eq!(paths(&place.look()), ["/a"]);
    assert!(place.look().arrivals.is_empty());
    place.append(&line("/b"));
    let half = line("/c");
    place.append(&half[..10]);
    assert_eq!(paths(&place.look()), ["/b"]);
    assert!(place.look().arrivals.is_empty());
    place.append(&half[10..]);
    assert_eq!(came(&place.look()), [(2, "/c".to_owned())]);
}

#[test]
fn a_bad_line_is_told_with_its_number_and_nothing_else_is_lost() {
    let mut place = Place::new(&format!("{}\nnonsense\n{}", line("/a"), line("/b")));
    let look = place.look();
    assert_eq!(paths(&look), ["/a", "/b"]);
    assert_eq!(look.events.len(), 1);
    assert_eq!(look.events[0].to_string(), "line 3: not an object");
}

#[test]
fn a_file_that_was_cut_or_replaced_is_read_from_its_start() {
    let mut place = Place::new(&format!("{}{}", line("/a"), line("/b")));
    assert_eq!(paths(&place.look()), ["/a", "/b"]);
    fs::write(&place.path, line("/c")).unwrap();
    let look = place.look();
    assert_eq!(came(&look), [(2, "/c".to_owned())]);
    assert_eq!(look.events, [Event::Anew]);

    let other = place.path.with_extension("new");
    fs::write(&other, format!("{}{}", line("/d"), line("/e"))).unwrap();
    fs::rename(&other, &place.path).unwrap();
    let look = place.look();
    assert_eq!(paths(&look), ["/d", "/e"]);
    assert_eq!(look.events, [Event::Anew]);
}

#[test]
fn a_har_rewritten_in_place_gives_what_is_new_and_what_got_its_answer() {
    let mut entries = vec![entry("/a", "200"), entry("/b", "0")];
    let mut place = Place::new(&har(&entries));
    assert_eq!(paths(&place.look()), ["/a", "/b"]);
    entries[1] = entry("/b", "204");
    entries.push(entry("/c", "200"));
    fs::write(&place.path, har(&entries)).unwrap();
    let look = place.look();
    assert_eq!(came(&look), [(1, "/b".to_owned()), (2, "/c".to_owned())]);
    assert_eq!(look.events, []);
}

#[test]
fn a_half_written_har_keeps_what_was_there_and_is_tried_again() {
    let entries: Vec<String> = ["/a", "/b", "/c"].map(|path| entry(path, "200")).into();
    let whole = har(&entries);
    let mut place = Place::new(&har(&entries[..2]));
    assert_eq!(paths(&place.look()), ["/a", "/b"]);
    // Cut at every byte: emptied, inside each entry, before the last bracket.
    let mut more = Vec::new();
    for end in 0..=whole.len() {
        fs::write(&place.path, &whole[..end]).unwrap();
        // Times of files are too coarse for this; its looks are told apart.
        place.follower.seen = None;
        let look = place.look();
        assert!(!look.events.contains(&Event::Anew), "{end}");
        more.extend(came(&look));
    }
    assert_eq!(more, [(2, "/c".to_owned())]);
}

#[test]
fn another_har_in_its_place_is_told_and_what_was_there_stays() {
    let mut place = Place::new(&har(&[entry("/a", "200"), entry("/b", "200")]));
    assert_eq!(paths(&place.look()), ["/a", "/b"]);
    fs::write(&place.path, har(&[entry("/x", "200")])).unwrap();
    let look = place.look();
    assert_eq!(came(&look), [(2, "/x".to_owned())]);
    assert_eq!(look.events, [Event::Anew]);
}

#[test]
fn a_file_that_goes_away_is_told_once_and_so_is_its_coming_back() {
    let mut place = Place::new(&line("/a"));
    assert_eq!(paths(&place.look()), ["/a"]);
    let away = place.path.with_extension("away");
    fs::rename(&place.path, &away).unwrap();
    assert_eq!(place.look().events, [Event::Away(io::ErrorKind::NotFound)]);
    assert_eq!(place.look().events, []);
    fs::rename(&away, &place.path).unwrap();
    assert_eq!(place.look().events, [Event::Back]);
}

#[test]
fn what_is_no_capture_yet_is_waited_for() {
    let mut place = Place::new("");
    assert!(place.look().events.is_empty());
    fs::write(&place.path, "hello").unwrap();
    assert_eq!(place.look().events, [Event::NoCapture]);
    fs::write(&place.path, har(&[entry("/a", "200")])).unwrap();
    assert_eq!(paths(&place.look()), ["/a"]);
}

#[test]
fn a_line_without_end_is_passed_over() {
    let mut splitter = Splitter::default();
    let mut lines = Vec::new();
    let mut take = |number, line: Result<&[u8], TooLong>| lines.push((number, line.is_ok()));
    let chunk = vec![b'x'; 1 << 20];
    for _ in 0..=MAX_LINE >> 20 {
        splitter.push(&chunk, &mut take);
    }
    splitter.push(b"\nshort\nlast", &mut take);
    splitter.finish(&mut take);
    assert_eq!(lines, [(1, false), (2, true), (3, true)]);
}
