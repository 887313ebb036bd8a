//! The captures opened last, kept in one small file of the state folder.
//!
//! A line is `milliseconds TAB flows TAB path`, the last opened first. Paths
//! and counts alone: nothing of what a capture holds.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use mishark_core::flow::Moment;
use mishark_core::private_file;

/// How many are remembered: two screens of the start page.
pub const MAX_RECENT: usize = 20;

/// More of the file is not read: twenty paths of any system are shorter.
const MAX_LENGTH: u64 = 1 << 18;

const FILE_NAME: &str = "recent";

/// A capture that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentCapture {
    /// Its absolute path.
    pub path: PathBuf,
    /// How many entries it had.
    pub flows: usize,
    /// When it was opened.
    pub at: Moment,
}

/// Reads the list of a state folder, the last opened first. Empty where there
/// is none, or none that can be read.
pub fn load(folder: &Path) -> Vec<RecentCapture> {
    let mut text = String::new();
    let file = File::open(folder.join(FILE_NAME));
    match file.and_then(|file| file.take(MAX_LENGTH).read_to_string(&mut text)) {
        Ok(_) => parse(&text),
        Err(_) => Vec::new(),
    }
}

/// Puts a capture at the top of the list of a state folder, and returns the
/// list. A path that is no text, or has a line break, is left out.
///
/// # Errors
///
/// The file could not be written, or the current folder is not known.
pub fn remember(folder: &Path, opened: RecentCapture) -> io::Result<Vec<RecentCapture>> {
    let opened = RecentCapture {
        path: std::path::absolute(&opened.path)?,
        ..opened
    };
    // Anew each time, for another of us may have written since.
    let mut list = load(folder);
    let fits = |path: &Path| {
        let text = path.to_str();
        text.is_some_and(|text| !text.contains(['\n', '\r']))
    };
    if !fits(&opened.path) {
        return Ok(list);
    }
    list.retain(|other| other.path != opened.path);
    list.insert(0, opened);
    list.truncate(MAX_RECENT);
    private_file::write(&folder.join(FILE_NAME), print(&list).as_bytes())?;
    Ok(list)
}

/// Lines that are none of ours are passed over.
fn parse(text: &str) -> Vec<RecentCapture> {
    text.lines()
        .filter_map(|line| {
            let (at, rest) = line.split_once('\t')?;
            let (flows, path) = rest.split_once('\t')?;
            Some(RecentCapture {
                path: PathBuf::from(path),
                flows: flows.parse().ok()?,
                at: Moment::from_millis(at.parse().ok()?)?,
            })
        })
        .take(MAX_RECENT)
        .collect()
}

fn print(list: &[RecentCapture]) -> String {
    let mut text = String::new();
    for opened in list {
        let (at, path) = (opened.at.as_millis(), opened.path.display());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{at}\t{}\t{path}", opened.flows);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(path: &str, flows: usize, at: i64) -> RecentCapture {
        RecentCapture {
            path: std::path::absolute(path).unwrap(),
            flows,
            at: Moment::from_millis(at).unwrap(),
        }
    }

    #[test]
    fn the_last_opened_stands_first_and_once() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(load(folder.path()), []);
        let state = folder.path().join("state");
        remember(&state, opened("/cap/home.har", 3, 1)).unwrap();
        remember(&state, opened("/cap/客厅 灯\t.har", 5, 2)).unwrap();
        let list = remember(&state, opened("/cap/home.har", 4, 3)).unwrap();
        let expected = [
            opened("/cap/home.har", 4, 3),
            opened("/cap/客厅 灯\t.har", 5, 2),
        ];
        assert_eq!(list, expected);
        assert_eq!(load(&state), expected);
    }

    #[test]
    fn paths_are_made_absolute_and_old_ones_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        for number in 0..MAX_RECENT + 5 {
            let path = PathBuf::from(format!("{number}.har"));
            let opened = RecentCapture {
                path,
                ..opened("/", number, 0)
            };
            remember(folder.path(), opened).unwrap();
        }
        let list = load(folder.path());
        assert_eq!(list.len(), MAX_RECENT);
        assert!(list[0].path.is_absolute() && list[0].path.ends_with("24.har"));
    }

    #[test]
    fn what_would_break_the_file_is_left_out_and_broken_lines_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let list = remember(folder.path(), opened("/a\n0\t0\t/b", 1, 1)).unwrap();
        assert_eq!(list, []);
        assert_eq!(
            parse("\n\t\n1\t2\nx\t1\t/a\n1\tx\t/a\n9999999999999999999\t1\t/a\n"),
            []
        );
        assert_eq!(parse("1\t2\t/a\n").len(), 1);
    }
}
