//! Whether the cloud did what a request asked for, by whom it was refused, and
//! why. The one place that judges: lists, replays, batches, filters and exports
//! ask here.
//!
//! ```text
//! answer ─ no bytes, locked, noise, a page ──────────────▶ unknown
//!   │  └── HTTP 400 and above ───────────────────────────▶ refused
//!   └ JSON: envelope's code, message, bare `false`; codes of items
//!           one refuses ▶ refused · one waits ▶ pending · else accepted
//! ```
//!
//! A code 0 alone is no success: `{"code":0,"message":"auth error"}` is real,
//! and a scene that was not started is answered `{"code":0,"result":false}`.

use std::borrow::Cow;
use std::fmt;

use crate::call::is_known_write;
use crate::capture::Entry;
use crate::decode::Decoded;
use crate::flow::Flow;
use crate::json::{Kind, Tree, looks_like};
use crate::protocol::plaintext::is_text;
use crate::protocol::response::behind_prefix;
use crate::text::{clean, headline};

mod codes;
#[cfg(test)]
mod tests;

pub use codes::{Meaning, MiotCode, Outcome, Place, explain_code, explain_status, outcome_of_code};

use codes::{AUTH_ERROR, BAD_SIGNATURE, EXPIRED, explain_message};

/// The longest answer that is judged by what stands in it. The largest device
/// lists stay under 4 MiB; above this an answer is a file.
pub const MAX_ANSWER: usize = 16 << 20;

/// The server's own words are cut to this many characters.
const MAX_WORDS: usize = 160;

/// What a verdict rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Cause {
    /// A code: the envelope's or an item's.
    Code,
    /// The status of HTTP's.
    Http,
    /// What the envelope says beside a code that is 0 or missing.
    Message,
    /// That nothing was refused, or that nothing tells.
    #[default]
    Nothing,
    /// The server does not accept the signature.
    Signature,
    /// The server does not accept the token, or no longer.
    Token,
}

/// Whether the cloud did what one request asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// How it ended. Of several items the worst counts.
    pub outcome: Outcome,
    /// Who refused or is still at it, where a MIoT code tells.
    pub place: Option<Place>,
    /// The code it rests on: the first that is no success, the envelope's or
    /// else an item's; or the envelope's, if all went well.
    pub code: Option<i64>,
    /// Why, in few words that are safe to print: a code's meaning, or what the
    /// server said. Empty if it went well or there is nothing to say.
    pub text: Cow<'static, str>,
    /// What is behind it, or helps; mostly empty.
    pub advice: &'static str,
    /// What it rests on.
    pub cause: Cause,
    /// How many items have codes of their own, and how many of these refuse.
    pub items: usize,
    /// See `items`.
    pub refused: usize,
}

impl Verdict {
    /// Judges a flow.
    pub fn of(flow: &Flow, decoded: &Decoded) -> Self {
        let status = flow.response.as_ref().and_then(|response| response.status);
        let call = Judged {
            path: flow.request.url.path(),
            status,
            decoded,
        };
        call.judge(tree(decoded).as_ref())
    }

    /// Judges a flow of which only its row is at hand.
    pub fn of_entry(entry: &Entry, decoded: &Decoded) -> Self {
        let call = Judged {
            path: &entry.path,
            status: entry.status,
            decoded,
        };
        call.judge(tree(decoded).as_ref())
    }

    /// Judges a flow whose answer was parsed before, by [`tree`].
    pub fn of_tree(flow: &Flow, decoded: &Decoded, tree: Option<&Tree<'_>>) -> Self {
        let status = flow.response.as_ref().and_then(|response| response.status);
        let call = Judged {
            path: flow.request.url.path(),
            status,
            decoded,
        };
        call.judge(tree)
    }

    /// Whether it was done.
    pub fn is_accepted(&self) -> bool {
        self.outcome == Outcome::Accepted
    }

    /// Whether some items were refused and others were not.
    pub fn is_partly(&self) -> bool {
        self.refused > 0 && self.refused < self.items
    }

