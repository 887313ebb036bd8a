//! The list that is made a part at a time, against one that is made at once and
//! in the plainest way.

use std::collections::BTreeMap;

use super::*;
use crate::tui::rows::Digest;
use mishark_core::capture::{Capture, Source};
use mishark_core::decode::{Options, State};
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
fn plain(rows: &Rows, wish: Wish, filter: Option<&Filter>, open: &HashSet<u32>) -> Vec<(u32, u32)> {
    let mut order: Vec<u32> = (0..rows.len() as u32)
        .filter(|row| wish.all_traffic || rows.row(*row).state() != Some(State::Foreign))
        .filter(|row| {
            let domain = |end| rows.entry(*row).host.ends_with(end);
            let is_likely = domain("io.mi.com") || domain("mijia.tech") || domain("mina.mi.com");
            let is_broken = rows.entry(*row).error.is_some();
            wish.all_traffic || rows.row(*row).state().is_some() || is_likely || is_broken
        })
        .filter(|row| !wish.marked_only || rows.row(*row).marked)
        .filter(|row| {
            let facts = narrow::facts(rows, *row);
            filter.is_none_or(|filter| filter.entry(&facts) == mishark_core::filter::Verdict::Yes)
        })
        .collect();
    let known = |row: u32| rows.row(row).known;
    let entry = |row: u32| rows.entry(row);
    match wish.sort {
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
    if wish.reversed {
        order.reverse();
    }
    if wish.sort == SortBy::Number {
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
    let collapse = wish.collapse && matches!(wish.sort, SortBy::Number | SortBy::Time);
    let mut lines = Vec::new();
    for group in order.chunk_by(is_same) {
        let is_run = collapse && group.len() >= 3 && rows.call(group[0]).only_reads;
        match is_run && !open.contains(&group[0]) {
            true => lines.push((group[0], group.len() as u32)),
            false => lines.extend(group.iter().map(|row| (*row, 1))),
        }
    }
    lines
}

fn wishes() -> Vec<Wish> {
    let orders = [
        SortBy::Code,
        SortBy::Duration,
        SortBy::Endpoint,
        SortBy::Number,
        SortBy::Size,
        SortBy::State,
        SortBy::Time,
    ];
    let mut wishes = Vec::new();
    for sort in orders {
        for bits in 0..16 {
            let is_set = |bit: u32| bits >> bit & 1 == 1;
            wishes.push(Wish {
                sort,
                all_traffic: is_set(0),
                marked_only: is_set(1),
                collapse: is_set(2),
                reversed: is_set(3),
            });
        }
    }
    wishes
}

/// Makes a list in parts of so much work; returns its lines and how many parts
/// it took.
fn made(
    rows: &Rows,
    wish: Wish,
    filter: Option<&Filter>,
    open: &HashSet<u32>,
    work: usize,
) -> (Vec<(u32, u32)>, usize) {
    let mut narrow = Narrow::default();
    if let Some(filter) = filter {
        narrow.set(filter.clone());
    }
    let mut making = Making::new(wish, true);
    let mut parts = 1;
    let list = loop {
        if let Some(list) = making.go_on(rows, &mut narrow, open, work) {
            break list;
        }
        parts += 1;
        assert!(parts < 10_000, "it comes to no end");
    };
    let line = |line: &lines::Line| {
        let len = if line.kind == LineKind::Head {
            1
        } else {
            line.len
        };
        (list.lines.order[line.at as usize], len)
    };
    (list.lines.lines.iter().map(line).collect(), parts)
}

#[test]
fn a_list_is_the_same_however_it_is_made() {
    let rows = rows(4, 60);
    let filter = Filter::parse("method:post -path:get_user").unwrap();
    let runs = made(
        &rows,
        wishes()[3 * 16 + 5],
        None,
        &HashSet::new(),
        usize::MAX,
    )
    .0;
    let heads = runs.iter().filter(|(_, len)| *len > 1).map(|(row, _)| *row);
    let open: HashSet<u32> = heads.step_by(2).collect();
    assert!(!open.is_empty());
    for wish in wishes() {
        for filter in [None, Some(&filter)] {
            let expected = plain(&rows, wish, filter, &open);
            for work in [1, usize::MAX] {
                let (lines, _) = made(&rows, wish, filter, &open, work);
                assert_eq!(lines, expected, "{wish:?} {filter:?} {work}");
            }
        }
    }
}

#[test]
fn a_long_list_takes_several_turns_and_a_short_one_takes_one() {
    let short = many(2_000);
    let long = many(20_000);
    let nothing = HashSet::new();
    let is_plain = |wish: &Wish| wish.all_traffic && !wish.marked_only && wish.collapse;
    for wish in wishes().iter().filter(|wish| is_plain(wish)) {
        let (lines, parts) = made(&short, *wish, None, &nothing, TURN);
        assert!(!lines.is_empty() && parts == 1, "{wish:?}: {parts}");
        let (lines, parts) = made(&long, *wish, None, &nothing, TURN);
        assert_eq!(lines, plain(&long, *wish, None, &nothing));
        assert!((2..20).contains(&parts), "{wish:?}: {parts}");
    }
}

/// What the list shows: lines in full.
fn shown(flows: &Flows) -> Vec<u32> {
    flows.order().to_vec()
}

#[test]
fn the_list_as_it_was_stays_until_the_next_one_is_whole() {
    let rows = many(20_000);
    let mut flows = Flows::default();
    flows.set_all_traffic(true);
    flows.finish(&rows, 20);
    let recorded = shown(&flows);
    assert_eq!(recorded.len(), rows.len());
    flows.apply(Action::Down, Some(9), 20);
    let here = flows.selected();

    flows.apply(Action::SortByDuration, None, 20);
    flows.refresh(&rows, 20);
    assert!(flows.is_making());
    assert_eq!(shown(&flows), recorded);
    // Moves are in what is seen.
    flows.apply(Action::Down, None, 20);
    flows.apply(Action::Up, None, 20);
    assert_eq!(flows.selected(), here);
    while flows.is_making() {
        flows.refresh(&rows, 20);
    }
    assert_ne!(shown(&flows), recorded);
    assert_eq!(flows.selected(), here);

    // Another wish takes the place of one that is being made.
    flows.apply(Action::SortByDuration, None, 20);
    flows.refresh(&rows, 20);
    flows.apply(Action::SortByNumber, None, 20);
    flows.finish(&rows, 20);
    assert!(!flows.is_making());
    assert_eq!(shown(&flows), recorded);
    assert_eq!(flows.selected(), here);

    // Rows that come do not: what is being made is made first, then once more.
    flows.apply(Action::SortByTime, None, 20);
    flows.refresh(&rows, 20);
    flows.invalidate();
    let mut turns = 0;
    while shown(&flows) == recorded {
        flows.invalidate();
        flows.refresh(&rows, 20);
        turns += 1;
        assert!(turns < 100, "it begins again and again");
    }
    assert!(flows.is_making());
}

#[test]
fn runs_open_and_close_where_they_are() {
    let rows = rows(8, 60);
    let mut flows = Flows::default();
    flows.refresh(&rows, 20);
    assert!(!flows.is_making());
    let lines = |flows: &Flows| flows.list.lines.lines.clone();
    let before = lines(&flows);
    let run = before.iter().position(|line| line.len > 1).unwrap();
    let len = before[run].len as usize;
    flows.go(run, 20);
    assert!(flows.is_on_run());
    flows.apply(Action::Unfold, None, 20);
    assert_eq!(flows.len(), before.len() + len - 1);
    let opened = lines(&flows);
    flows.invalidate();
    flows.refresh(&rows, 20);
    assert_eq!(lines(&flows), opened);
    // From one of its rows, too, and the cursor goes to its first.
    let head = flows.selected();
    flows.apply(Action::Down, Some(2), 20);
    flows.apply(Action::Unfold, None, 20);
    assert_eq!((lines(&flows), flows.selected()), (before.clone(), head));
    flows.invalidate();
    flows.refresh(&rows, 20);
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
    flows.narrow.hand_over(&rows);
    for row in [3, 4, 5] {
        flows.narrow.decide(row, true);
    }
    flows.refresh(&rows, 20);
    assert_eq!(flows.order(), [3, 4, 5]);
    flows.step(true, 1, 20);
    flows.filter_again();
    flows.narrow.hand_over(&rows);
    flows.refresh(&rows, 20);
    assert_eq!((flows.order(), flows.selected()), (&[3, 4, 5][..], Some(4)));
    // Again before it has decided: still the same.
    flows.filter_again();
    flows.narrow.hand_over(&rows);
    for (row, matches) in [(2, true), (3, false), (4, true)] {
        flows.narrow.decide(row, matches);
    }
    flows.invalidate();
    flows.refresh(&rows, 20);
    assert_eq!((flows.order(), flows.selected()), (&[2, 4, 5][..], Some(4)));
    // Another filter begins with none.
    flows.set_filter(Filter::parse("body:off").unwrap());
    flows.narrow.hand_over(&rows);
    flows.refresh(&rows, 20);
    assert!(flows.is_empty());
}
