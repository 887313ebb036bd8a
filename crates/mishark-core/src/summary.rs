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
//! lie on a [`Cache`].
//!
//! What an endpoint of the public clients says is told by its row in
//! `catalogue`; the calls that a home mostly makes have words of their own in
//! `calls`. All others show their first scalars.

use std::fmt;

use crate::decode::{Decoded, State};
use crate::directory::Directory;
use crate::flow::Flow;
use crate::verdict::Outcome;

mod answer;
mod cache;
mod call;
mod calls;
mod catalogue;
mod foreign;
mod line;
mod parts;
#[cfg(test)]
mod tests;

pub use cache::{Cache, Cached};
pub use line::MAX_LINE;

use answer::Answer;
use line::Line;

/// What a flow says, in one line.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Summary {
    line: Box<str>,
    code: Option<i64>,
    outcome: Outcome,
}

impl Summary {
    /// Says what a flow says. Empty for a flow that could not be opened, which
    /// has a [`Reason`](crate::decode::Reason) instead.
    pub fn of(flow: &Flow, decoded: &Decoded) -> Self {
        let answer = Answer::of(flow, decoded);
        let mut line = Line::default();
        if decoded.state == State::Locked {
            // Why it could not be opened is said elsewhere.
        } else if decoded.state != State::Foreign || catalogue::knows(flow) {
            catalogue::say(flow, decoded, &answer, &mut line);
        } else {
            foreign::say(flow, &answer, &mut line);
        }
        Self {
            line: line.finish(),
            code: answer.verdict.code,
            outcome: answer.verdict.outcome,
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

    /// The code that the verdict rests on: see [`Verdict::code`](crate::verdict::Verdict::code).
    pub fn code(&self) -> Option<i64> {
        self.code
    }

    /// Whether it was done, by the [verdict](crate::verdict).
    pub fn is_ok(&self) -> bool {
        self.outcome == Outcome::Accepted
    }

    /// How the call ended, by the [verdict](crate::verdict).
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