    /// How many of the items were refused, if that has to be said.
    pub fn share(&self) -> Option<(usize, usize)> {
        (self.is_partly() || self.refused > 1).then_some((self.refused, self.items))
    }
}

impl fmt::Display for Verdict {
    /// Why, with how many of the items it is about: `1 of 2: device offline`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((refused, items)) = self.share() {
            write!(f, "{refused} of {items}: ")?;
        }
        match (&*self.text, self.outcome) {
            ("", Outcome::Accepted | Outcome::Unknown) => f.write_str(self.outcome.name()),
            ("", _) => write!(f, "code {}", self.code.unwrap_or_default()),
            (text, _) => f.write_str(text),
        }
    }
}

/// An answer as JSON, without what logins put before it; `None` if it was not
/// opened, is no JSON or longer than [`MAX_ANSWER`].
pub fn tree(decoded: &Decoded) -> Option<Tree<'_>> {
    let bytes = plaintext(decoded)?;
    let json = behind_prefix(bytes).unwrap_or(bytes);
    (json.len() <= MAX_ANSWER && looks_like(json))
        .then(|| Tree::parse(json).ok())
        .flatten()
}

fn plaintext(decoded: &Decoded) -> Option<&[u8]> {
    decoded.response.as_ref()?.plaintext.as_deref()
}

/// A call with its answer.
struct Judged<'a> {
    path: &'a str,
    status: Option<u16>,
    decoded: &'a Decoded,
}

/// What an envelope says of the whole call.
struct Envelope {
    code: Option<i64>,
    message: Option<String>,
    outcome: Outcome,
}

