//! One line that says what a flow says: `客厅灯 2.1 on = true → ok`.
//!
//! ```text
//! Flow, Decoded ─ Summary::of, on a worker ─► Summary   a line with marks
//!                                                │
//! Directory ────────── Summary::text ────────────┴────► String, when drawn
//! ```
//!
//! A summary is made without the directory, since the list that names a device
//! may come later in the capture: where a name will stand, the line holds a
//! mark with the number. So it stays small, and no row has to be opened again
//! when something new is learnt. Where the summaries of all flows are kept, they
//! lie on a [`Shelf`].
//!
//! What an endpoint of the public clients says is told by its row in
//! `catalogue`; the calls that a home mostly makes have words of their own in
//! `calls`. All others show their first scalars.

use std::fmt;

use crate::decode::{Decoded, State};
use crate::directory::Directory;
use crate::flow::Flow;

mod answer;
mod calls;
mod catalogue;
mod foreign;
mod line;
mod parts;
mod shelf;
#[cfg(test)]
mod tests;

pub use line::MAX_LINE;
pub use shelf::{Shelf, Shelved};

use answer::Answer;
use line::Line;

/// What a flow says, in one line.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Summary {
    line: Box<str>,
    code: Option<i64>,
    outcome: Outcome,
}

/// How a call ended, as far as its answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Outcome {
    /// The server, or a device, said no.
    Failed,
    /// It was done.
    Fine,
    /// There is no answer, or none that tells.
    #[default]
    Unknown,
}

impl Summary {
    /// Says what a flow says. Empty for a flow that could not be opened, which
    /// has a [`Reason`](crate::decode::Reason) instead.
    pub fn of(flow: &Flow, decoded: &Decoded) -> Self {
        if decoded.state == State::Locked {
            return Self::default();
        }
        let answer = Answer::of(flow, decoded);
        let mut line = Line::default();
        if decoded.state != State::Foreign || catalogue::knows(flow) {
            catalogue::say(flow, decoded, &answer, &mut line);
        } else {
            foreign::say(flow, &answer, &mut line);
        }
        Self {
            line: line.finish(),
            code: answer.code,
            outcome: answer.outcome,
        }
    }

    /// The line, with the names the directory knows. Safe to print.
    ///
    /// ```
    /// # use mishark_core::capture::Capture;
    /// # use mishark_core::decode::Options;
    /// # use mishark_core::workspace::{FlowId, Workspace};
    /// use mishark_core::directory::Directory;
    /// use mishark_core::summary::Summary;
    ///
    /// # let mut workspace = Workspace::new(Options::default());
    /// # workspace.add(Capture::open("samples/home.har".as_ref()).unwrap());
    /// # let id = FlowId { capture: 0, entry: 8 };
    /// let (flow, decoded) = workspace.open(id);
    /// let summary = Summary::of(&flow.unwrap(), &decoded);
    /// let nobody = Directory::default();
    /// assert_eq!(summary.text(&nobody), "gethome: 2 homes, 5 rooms");
    /// ```
    pub fn text(&self, directory: &Directory) -> String {
        line::resolve(&self.line, directory, true)
    }

    /// The line without the call's own name, for a list that has it in a column.
    pub fn says(&self, directory: &Directory) -> String {
        line::resolve(&self.line, directory, false)
    }

    /// The code of the answer: the first that is not success, the envelope's
    /// or else an item's; or the envelope's, if all went well.
    pub fn code(&self) -> Option<i64> {
        self.code
    }

    /// Whether the server said that it was done. A code 0 alone does not:
    /// `{"code":0,"message":"auth error"}` is a failure.
    pub fn is_ok(&self) -> bool {
        self.outcome == Outcome::Fine
    }

    /// How the call ended.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether it has nothing to say.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }
}

impl fmt::Debug for Summary {
    /// Without the line, which is what somebody said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Summary")
            .field("bytes", &self.line.len())
            .field("code", &self.code)
            .field("outcome", &self.outcome)
            .finish()
    }
}
