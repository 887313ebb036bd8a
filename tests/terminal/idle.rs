//! A screen that nothing happens on costs nothing: no thread wakes up, and no
//! processor time passes. Linux counts both.

use std::fs;
use std::time::{Duration, Instant};

use crate::home::Home;
use crate::pty::{DEADLINE, Pty};

/// How long nothing may happen.
const SILENCE: Duration = Duration::from_secs(2);

/// How often threads may wake up in that time all the same: the kernel's own
/// doings, of which a loaded machine has more. Who looks for something every
/// 10 ms wakes up 200 times.
const HANDFUL: u64 = 5;

/// Wake-ups and ticks (10 ms each) of all threads since they began.
fn spent(pid: u32) -> (u64, u64) {
    let mut spent = (0, 0);
    for task in fs::read_dir(format!("/proc/{pid}/task")).unwrap() {
        let task = task.unwrap().path();
        // A thread may end between two looks.
        let status = fs::read_to_string(task.join("status")).unwrap_or_default();
        let line = |name: &str| {
            let mut lines = status.lines().filter_map(|line| line.split_once(':'));
            let value = lines.find(|(field, _)| *field == name)?.1;
            value.trim().parse::<u64>().ok()
        };
        spent.0 += line("voluntary_ctxt_switches").unwrap_or(0);
        let stat = fs::read_to_string(task.join("stat")).unwrap_or_default();
        // The name, in parentheses, may hold anything.
        let numbers = stat.rsplit_once(')').map_or("", |(_, numbers)| numbers);
        let numbers: Vec<&str> = numbers.split_whitespace().collect();
        let number = |at: usize| numbers.get(at).and_then(|text| text.parse::<u64>().ok());
        // utime and stime, fields 14 and 15 of proc_pid_stat(5).
        spent.1 += number(11).unwrap_or(0) + number(12).unwrap_or(0);
    }
    spent
}

/// Waits until nothing happens for a while; it fails if that never comes.
#[track_caller]
fn assert_falls_asleep(pty: &mut Pty, after: &str) {
    let start = Instant::now();
    loop {
        let before = spent(pty.id());
        let spoke = pty.wait_for_silence(SILENCE);
        let now = spent(pty.id());
        let (wakes, ticks) = (now.0.abs_diff(before.0), now.1.abs_diff(before.1));
        if !spoke && wakes <= HANDFUL && ticks <= 1 {
            return;
        }
        let is_late = start.elapsed() >= DEADLINE;
        assert!(
            !is_late,
            "after {after}: {wakes} wake-ups and {ticks} ticks in {SILENCE:?}, drew: {spoke}"
        );
    }
}

#[test]
fn the_welcome_sleeps() {
    let home = Home::new();
    let mut pty = home.start(&[], 80, 24);
    pty.wait_for("Open a capture");
    assert_falls_asleep(&mut pty, "the start");
    pty.press("q");
    assert!(pty.end().success());
}

#[test]
fn a_loaded_capture_sleeps_whatever_was_done_with_it() {
    let home = Home::new();
    let mut pty = home.open();
    assert_falls_asleep(&mut pty, "the load");
    for (keys, shown, what) in [
        ("a", "showing all traffic", "a message"),
        ("G", "NORMAL", "a move"),
        ("fdid:900000001\r", "filter: did:900000001", "a filter"),
        ("F/homelist\r", "NORMAL", "a search"),
        ("i", "Stages", "the stages"),
        ("f", "FILTER", "the filter's line"),
        ("\x03:", "commands", "the palette"),
    ] {
        pty.press(keys);
        pty.wait_for(shown);
        assert_falls_asleep(&mut pty, what);
    }
    pty.press("\x03q");
    assert!(pty.end().success());
}

#[test]
fn a_file_that_is_no_capture_leaves_nothing_running() {
    let home = Home::new();
    let mut pty = home.start(&["Cargo.toml"], 100, 30);
    pty.wait_until("why", |screen| screen.contents().contains("not a"));
    assert_falls_asleep(&mut pty, "a failed load");
    pty.press("q");
    assert!(pty.end().success());
}