impl Judged<'_> {
    fn judge(&self, tree: Option<&Tree<'_>>) -> Verdict {
        let Some(tree) = tree else {
            return self.judge_bytes();
        };
        let envelope = self.envelope(tree);
        let mut verdict = Verdict {
            code: envelope.code,
            ..Verdict::default()
        };
        let mut worst: Option<(Outcome, i64, Option<String>)> = None;
        for (code, object) in item_codes(tree) {
            let outcome = outcome_of_code(code);
            verdict.items += 1;
            verdict.refused += usize::from(outcome == Outcome::Refused);
            if worst.as_ref().is_none_or(|(known, ..)| outcome > *known) {
                worst = Some((outcome, code, message(tree, object)));
            }
        }
        let is_error = self.status.is_some_and(|status| status >= 400);
        let worst = worst.filter(|(outcome, ..)| *outcome > Outcome::Accepted);
        match (envelope.outcome, worst) {
            _ if is_error => {
                self.refuse(Outcome::Refused, envelope.code, envelope.message, verdict)
            }
            (own @ (Outcome::Refused | Outcome::Pending), _) => {
                self.refuse(own, envelope.code, envelope.message, verdict)
            }
            (_, Some((outcome, code, message))) => {
                verdict.code = Some(code);
                self.refuse(outcome, Some(code), message, verdict)
            }
            (own, None) => {
                let is_item = verdict.items > 0;
                verdict.outcome = if is_item { Outcome::Accepted } else { own };
                verdict
            }
        }
    }

    /// Says why, by the best that is known.
    fn refuse(
        &self,
        outcome: Outcome,
        code: Option<i64>,
        message: Option<String>,
        verdict: Verdict,
    ) -> Verdict {
        let own = code.filter(|code| *code != 0);
        let message = message.unwrap_or_default();
        let status = self.status.filter(|status| *status >= 400);
        let by_code = || own.and_then(|code| explain_code(code, None));
        // These two say more than what comes with them.
        let by_status = || status.filter(|status| matches!(status, 415 | 426));
        let meaning = explain_message(&message)
            .or_else(by_code)
            .or_else(|| by_status().and_then(explain_status));
        let (text, advice, cause) = match (meaning, &*message) {
            (Some(meaning), _) => {
                let cause = match meaning.text {
                    BAD_SIGNATURE => Cause::Signature,
                    EXPIRED | AUTH_ERROR => Cause::Token,
                    _ if own.is_some() => Cause::Code,
                    _ if explain_message(&message).is_some() => Cause::Message,
                    _ => Cause::Http,
                };
                (meaning.text.into(), meaning.advice, cause)
            }
            (None, "") => {
                let known = status.and_then(explain_status);
                let cause = if own.is_some() {
                    Cause::Code
                } else {
                    Cause::Http
                };
                let text = known.map_or("", |known| known.text);
                (text.into(), known.map_or("", |known| known.advice), cause)
            }
            (None, message) => {
                let cause = if own.is_some() {
                    Cause::Code
                } else {
                    Cause::Message
                };
                (Cow::Owned(words(message)), "", cause)
            }
        };
        Verdict {
            outcome,
            place: own.and_then(MiotCode::of).and_then(|code| code.place),
            text,
            advice,
            cause,
            ..verdict
        }
    }

    /// Judges what is no JSON: pages, pictures, a word, nothing.
    fn judge_bytes(&self) -> Verdict {
        let bytes = plaintext(self.decoded).unwrap_or_default();
        let said = headline(bytes).unwrap_or_default();
        if self.status.is_some_and(|status| status >= 400) {
            let said = Some(said.to_owned());
            return self.refuse(Outcome::Refused, None, said, Verdict::default());
        }
        if explain_message(said).is_some() {
            let said = Some(said.to_owned());
            return self.refuse(Outcome::Refused, None, said, Verdict::default());
        }
        let is_success = self
            .status
            .is_some_and(|status| (200..300).contains(&status));
        // Pictures and films, and the lists of films' parts that cameras send.
        let is_file = !bytes.is_empty() && (!is_text(bytes) || bytes.starts_with(b"#EXTM3U"));
        let text = match self.status {
            Some(status) if (300..400).contains(&status) => "a redirect",
            _ if self.decoded.response.is_none() => "no answer",
            _ if plaintext(self.decoded).is_none() => "the answer is not readable",
            _ if bytes.is_empty() => "empty answer",
            _ if is_success && (is_file || (!said.is_empty() && is_praise(said))) => {
                return Verdict {
                    outcome: Outcome::Accepted,
                    ..Verdict::default()
                };
            }
            _ if bytes.len() > MAX_ANSWER => "the answer is too long to be judged",
            _ => "the answer is not the cloud's JSON",
        };
        Verdict {
            text: text.into(),
            ..Verdict::default()
        }
    }

    fn envelope(&self, tree: &Tree<'_>) -> Envelope {
        let row = ["code", "errcode", "errorCode"]
            .iter()
            .find_map(|key| tree.member(0, key))
            .filter(|row| tree.kind(*row) != Kind::Null);
        let word = row.and_then(|row| tree.scalar(row));
        let code = word.as_deref().and_then(|code| code.parse().ok());
        let message = message(tree, 0);
        let result = ["result", "data"]
            .iter()
            .find_map(|key| tree.member(0, key));
        let outcome = match code {
            Some(0) if self.hides_failure(tree, message.as_deref(), result) => Outcome::Refused,
            Some(code) => outcome_of_code(code),
            // A code that is no number was sent by something else.
            None if row.is_some() => match word.as_deref().is_some_and(is_praise) {
                true => Outcome::Accepted,
                false => Outcome::Refused,
            },
            None if result.is_some() => {
                match self.hides_failure(tree, message.as_deref(), result) {
                    true => Outcome::Refused,
                    false => Outcome::Accepted,
                }
            }
            None if message.as_deref().and_then(explain_message).is_some() => Outcome::Refused,
            None => Outcome::Unknown,
        };
        Envelope {
            code,
            message: message.or_else(|| word.filter(|_| code.is_none()).map(Cow::into_owned)),
            outcome,
        }
    }

    /// Whether an answer whose code is 0, or that has none, says no all the
    /// same: by a message that is known, by one that is no praise and has no
    /// result beside it, or by a bare `false` to a call that should do something.
    fn hides_failure(&self, tree: &Tree<'_>, message: Option<&str>, result: Option<usize>) -> bool {
        /// What an envelope has that is no result.
        const ENVELOPE: [&str; 11] = [
            "code",
            "desc",
            "description",
            "errcode",
            "error",
            "errorCode",
            "exe_time",
            "id",
            "message",
            "msg",
            "ts",
        ];
        let message = message.unwrap_or_default();
        let is_nothing = |row: usize| match tree.kind(row) {
            Kind::Null | Kind::False => true,
            Kind::Array | Kind::Object => tree.child_count(row) == 0,
            _ => tree.scalar(row).is_some_and(|text| text.is_empty()),
        };
        // Logins answer beside the code, not in a result.
        let is_empty = tree.kind(0) == Kind::Object
            && tree.children(0).all(|row| {
                is_nothing(row) || tree.key(row).is_some_and(|key| ENVELOPE.contains(&key))
            });
        let is_no = || {
            let data = self.decoded.request.plaintext.as_deref();
            result.is_some_and(|row| tree.kind(row) == Kind::False)
                && is_known_write(self.path, data.unwrap_or_default())
        };
        let has_error = tree
            .member(0, "error")
            .is_some_and(|row| !matches!(tree.kind(row), Kind::Null | Kind::False));
        explain_message(message).is_some()
            || (is_empty && (has_error || !is_praise(message)))
            || is_no()
    }
}

