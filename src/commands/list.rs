//! `list`: a table of entries.

use std::io::Write;

use anyhow::Result;
use jiff::tz::TimeZone;
use unicode_width::UnicodeWidthStr;

use super::Outcome;
use super::counts::Counts;
use super::live::{ListPrinter, Live};
use super::open::{lost, number, open};
use super::selection::Selection;
use super::terminal::{self, Paint, note};
use crate::cli::List;
use crate::columns::{COLUMNS, Column, Line, Opened, Tells};
use mishark_core::decode::{Reason, State};
use mishark_core::directory::Directory;
use mishark_core::summary::{Cache, Cached, Summary};
use mishark_core::text::{clean, count, keep_end, keep_start, pad};
use mishark_core::workspace::{FlowId, Workspace};

/// A row of the table.
struct Row {
    id: FlowId,
    opened: Opened,
    /// What it says, if that is asked for, and why it says nothing.
    says: Option<(Cached, &'static str)>,
}

/// An endpoint is never cut to less than this.
const LEAST_ENDPOINT: usize = 16;

/// Into a pipe an endpoint that is longer than this stands whole, and the others
/// are not filled up to it: a `data:` URL may have megabytes.
const MOST_ENDPOINT: usize = 160;

/// Cells between columns, and on a terminal where endpoints would be cut.
const GAP: usize = 2;
const NARROW_GAP: usize = 1;

pub(super) fn run(args: &List, out: &mut impl Write) -> Result<Outcome> {
    let mut selection = Selection::parse(&args.filter)?;
    if args.follow {
        let live = Live::new(&args.input.keys, selection)?;
        return live.follow(&args.input.captures, ListPrinter::new(args.mi, out));
    }
    let opened = open(&args.input)?;
    let workspace = &opened.workspace;
    selection.learn(workspace, args.says)?;
    // Cells are made twice, to measure and to print, and not kept: a row of a
    // large capture must not cost a kilobyte.
    let mut rows: Vec<Row> = Vec::new();
    let mut summaries = Cache::default();
    let mut counts = Counts::default();
    let unread = selection.sweep(
        workspace,
        |_, flow, decoded| {
            let says = args.says.then(|| {
                let summary = flow.map_or_else(Summary::default, |flow| Summary::of(flow, decoded));
                (summary, decoded.reason.as_ref().map_or("", Reason::short))
            });
            (Opened::of(decoded), says)
        },
        |id, (opened, says)| {
            counts.add(opened.state);
            if !args.mi || opened.state != State::Foreign {
                let says = says.map(|(summary, reason)| (summaries.put(&summary), reason));
                rows.push(Row { id, opened, says });
            }
        },
    );
    let table = Table {
        rows: &rows,
        workspace,
        zone: TimeZone::system(),
        summaries: &summaries,
        directory: selection.names(),
    };
    table.print(out)?;
    out.flush()?;
    summary(workspace, &selection, &counts);
    let outcome = opened.outcome.max(lost(unread));
    Ok(outcome.max(Outcome::failed_if(rows.is_empty())))
}

struct Table<'a> {
    rows: &'a [Row],
    workspace: &'a Workspace,
    zone: TimeZone,
    summaries: &'a Cache,
    directory: Option<&'a Directory>,
}

impl Table<'_> {
    fn line(&self, row: &Row) -> Line<'_> {
        Line {
            number: number(self.workspace, row.id),
            entry: self.workspace.entry(row.id),
            opened: row.opened,
            says: row.says.is_some(),
            zone: &self.zone,
        }
    }

    fn says(&self, row: &Row) -> Option<String> {
        let (summary, reason) = row.says?;
        let text = self.summaries.says(summary, self.directory?);
        let text = if text.is_empty() { reason } else { &text };
        Some(clean(text).into_owned())
    }

    fn print(&self, out: &mut impl Write) -> Result<()> {
        let paint = Paint::stdout();
        let columns: Vec<&Column> = COLUMNS.iter().filter(|column| column.in_table).collect();
        let (widths, gap) = self.widths(&columns);
        let gap = " ".repeat(gap);
        let used = widths.iter().map(|width| width + gap.len()).sum();
        let left = terminal::width().map_or(usize::MAX, |width| width.saturating_sub(used));
        let join = |says: Option<String>, cell: &dyn Fn(&Column, usize) -> String| {
            let columns = columns.iter().zip(&widths);
            let cells = columns.map(|(column, width)| cell(column, *width));
            // The last column takes what room there is.
            let says = says.map(|text| keep_start(&text, left).into_owned());
            let cells: Vec<String> = cells.chain(says).collect();
            cells.join(&gap).trim_end().to_owned()
        };
        let says = COLUMNS.iter().find(|column| column.tells == Tells::Says);
        let says = says.filter(|_| self.rows.first().is_some_and(|row| row.says.is_some()));
        let says = says.map(|says| says.heading.to_owned());
        let heading = join(says, &|column, width| cell(column, column.heading, width));
        writeln!(out, "{}", paint.strong(&heading))?;
        for row in self.rows {
            let line = self.line(row);
            let cells = join(self.says(row), &|column, width| {
                let cell = cell(column, &line.text(column.tells), width);
                match column.tells {
                    Tells::State => paint.state(row.opened.state, &cell),
                    _ => cell,
                }
            });
            writeln!(out, "{cells}")?;
        }
        Ok(())
    }

    /// How wide each column is, and how many cells are between two.
    fn widths(&self, columns: &[&Column]) -> (Vec<usize>, usize) {
        let width = terminal::width();
        let most = |column: &Column| match (column.tells, width) {
            (Tells::Endpoint, None) => MOST_ENDPOINT,
            _ => usize::MAX,
        };
        let headings = columns.iter().map(|column| column.heading.width());
        let mut widths: Vec<usize> = headings.collect();
        for row in self.rows {
            let line = self.line(row);
            for (widest, column) in widths.iter_mut().zip(columns) {
                let cell = line.text(column.tells).width();
                if cell <= most(column) {
                    *widest = (*widest).max(cell);
                }
            }
        }
        let all: usize = widths.iter().sum();
        let is_endpoint = |column: &&Column| column.tells == Tells::Endpoint;
        let (Some(width), Some(at)) = (width, columns.iter().position(is_endpoint)) else {
            return (widths, GAP);
        };
        let others = all - widths[at];
        let room = |gap| width.saturating_sub(others + gap * (columns.len() - 1));
        // The endpoint is the one that gives way.
        if widths[at] <= room(GAP) {
            return (widths, GAP);
        }
        widths[at] = widths[at].min(room(NARROW_GAP).max(LEAST_ENDPOINT));
        (widths, NARROW_GAP)
    }
}

/// A cell filled up to its column's width, or cut to it on a terminal.
fn cell(column: &Column, text: &str, width: usize) -> String {
    if terminal::is_terminal() {
        return pad(&keep_end(text, width), width, column.align);
    }
    pad(text, width, column.align)
}

/// What a person wants to know first, on standard error.
fn summary(workspace: &Workspace, selection: &Selection<'_>, counts: &Counts) {
    let states: Vec<String> = counts
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(state, count)| format!("{count} {}", state.name()))
        .collect();
    let captures = workspace.captures();
    for (index, capture) in captures.iter().enumerate().filter(|_| captures.len() > 1) {
        note(&format!("{}: {}", index + 1, capture.name()));
    }
    note(&format!(
        "{}: {}; {}",
        selection.tell(counts.total(), workspace),
        if states.is_empty() {
            "none".to_owned()
        } else {
            states.join(", ")
        },
        count(workspace.ring().sessions().len(), "key"),
    ));
}
