//! The list, against one that is made in the plainest way.

use std::collections::{BTreeMap, HashSet};

use super::lines::LineKind;
use super::list::{ListJob, ListOptions};
use super::*;
use crate::tui::action::Action;
use crate::tui::parts::SortBy;
use crate::tui::rows::{Digest, Rows};
use mishark_core::capture::{Capture, Source};
use mishark_core::decode::{Options, State};
use mishark_core::filter::Filter;
use mishark_core::workspace::Workspace;

/// Rows of a capture whose flows come again and again, some opened and some not,
/// and three replays.
fn rows(times: usize, opened: usize) -> Rows {
    let text = std::fs::read_to_string("samples/home.har").unwrap();
    let start = text.find('[').unwrap() + 1;
    let end = text.rfind(']').unwrap();
    let entries = vec![&text[start..end]; times].join(",");
    let har = format!("{}{entries}{}", &text[..start], &text[end..]);
    rows_of(har, opened)
}

/// So many rows of small entries that differ in all that orders are by.
fn many(count: usize) -> Rows {
    let entry = |at: usize| {
        format!(
            r#"{{"startedDateTime":"2026-01-01T{:02}:00:00Z","time":{},"request":{{"method":"POST","url":"https://{}api.io.mi.com/app/home/{}","headers":[]}},"response":{{"status":{},"headers":[],"content":{{}}}}}}"#,
            at / 3 % 24,
            at * 37 % 1009,
            ["", "de.", "sg."][at / 50 % 3],
            at / 4 % 11,
            200 + at / 90 % 2,
        )
    };
    let entries: Vec<String> = (0..count).map(entry).collect();
    let entries = entries.join(",");
    rows_of(
        format!(r#"{{"log":{{"version":"1.2","entries":[{entries}]}}}}"#),
        0,
    )
}

fn rows_of(har: String, opened: usize) -> Rows {
    let source = Source::from_bytes("again.har", har.into_bytes()).unwrap();
    let mut rows = Rows::new(Workspace::new(Options::default()));
    let capture = Capture::index(source, &mut |_| std::ops::ControlFlow::Continue(())).unwrap();
    rows.workspace_mut().harvest(&capture);
    rows.begin(capture.name().to_owned());
    rows.extend(capture.reader().clone(), capture.entries().to_vec());
    rows.finish(capture);
    let mut flows = Vec::new();
    for row in 0..opened as u32 {
        let id = rows.row(row).id;
        let (flow, decoded) = rows.workspace().open(id);
        rows.learn(id, Digest::of(flow.as_ref(), &decoded));
        flows.extend(flow);
    }
    for (flow, original) in flows.into_iter().zip([Some(7), Some(7), None]) {
        rows.add_replay(flow, original);
    }
    for row in (0..rows.len() as u32).step_by(5) {
        rows.toggle_mark(row);
    }
    rows
}

/// What is shown, in its order: each line's first row and how many it stands for.
fn plain(
    rows: &Rows,
    options: ListOptions,
    filter: Option<&Filter>,
    open: &HashSet<u32>,
) -> Vec<(u32, u32)> {
    let mut order: Vec<u32> = (0..rows.len() as u32)
        .filter(|row| options.all_traffic || rows.row(*row).state() != Some(State::Foreign))
        .filter(|row| {
            let domain = |end| rows.entry(*row).host.ends_with(end);
            let is_likely = domain("io.mi.com") || domain("mijia.tech") || domain("mina.mi.com");
            let is_broken = rows.entry(*row).error.is_some();
            options.all_traffic || rows.row(*row).state().is_some() || is_likely || is_broken
        })
        .filter(|row| !options.marked_only || rows.row(*row).marked)
        .filter(|row| {
            let facts = rows.table().facts(*row);
            filter.is_none_or(|filter| filter.entry(&facts) == mishark_core::filter::Verdict::Yes)
        })
        .collect();
    let known = |row: u32| rows.row(row).known;
    let entry = |row: u32| rows.entry(row);
    match options.sort {
        SortBy::Number => {}
        SortBy::Code => order.sort_by_key(|row| known(*row).and_then(|one| one.summary.code())),
        SortBy::Duration => order.sort_by(|a, b| {
            let took = |row: &u32| entry(*row).duration_ms.filter(|ms| *ms >= 0.0);
            took(a).partial_cmp(&took(b)).unwrap()
        }),
        SortBy::Endpoint => order.sort_by_key(|row| (&entry(*row).path, &entry(*row).host)),
        SortBy::Size => order.sort_by_key(|row| known(*row).map(|one| one.size)),
        SortBy::State => order.sort_by_key(|row| rows.row(*row).state()),
        SortBy::Time => order.sort_by_key(|row| entry(*row).started.map(|at| at.as_millis())),
    }
    if options.reversed {
        order.reverse();
    }
    if options.sort == SortBy::Number {
        let mut below: BTreeMap<Option<u32>, Vec<u32>> = BTreeMap::new();
        for row in order.iter().filter(|row| rows.is_replay(**row)) {
            below.entry(rows.row(*row).original).or_default().push(*row);
        }
        order.retain(|row| !rows.is_replay(*row));
        order = order
            .into_iter()
            .flat_map(|row| [vec![row], below.remove(&Some(row)).unwrap_or_default()].concat())
            .collect();
        let mut rest: Vec<u32> = below.into_values().flatten().collect();
        rest.sort_unstable();
        order.extend(rest);
    }
    let call = |row: u32| {
        let entry = entry(row);
        let known = known(row).map(|one| (one.state, one.summary.code()));
        let capture = rows.row(row).id.capture;
        (
            &entry.method,
            &entry.host,
            &entry.path,
            entry.status,
            known,
            capture,
        )
    };
    let is_same = |a: &u32, b: &u32| entry(*a).error.is_none() && call(*a) == call(*b);
    let collapse = options.collapse && matches!(options.sort, SortBy::Number | SortBy::Time);
    let mut lines = Vec::new();
    for group in order.chunk_by(is_same) {
        let is_run = collapse && group.len() >= 3 && rows.table().call(group[0]).only_reads;
        match is_run && !open.contains(&group[0]) {
            true => lines.push((group[0], group.len() as u32)),
            false => lines.extend(group.iter().map(|row| (*row, 1))),
        }
    }
    lines
}

fn all_options() -> Vec<ListOptions> {
    let orders = [
        SortBy::Code,
        SortBy::Duration,
        SortBy::Endpoint,
        SortBy::Number,
        SortBy::Size,
        SortBy::State,
        SortBy::Time,
    ];
    let mut all = Vec::new();
    for sort in orders {
        for bits in 0..16 {
            let is_set = |bit: u32| bits >> bit & 1 == 1;
            all.push(ListOptions {
                sort,
                all_traffic: is_set(0),
                marked_only: is_set(1),
                collapse: is_set(2),
                reversed: is_set(3),
            });
        }
    }
    all
}

/// The lines of a list that is made.
fn made(
    rows: &Rows,
    options: ListOptions,
    filter: Option<&Filter>,
    open: &HashSet<u32>,
) -> Vec<(u32, u32)> {
    let mut narrow = Narrow::default();
    if let Some(filter) = filter {
        narrow.set(filter.clone());
    }
    let job = ListJob {
        generation: 0,
        table: rows.table().clone(),
        options,
        narrow,
        open_runs: open.clone(),
        wants_undecided: false,
    };
    let list = job.run(|| false).unwrap().list;
    let line = |line: &lines::Line| {
        let len = if line.kind == LineKind::Head {
            1
        } else {
            line.len
        };
        (list.lines.order[line.at as usize], len)
    };
    list.lines.lines.iter().map(line).collect()
}

#[test]
fn a_list_is_what_the_plainest_way_makes() {
    let rows = rows(4, 60);
    let filter = Filter::parse("method:post -path:get_user").unwrap();
    let runs = made(&rows, all_options()[3 * 16 + 5], None, &HashSet::new());
    let heads = runs.iter().filter(|(_, len)| *len > 1).map(|(row, _)| *row);
    let open: HashSet<u32> = heads.step_by(2).collect();
    assert!(!open.is_empty());
    for options in all_options() {
        for filter in [None, Some(&filter)] {
            let expected = plain(&rows, options, filter, &open);
            let lines = made(&rows, options, filter, &open);
            assert_eq!(lines, expected, "{options:?} {filter:?}");
        }
    }
    // More than are gone through between two looks whether it is wanted.
    let long = many(5_000);
    for options in all_options().into_iter().step_by(19) {
        let lines = made(&long, options, None, &open);
        assert_eq!(lines, plain(&long, options, None, &open), "{options:?}");
    }
}

/// Shows what is due, as often as something is.
fn refresh(flows: &mut Flows, rows: &Rows) {
    while let Some(job) = flows.next_list(rows) {
        flows.take(job.run(|| false).unwrap(), 20);
    }
}

/// What the list shows: lines in full.
fn shown(flows: &Flows) -> Vec<u32> {
    flows.order().to_vec()
}

#[test]
fn the_list_as_it_was_stays_until_the_next_one_is_whole() {
    let rows = many(300);
    let mut flows = Flows::default();
    flows.set_all_traffic(true);
    refresh(&mut flows, &rows);
    let recorded = shown(&flows);
    assert_eq!(recorded.len(), rows.len());
    flows.apply(Action::Down, Some(9), 20);
    let here = flows.selected();

    flows.apply(Action::SortByDuration, None, 20);
    let job = flows.next_list(&rows).unwrap();
    assert!(flows.is_awaited());
    assert_eq!(shown(&flows), recorded);
    // Moves are in what is seen.
    flows.apply(Action::Down, None, 20);
    flows.apply(Action::Up, None, 20);
    assert_eq!(flows.selected(), here);
    flows.take(job.run(|| false).unwrap(), 20);
    assert!(!flows.is_stale());
    assert_ne!(shown(&flows), recorded);
    assert_eq!(flows.selected(), here);

    // Another wish takes the place of one that is being made.
    flows.apply(Action::SortByDuration, None, 20);
    let late = flows.next_list(&rows).unwrap();
    flows.apply(Action::SortByNumber, None, 20);
    let job = flows.next_list(&rows).unwrap();
    let by_duration = shown(&flows);
    flows.take(late.run(|| false).unwrap(), 20);
    assert_eq!(shown(&flows), by_duration);
    flows.take(job.run(|| false).unwrap(), 20);
    assert!(!flows.is_stale());
    assert_eq!(shown(&flows), recorded);
    assert_eq!(flows.selected(), here);

    // Rows that come do not: what is being made is made first, then once more.
    flows.apply(Action::SortByTime, None, 20);
    let job = flows.next_list(&rows).unwrap();
    flows.invalidate();
    assert!(flows.next_list(&rows).is_none());
    flows.take(job.run(|| false).unwrap(), 20);
    assert_ne!(shown(&flows), recorded);
    assert!(!flows.is_awaited() && flows.next_list(&rows).is_some());

    // A list that is not wanted ends early, and the next one is about as much.
    flows.apply(Action::SortByNumber, None, 20);
    let job = flows.next_list(&rows).unwrap();
    assert!(job.run(|| true).is_none());
    flows.abandon();
    assert!(flows.is_awaited());
    refresh(&mut flows, &rows);
    assert_eq!(shown(&flows), recorded);
}

#[test]
fn a_list_of_rows_that_are_gone_is_not_shown() {
    let mut flows = Flows::default();
    let job = flows.next_list(&many(30)).unwrap();
    flows.forget();
    flows.take(job.run(|| false).unwrap(), 20);
    assert!(flows.is_empty() && flows.is_awaited());
}

#[test]
fn runs_open_and_close_where_they_are() {
    let rows = rows(8, 60);
    let mut flows = Flows::default();
    refresh(&mut flows, &rows);
    let lines = |flows: &Flows| flows.list.lines.lines.clone();
    let before = lines(&flows);
    let run = before.iter().position(|line| line.len > 1).unwrap();
    let len = before[run].len as usize;
    flows.step(true, run, 20);
    assert!(flows.is_on_run());
    flows.apply(Action::Unfold, None, 20);
    assert_eq!(flows.len(), before.len() + len - 1);
    let opened = lines(&flows);
    flows.invalidate();
    refresh(&mut flows, &rows);
    assert_eq!(lines(&flows), opened);
    // From one of its rows, too, and the cursor goes to its first.
    let head = flows.selected();
    flows.apply(Action::Down, Some(2), 20);
    flows.apply(Action::Unfold, None, 20);
    assert_eq!((lines(&flows), flows.selected()), (before.clone(), head));
    flows.invalidate();
    refresh(&mut flows, &rows);
    assert_eq!(lines(&flows), before);
    // To go to a row of it opens it.
    let last = flows.order()[before[run].at as usize + len - 1];
    flows.go_to_row(last, 20);
    assert_eq!((lines(&flows), flows.selected()), (opened, Some(last)));
}

#[test]
fn a_filter_that_decides_anew_keeps_what_it_kept_until_it_says_no() {
    let rows = rows(1, 0);
    let mut flows = Flows::default();
    flows.set_all_traffic(true);
    flows.apply(Action::SortCollapse, None, 20);
    flows.set_filter(Filter::parse("body:on").unwrap());
    flows.decide_rest();
    let listed = flows.next_list(&rows).unwrap().run(|| false).unwrap();
    let undecided = flows.take(listed, 20);
    assert!(
        undecided
            .iter()
            .map(|(row, _)| *row)
            .eq(0..rows.len() as u32)
    );
    assert_eq!(flows.narrow.waiting(), rows.len());
    for row in [3, 4, 5] {
        flows.narrow.decide(row, true);
    }
    flows.invalidate();
    refresh(&mut flows, &rows);
    assert_eq!(flows.order(), [3, 4, 5]);
    flows.step(true, 1, 20);
    flows.filter_again();
    flows.decide_rest();
    refresh(&mut flows, &rows);
    assert_eq!((flows.order(), flows.selected()), (&[3, 4, 5][..], Some(4)));
    // Again before it has decided: still the same.
    flows.filter_again();
    refresh(&mut flows, &rows);
    assert_eq!(flows.order(), [3, 4, 5]);
    for (row, matches) in [(2, true), (3, false), (4, true)] {
        flows.narrow.decide(row, matches);
    }
    flows.invalidate();
    refresh(&mut flows, &rows);
    assert_eq!((flows.order(), flows.selected()), (&[2, 4, 5][..], Some(4)));
    // Another filter begins with none.
    flows.set_filter(Filter::parse("body:off").unwrap());
    flows.decide_rest();
    refresh(&mut flows, &rows);
    assert!(flows.is_empty());
}
