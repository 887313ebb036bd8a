//! The list on the screen: one row a flow at any width.

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthStr;

use super::lines::{Line, LineKind};
use super::pane::Flows;
use crate::tui::rows::{File, Known, Rows};
use crate::tui::theme::{Role, Theme};
use mishark_core::call;
use mishark_core::decode::State;
use mishark_core::text::{Align, clean, keep_end, keep_start, pad, size};

/// From this width on sizes are shown too.
const WIDE: u16 = 100;
/// From this width on the capture's name is shown, if there are several.
const WIDEST: u16 = 110;

/// The list as it is drawn.
pub struct FlowsView<'a> {
    /// Its state.
    pub flows: &'a Flows,
    /// The rows it shows.
    pub rows: &'a Rows,
    /// How it looks.
    pub theme: Theme,
    /// Whether it has the focus.
    pub focused: bool,
    /// The zone times are shown in.
    pub zone: &'a TimeZone,
    /// What was found: rows in ascending order.
    pub hits: &'a [u32],
}

/// How wide each column is.
struct Columns {
    number: usize,
    endpoint: usize,
    says: usize,
    size: usize,
    file: usize,
}

const TIME: usize = 8;
const CODE: usize = 10;
const DURATION: usize = 6;

impl FlowsView<'_> {
    /// Draws it inside a frame that is there already.
    pub fn draw(&self, area: Rect, buffer: &mut Buffer) {
        let columns = self.columns(area.width);
        let lines = self.flows.list.lines.lines.iter().enumerate();
        let shown = lines.skip(self.flows.top).take(usize::from(area.height));
        for ((at, line), y) in shown.zip(area.y..) {
            let area = Rect {
                y,
                height: 1,
                ..area
            };
            self.line(line, at == self.flows.cursor, &columns, area, buffer);
        }
    }

    fn columns(&self, width: u16) -> Columns {
        let several = self.rows.files().len() > 1;
        let most = self.rows.files().iter().map(File::len);
        let digits = most.max().unwrap_or(0).saturating_sub(1).max(9).ilog10() as usize + 1;
        // The rows of an open run have a dot before their numbers.
        let dot = usize::from(!self.flows.open_runs.is_empty());
        let number = digits + dot + if several { 2 } else { 0 };
        let endpoint = match width {
            0..=59 => 12,
            60..=99 => 18,
            100..=139 => 22,
            _ => 24,
        };
        let size = if width >= WIDE { 6 } else { 0 };
        let file = if several && width >= WIDEST { 13 } else { 0 };
        // Cursor and mark, then the columns with a blank between them.
        let taken =
            2 + number + 1 + TIME + 1 + endpoint + 1 + 1 + CODE + 3 + DURATION + size + file;
        Columns {
            number,
            endpoint,
            says: usize::from(width).saturating_sub(taken),
            size,
            file,
        }
    }

    fn line(&self, line: &Line, is_here: bool, columns: &Columns, area: Rect, buffer: &mut Buffer) {
        let Some(row) = self.flows.order().get(line.at as usize).copied() else {
            return;
        };
        let entry = self.rows.entry(row);
        let record = self.rows.row(row);
        let known = record.known;
        let state = record.state();
        let mut pen = Pen {
            x: area.x,
            area,
            theme: self.theme,
            buffer,
        };
        pen.left(if is_here { ">" } else { " " }, 1, Role::Title);
        let mark = match (record.marked, self.rows.note(row)) {
            (true, _) => "*",
            (false, Some(_)) => ";",
            (false, None) => " ",
        };
        pen.left(mark, 1, Role::Marked);
        let number = self.number(row, line.kind == LineKind::Member);
        pen.right(&number, columns.number, Role::Dim);
        pen.skip(1);
        let time = entry.started.map(|time| time.clock(self.zone));
        pen.left(time.as_deref().unwrap_or("--:--:--"), TIME, Role::Dim);
        pen.skip(1);
        let is_hit = self.hits.binary_search(&row).is_ok();
        let role = if is_hit { Role::Match } else { Role::Text };
        let endpoint = self.endpoint(row, line, columns.endpoint);
        pen.left(&endpoint, columns.endpoint, role);
        pen.skip(1);
        let (says, role) = self.says(row, state);
        pen.left(&keep_start(&says, columns.says), columns.says, role);
        pen.skip(1);
        let (code, role) = code(entry.status, known);
        pen.right(&keep_end(&code, CODE), CODE, role);
        pen.skip(1);
        let letter = state.map_or(' ', State::letter).to_string();
        pen.left(&letter, 1, state.map_or(Role::Dim, role_of));
        let sent = if self.rows.is_replay(row) { ">" } else { " " };
        pen.left(sent, 1, Role::Marked);
        let took = entry.duration_ms.map_or_else(|| "-".to_owned(), duration);
        pen.right(&took, DURATION, Role::Dim);
        let bytes = known.map_or_else(String::new, |known| size(known.size as usize));
        pen.right(&bytes, columns.size, Role::Dim);
        if columns.file > 0 {
            let file = clean(self.rows.file(row));
            let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
            pen.skip(1);
            let name = keep_start(name, columns.file - 1);
            pen.left(&name, columns.file - 1, Role::Dim);
        }
        if is_here {
            let role = if self.focused {
                Role::Selected
            } else {
                Role::SelectedDim
            };
            buffer.set_style(area, self.theme.style(role));
        }
    }

    fn number(&self, row: u32, is_member: bool) -> String {
        let id = self.rows.row(row).id;
        if self.rows.is_replay(row) {
            return format!(".{}", self.rows.replay_number(row));
        }
        let number = if self.rows.files().len() > 1 {
            format!("{}:{}", id.capture, id.entry)
        } else {
            id.entry.to_string()
        };
        if is_member {
            format!(".{number}")
        } else {
            number
        }
    }

    fn endpoint(&self, row: u32, line: &Line, width: usize) -> String {
        let entry = self.rows.entry(row);
        let name = clean(call::short(&entry.path));
        let count = match line.kind {
            LineKind::Closed | LineKind::Head => format!(" x{}", line.len),
            LineKind::Single | LineKind::Member => String::new(),
        };
        let room = width.saturating_sub(count.width());
        let usual = self.flows.list.usual_host.as_ref();
        let is_usual = usual.is_none_or(|host| *host == entry.host);
        // The host, as far as there is room beside the name.
        let left = room.saturating_sub(name.width() + 1);
        let name = if is_usual || entry.host.is_empty() || left < 4 {
            keep_end(&name, room).into_owned()
        } else {
            format!("{}/{name}", keep_start(&clean(&entry.host), left))
        };
        format!("{}{count}", pad(&name, room, Align::Left))
    }

    fn says(&self, row: u32, state: Option<State>) -> (String, Role) {
        if let Some(note) = self.rows.note(row) {
            return (clean(note).into_owned(), Role::Marked);
        }
        let entry = self.rows.entry(row);
        if let Some(error) = &entry.error {
            return (clean(&error.to_string()).into_owned(), Role::Bad);
        }
        let Some(known) = self.rows.row(row).known else {
            return (String::new(), Role::Dim);
        };
        let text = self.rows.says(row);
        let reason = known.reason.unwrap_or_default();
        match state {
            Some(State::Locked) => (reason.to_owned(), Role::Locked),
            Some(State::Unreadable) if text.is_empty() => (reason.to_owned(), Role::Bad),
            Some(State::Foreign) => (clean(&text).into_owned(), Role::Dim),
            _ => (clean(&text).into_owned(), Role::Text),
        }
    }
}

