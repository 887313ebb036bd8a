//! Pane 4: a request that is edited, signed, sent and compared.
//!
//! ```text
//! parts: session, path, base, style, headers, cookies, parameters
//! plaintext, as a tree of its own bytes
//! what is wrong; the answer, and what changed; what it does
//! ```
//!
//! An edit splices bytes, so all that was not touched goes out as it was
//! captured. Every edit can be undone, and every part taken back.

use std::ops::Range;
use std::sync::Arc;

use super::content::Content;
use super::theme::Role;
use super::view::{Move, View, Viewport};
use mishark_core::replay::{Draft, Field, Report, SpliceError, check, splice_at};

mod division;
mod draw;
mod said;

pub use division::{Division, divide};
pub use draw::BuilderView;
pub use said::named;

/// How many edits can be undone.
const UNDO: usize = 200;

/// A part of the request that the cursor can be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The login that signs.
    Session,
    /// Method, path and unsigned query.
    Path,
    /// Scheme, host and port.
    Base,
    /// How it is encrypted and signed.
    Style,
    /// The header fields.
    Headers,
    /// The cookies.
    Cookies,
    /// Parameters beside the plaintext.
    Params,
    /// The plaintext.
    Data,
}

impl Part {
    /// All of them, from the top.
    pub const ALL: [Self; 8] = [
        Self::Session,
        Self::Path,
        Self::Base,
        Self::Style,
        Self::Headers,
        Self::Cookies,
        Self::Params,
        Self::Data,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Cookies => "cookies",
            Self::Data => "data",
            Self::Headers => "headers",
            Self::Params => "params",
            Self::Path => "path",
            Self::Session => "session",
            Self::Style => "style",
        }
    }

    /// The fields of a draft it stands for.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Base => &[Field::Base],
            Self::Cookies => &[Field::Cookies],
            Self::Data => &[Field::Data],
            Self::Headers => &[Field::Headers],
            Self::Params => &[Field::Params],
            Self::Path => &[Field::Method, Field::Path, Field::Query],
            Self::Session => &[Field::Session],
            Self::Style => &[Field::Style, Field::Carrier],
        }
    }
}

/// A line about what came of sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The text.
    pub text: String,
    /// How it looks.
    pub role: Role,
}

/// The request that is being built.
pub struct Builder {
    draft: Draft,
    /// The row it was made of.
    pub original: Option<u32>,
    part: usize,
    data: View,
    undo: Vec<Draft>,
    report: Report,
    /// The draft that is on its way.
    sending: Option<Draft>,
    /// Whether it has edits that were not answered yet.
    unsent: bool,
    /// What came of sending it, and what changed.
    pub notes: Vec<Note>,
}

impl Builder {
    /// Begins with a draft.
    pub fn new(draft: Draft, original: Option<u32>) -> Self {
        let mut builder = Self {
            report: check(&draft),
            data: view_of(&draft),
            draft,
            original,
            part: 0,
            undo: Vec::new(),
            sending: None,
            unsent: false,
            notes: Vec::new(),
        };
        builder.part = Part::ALL.len() - 1;
        builder
    }

    /// The draft as it is.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// What is wrong with it, and what it does.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// The part the cursor is on.
    pub fn part(&self) -> Part {
        Part::ALL[self.part]
    }

    /// The plaintext as it is browsed.
    pub fn data(&self) -> &View {
        &self.data
    }