/// What an object says beside its code, unless that is empty.
fn message(tree: &Tree<'_>, object: usize) -> Option<String> {
    let text = |object: usize, key: &str| {
        let text = tree.scalar(tree.member(object, key)?)?;
        (!text.is_empty()).then(|| text.into_owned())
    };
    ["message", "desc", "description", "msg", "error"]
        .iter()
        .find_map(|key| text(object, key))
        .or_else(|| text(tree.member(object, "error")?, "message"))
}

/// The codes of items in a result, each with the object that has it: the
/// result's own, those of its elements, those of an `error` in it. Further
/// inside `code` may mean anything, so there only MIoT's own are taken.
fn item_codes<'t>(tree: &'t Tree<'_>) -> impl Iterator<Item = (i64, usize)> + 't {
    /// Deeper than this no answer has items.
    const DEEPEST: u32 = 6;
    let is_code = |row: &usize| tree.key(*row) == Some("code");
    let rows = (1..tree.len()).filter(is_code);
    rows.filter_map(|row| {
        let depth = tree.depth(row);
        let object = tree
            .parent(row)
            .filter(|_| (2..=DEEPEST).contains(&depth))?;
        let code = tree.scalar(row)?.parse().ok()?;
        let around = tree.parent(object)?;
        let is_element = tree.kind(around) == Kind::Array && depth <= 3;
        let is_direct = depth == 2 || is_element || tree.key(object) == Some("error");
        let top = std::iter::successors(Some(object), |row| tree.parent(*row))
            .find(|row| tree.depth(*row) == 1)?;
        let is_inside = match tree.kind(0) {
            Kind::Array => true,
            _ => matches!(tree.key(top), Some("result" | "data" | "error")),
        };
        (is_inside && (is_direct || MiotCode::of(code).is_some())).then_some((code, object))
    })
}

/// Whether words say that all is well.
fn is_praise(words: &str) -> bool {
    const PRAISE: [&str; 9] = [
        "",
        "ok",
        "success",
        "succeed",
        "succeeded",
        "successful",
        "done",
        "成功",
        "操作成功",
    ];
    let words = words.trim().trim_end_matches(['.', '!', '。']);
    PRAISE
        .iter()
        .any(|praise| words.eq_ignore_ascii_case(praise))
}

/// A server's own words: one line, safe to print, not too long.
fn words(message: &str) -> String {
    let line = message.trim().replace(['\n', '\r', '\t'], " ");
    let line: String = line.chars().take(MAX_WORDS).collect();
    clean(&line).into_owned()
}