/// The style of a state's letter.
pub fn role_of(state: State) -> Role {
    match state {
        State::Decrypted => Role::Warn,
        State::Foreign => Role::Dim,
        State::Locked => Role::Locked,
        State::Plain => Role::Plain,
        State::Unreadable => Role::Bad,
        State::Verified => Role::Good,
    }
}

/// What came of the call, in the fewest cells: `ok`, the code, or the status.
fn code(status: Option<u16>, known: Option<Known>) -> (String, Role) {
    let code = known.and_then(|known| known.summary.code());
    let is_ok = known.is_some_and(|known| known.summary.is_ok());
    let role = if is_ok { Role::Good } else { Role::Bad };
    match (status, code) {
        (Some(status), _) if status >= 400 => (status.to_string(), Role::Bad),
        (_, Some(0)) if is_ok => ("ok".to_owned(), role),
        (_, Some(code)) => (code.to_string(), role),
        (None, None) => ("-".to_owned(), Role::Dim),
        (Some(status), None) => match known.map(|known| known.state) {
            Some(State::Locked) => ("?".to_owned(), Role::Dim),
            _ => (status.to_string(), Role::Dim),
        },
    }
}

/// `38ms`, `1.2s`, `3m`.
fn duration(ms: f64) -> String {
    match ms {
        ms if ms < 0.0 || !ms.is_finite() => "-".to_owned(),
        ms if ms < 9999.5 => format!("{ms:.0}ms"),
        ms if ms < 99_950.0 => format!("{:.1}s", ms / 1000.0),
        ms if ms < 5_999_500.0 => format!("{:.0}s", ms / 1000.0),
        _ => ">1h".to_owned(),
    }
}

/// Writes cells from left to right and never beyond its area.
struct Pen<'a> {
    x: u16,
    area: Rect,
    theme: Theme,
    buffer: &'a mut Buffer,
}

impl Pen<'_> {
    /// Writes a text into so many cells and goes behind them.
    fn left(&mut self, text: &str, cells: usize, role: Role) {
        let room = usize::from(self.area.right().saturating_sub(self.x)).min(cells);
        if room > 0 {
            let style = self.theme.style(role);
            self.buffer
                .set_stringn(self.x, self.area.y, text, room, style);
        }
        self.skip(cells);
    }

    /// The same at the right end of the cells.
    fn right(&mut self, text: &str, cells: usize, role: Role) {
        self.left(&pad(text, cells, Align::Right), cells, role);
    }

    fn skip(&mut self, cells: usize) {
        let cells = u16::try_from(cells).unwrap_or(u16::MAX);
        self.x = self.x.saturating_add(cells).min(self.area.right());
    }
}