    /// Whether anything differs from what was captured.
    pub fn is_edited(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether it has edits that would be lost with it: none of them was sent.
    pub fn is_unsent(&self) -> bool {
        self.unsent
    }

    /// It is on its way.
    pub fn set_sending(&mut self) {
        self.sending = Some(self.draft.clone());
        self.notes.clear();
    }

    /// Whether it is on its way.
    pub fn is_sending(&self) -> bool {
        self.sending.is_some()
    }

    /// It is on its way no longer. Edits that were answered are not lost with
    /// it; a draft that got no answer is what it was.
    pub fn set_sent(&mut self, is_answered: bool) {
        if let Some(sent) = self.sending.take() {
            self.unsent &= !is_answered || sent != self.draft;
        }
    }

    /// Changes the draft; the change can be undone.
    pub fn edit(&mut self, change: impl FnOnce(&mut Draft)) {
        let before = self.draft.clone();
        change(&mut self.draft);
        if before == self.draft {
            return;
        }
        self.undo.push(before);
        if self.undo.len() > UNDO {
            self.undo.remove(0);
        }
        self.changed();
    }

    fn changed(&mut self) {
        self.report = check(&self.draft);
        self.unsent = !self.undo.is_empty();
        let shown = self.data.content().bytes();
        if shown != self.draft.data().unwrap_or_default() {
            let place = self.data.bookmark();
            self.data = view_of(&self.draft);
            self.data.recall(place, Viewport::default());
        }
    }

    /// Undoes the last edit; tells whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.undo.pop() else {
            return false;
        };
        self.draft = before;
        self.changed();
        true
    }

    /// Takes the captured text of the part under the cursor back.
    pub fn restore(&mut self) {
        let fields = self.part().fields();
        self.edit(|draft| {
            for field in fields {
                draft.restore(*field);
            }
        });
    }

    /// Puts the cursor on a part.
    pub fn go_to(&mut self, part: Part) {
        self.part = Part::ALL.iter().position(|one| *one == part).unwrap_or(0);
    }

    /// Moves: through the parts, and in the plaintext.
    pub fn apply(&mut self, motion: Move, viewport: Viewport) {
        let last = Part::ALL.len() - 1;
        if self.part == last {
            let at_top = self.data.position().0 <= 1;
            if at_top && matches!(motion, Move::Up(_) | Move::Out) {
                self.part = last - 1;
            } else {
                self.data.apply(motion, viewport);
            }
            return;
        }
        self.part = match motion {
            Move::Down(lines) => (self.part + lines).min(last),
            Move::Up(lines) => self.part.saturating_sub(lines),
            Move::Top => 0,
            Move::Bottom | Move::PageDown | Move::HalfDown => last,
            _ => self.part,
        };
    }

    /// Keeps the plaintext's cursor in sight.
    pub fn fit(&mut self, viewport: Viewport) {
        self.data.fit(viewport);
    }

    /// Puts the cursor on what was clicked, a row and a column of the pane.
    pub fn click(&mut self, row: u16, column: u16, division: Division, viewport: Viewport) {
        let Division { first, parts, data } = division;
        let last = Part::ALL.len() - 1;
        if row < parts {
            self.part = (first + usize::from(row)).min(last - 1);
        } else if row > parts && row <= parts + data {
            self.part = last;
            self.data.click(row - parts - 1, column, false, viewport);
        }
    }

    /// The value under the cursor as it was sent, and which bytes of the
    /// plaintext it is; `None` if it is a container, or the plaintext is no JSON.
    pub fn value(&self) -> Option<(Range<usize>, String)> {
        let selection = self.data.selection();
        let range = selection.range()?;
        let value = std::str::from_utf8(selection.sent()).ok()?;
        let is_open = value.starts_with(['{', '[']) && value.len() > 2;
        (!is_open).then(|| (range, value.to_owned()))
    }

    /// Puts a value in the place of bytes of the plaintext; every other byte
    /// stays.
    ///
    /// # Errors
    /// If it is no JSON.
    pub fn set_value(&mut self, range: Range<usize>, value: &str) -> Result<(), SpliceError> {
        let data = splice_at(self.draft.data().unwrap_or_default(), range, value)?;
        self.edit(|draft| draft.set_data(data));
        Ok(())
    }
}

fn view_of(draft: &Draft) -> View {
    let data = draft.data().unwrap_or_default().to_vec();
    View::new(Arc::new(Content::new(data)))
}
