//! The columns of the list of flows: one row each, for the table that `list`
//! prints, for lines that are printed as flows come, and for the screen.

use jiff::tz::TimeZone;

use mishark_core::call;
use mishark_core::capture::Entry;
use mishark_core::decode::{Decoded, Side, State};
use mishark_core::text::{Align, clean, size};

/// What a column tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tells {
    /// The entry's number, behind its capture's if there are several.
    Number,
    /// When the request began.
    Time,
    /// The request's method.
    Method,
    /// The URL's host and path, or what of it is enough.
    Endpoint,
    /// What the call says.
    Says,
    /// The status code; on the screen what came of the call.
    Status,
    /// How far the flow could be opened.
    State,
    /// The size of the request's plaintext.
    Request,
    /// The size of the response's plaintext.
    Response,
    /// How long it took.
    Duration,
    /// The size of both plaintexts together.
    Size,
    /// The capture's name.
    File,
}

/// A column, and where it is shown.
#[derive(Debug)]
pub struct Column {
    /// What it tells.
    pub tells: Tells,
    /// What stands over it.
    pub heading: &'static str,
    /// Where its text stands.
    pub align: Align,
    /// Whether it is one of the table's. What calls say only is if it is asked for.
    pub in_table: bool,
    /// How many cells it has where flows come one by one, so that no width can be
    /// measured; 0 for the one that stands last.
    pub streamed: Option<usize>,
    /// How many cells it has on a screen from so many columns on. 0 for those
    /// whose width follows from what is in the list.
    pub on_screen: &'static [(u16, usize)],
}

/// All columns, from left to right.
pub const COLUMNS: [Column; 12] = [
    column(Tells::Number, "#", Align::Right, true, Some(5), &[(0, 0)]),
    column(Tells::Time, "time", Align::Left, true, Some(8), &[(0, 8)]),
    column(Tells::Method, "method", Align::Left, true, Some(6), &[]),
    column(
        Tells::Endpoint,
        "endpoint",
        Align::Left,
        true,
        Some(0),
        &[(0, 12), (60, 18), (100, 22), (140, 24)],
    ),
    column(Tells::Says, "says", Align::Left, false, None, &[(0, 0)]),
    column(
        Tells::Status,
        "status",
        Align::Right,
        true,
        Some(6),
        &[(0, 10)],
    ),
    column(
        Tells::State,
        "state",
        Align::Left,
        true,
        Some(10),
        &[(0, 2)],
    ),
    column(Tells::Request, "req", Align::Right, true, Some(6), &[]),
    column(Tells::Response, "resp", Align::Right, true, Some(6), &[]),
    column(
        Tells::Duration,
        "ms",
        Align::Right,
        true,
        Some(6),
        &[(0, 6)],
    ),
    column(Tells::Size, "size", Align::Right, false, None, &[(100, 6)]),
    column(Tells::File, "file", Align::Left, false, None, &[(110, 13)]),
];

const fn column(
    tells: Tells,
    heading: &'static str,
    align: Align,
    in_table: bool,
    streamed: Option<usize>,
    on_screen: &'static [(u16, usize)],
) -> Column {
    Column {
        tells,
        heading,
        align,
        in_table,
        streamed,
        on_screen,
    }
}

/// How many cells a column has on a screen of that width, if it is shown there.
pub fn on_screen(tells: Tells, width: u16) -> Option<usize> {
    let column = COLUMNS.iter().find(|column| column.tells == tells)?;
    let mut widths = column.on_screen.iter().rev();
    widths
        .find(|(from, _)| *from <= width)
        .map(|(_, cells)| *cells)
}

/// What a line tells that is only known once the flow is opened.
#[derive(Debug, Clone, Copy)]
pub struct Opened {
    /// How far it could be opened.
    pub state: State,
    /// The size of the request's plaintext in bytes.
    pub request: Option<usize>,
    /// The size of the response's plaintext in bytes.
    pub response: Option<usize>,
}

impl Opened {
    /// What an opened flow tells.
    pub fn of(decoded: &Decoded) -> Self {
        let plaintext = |side: &Side| side.plaintext.as_ref().map(Vec::len);
        Self {
            state: decoded.state,
            request: plaintext(&decoded.request),
            response: decoded.response.as_ref().and_then(plaintext),
        }
    }
}

/// A flow in the list.
#[derive(Debug)]
pub struct Line<'a> {
    /// Its number.
    pub number: String,
    /// Its entry.
    pub entry: &'a Entry,
    /// What was found in it.
    pub opened: Opened,
    /// Whether it also tells what the call says, beside which its name is enough.
    pub says: bool,
    /// The zone times are shown in.
    pub zone: &'a TimeZone,
}

impl Line<'_> {
    /// The text of a column, safe to print; a dash for what is not known.
    pub fn text(&self, tells: Tells) -> String {
        let entry = self.entry;
        let text = match tells {
            Tells::Number => Some(self.number.clone()),
            Tells::Time => entry.started.map(|time| time.clock(self.zone)),
            Tells::Method => Some(clean(&entry.method).into_owned()),
            Tells::Endpoint => Some(match &entry.error {
                Some(error) => clean(&error.to_string()).into_owned(),
                None if self.says && self.opened.state != State::Foreign => {
                    clean(call::short(&entry.path)).into_owned()
                }
                None => clean(&format!("{}{}", entry.host, entry.path)).into_owned(),
            }),
            Tells::Status => entry.status.map(|status| status.to_string()),
            Tells::State => Some(self.opened.state.name().to_owned()),
            Tells::Request => self.opened.request.map(size),
            Tells::Response => self.opened.response.map(size),
            Tells::Duration => entry.duration_ms.map(|ms| format!("{ms:.0}")),
            Tells::Says | Tells::Size | Tells::File => None,
        };
        text.unwrap_or_else(|| "-".to_owned())
    }
}
