//! What an answer says, stage by stage: HTTP, whose it is, whether it opens,
//! and the verdict on it.

use std::fmt;

use crate::decode::{Decoded, Reason};
use crate::flow::{Flow, Moment};
use crate::protocol::plaintext::{Step, is_text};
use crate::text::clean;
use crate::verdict::{Cause, Outcome, Verdict, explain_status};

/// How far this machine's clock may be off before it is named as a cause. The
/// nonce carries the minute, and answers come within seconds.
pub const MAX_CLOCK_SKEW_MINUTES: i64 = 5;

/// What came of a request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The cloud accepted it.
    Fine,
    /// The cloud accepted it and is still executing it.
    Pending(Verdict),
    /// The cloud or a device refuses it, or a part of it.
    Refused(Verdict),
    /// The signature is refused.
    BadSignature {
        /// How many minutes this machine's clock is ahead of the server's, if
        /// that is far.
        clock_ahead: Option<i64>,
    },
    /// The token is refused: expired, or another service's.
    BadToken(Verdict),
    /// An HTTP error, and nothing but its status tells why.
    Http {
        /// The status code.
        status: u16,
    },
    /// A redirect, which is not followed.
    Redirect {
        /// The status code.
        status: u16,
        /// The host it leads to; the rest may be a login's.
        to: Option<String>,
    },
    /// Something else than our protocol answers there.
    NotOurs {
        /// How it starts, safe to show.
        start: String,
    },
    /// It is sealed and does not open.
    Shut(Reason),
    /// Nothing is in it.
    Empty {
        /// The status code.
        status: u16,
    },
}

impl Answer {
    /// Reads a flow that [`send`](super::send) returned; `None` if it has no
    /// response.
    pub fn of(flow: &Flow, decoded: &Decoded) -> Option<Self> {
        let response = flow.response.as_ref()?;
        let status = response.status.unwrap_or_default();
        if (300..400).contains(&status) {
            let location = response.headers.get("location");
            let to = location.map(|to| clean(crate::flow::Url::new(to).host()).into_owned());
            return Some(Self::Redirect { status, to });
        }
        let body = response.body.bytes().unwrap_or_default();
        let side = decoded.response.as_ref();
        let plaintext = side.and_then(|side| side.plaintext.as_deref());
        if body.trim_ascii().is_empty() && status < 400 {
            return Some(Self::Empty { status });
        }
        let sealed = side.is_some_and(|side| {
            side.steps.contains(&Step::Rc4) && !side.steps.contains(&Step::Gzip)
        });
        if sealed && plaintext.is_some_and(|bytes| !is_text(bytes)) {
            return Some(Self::Shut(Reason::ResponseNoise));
        }
        let verdict = Verdict::of(flow, decoded);
        Some(match (verdict.outcome, verdict.cause) {
            (_, Cause::Signature) => Self::BadSignature {
                clock_ahead: clock_ahead(flow),
            },
            (_, Cause::Token) => Self::BadToken(verdict),
            (Outcome::Accepted, _) => Self::Fine,
            (Outcome::Pending, _) => Self::Pending(verdict),
            (Outcome::Refused, Cause::Http) => Self::Http { status },
            (Outcome::Refused, _) if is_page(body) => Self::Http { status },
            (Outcome::Refused, _) => Self::Refused(verdict),
            (Outcome::Unknown, _) => match &decoded.reason {
                Some(reason) if plaintext.is_none() || reason_is_of_answer(reason) => {
                    Self::Shut(reason.clone())
                }
                _ => Self::not_ours(body),
            },
        })
    }

    fn not_ours(body: &[u8]) -> Self {
        /// Enough to recognise a page.
        const SHOWN: usize = 24;
        let start = &body.trim_ascii_start()[..body.trim_ascii_start().len().min(SHOWN)];
        let start = String::from_utf8_lossy(start);
        Self::NotOurs {
            start: clean(start.lines().next().unwrap_or_default()).into_owned(),
        }
    }

    /// Whether all of what the request asked for was done.
    pub fn is_fine(&self) -> bool {
        matches!(self, Self::Fine)
    }

    /// Whether sending more of the same session can only fail as well.
    pub fn ends_a_batch(&self) -> bool {
        matches!(self, Self::BadSignature { .. } | Self::BadToken(_))
    }

    /// What to do about it; empty if there is nothing to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Fine | Self::Empty { .. } => String::new(),
            Self::Pending(_) => "Ask again in a while whether it was done.".to_owned(),
            Self::Refused(verdict) => sentence(verdict.advice),
            Self::BadSignature {
                clock_ahead: Some(_),
            } => "Set this machine's clock; the nonce carries the minute.".to_owned(),
            Self::BadSignature { clock_ahead: None } => {
                "Key, path or order is another than the cloud expects: compare the dry run with \
                 the captured request."
                    .to_owned()
            }
            Self::BadToken(_) => {
                "Log in again and take a new capture; a token belongs to one service's hosts."
                    .to_owned()
            }
            Self::Http { status } => match explain_status(*status) {
                Some(known) if !known.advice.is_empty() => sentence(known.advice),
                _ => "Look at host and path.".to_owned(),
            },
            Self::Redirect { .. } => {
                "Redirects are not followed; send it there yourself.".to_owned()
            }
            Self::NotOurs { .. } => {
                "Another server answers there; look at host and proxy.".to_owned()
            }
            Self::Shut(reason) => reason.hint().to_owned(),
        }
    }
}

/// Whether a body is a page, as gateways and proxies answer.
fn is_page(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// Words of a table as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    match letters.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), letters.as_str()),
        None => String::new(),
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine => f.write_str("accepted"),
            Self::Pending(verdict) => write!(f, "accepted, {verdict}"),
            Self::Refused(verdict) => match verdict.code.filter(|code| *code != 0) {
                Some(code) if !verdict.text.is_empty() => {
                    write!(f, "refused: code {code}: {verdict}")
                }
                _ => write!(f, "refused: {verdict}"),
            },
            Self::BadSignature { clock_ahead: None } => f.write_str("invalid signature"),
            Self::BadSignature {
                clock_ahead: Some(minutes),
            } => {
                let word = if *minutes < 0 { "behind" } else { "ahead of" };
                let minutes = minutes.abs();
                write!(
                    f,
                    "invalid signature, and this clock is {minutes} min {word} the server's"
                )
            }
            Self::BadToken(verdict) => write!(f, "the token is refused: {verdict}"),
            Self::Http { status } => match explain_status(*status) {
                Some(known) => write!(f, "HTTP error {status}: {}", known.text),
                None => write!(f, "HTTP error {status}"),
            },
            Self::Redirect {
                status,
                to: Some(to),
            } => write!(f, "HTTP {status}, a redirect to {to}"),
            Self::Redirect { status, to: None } => write!(f, "HTTP {status}, a redirect"),
            Self::NotOurs { start } => write!(f, "answered, but not ours: starts with `{start}`"),
            Self::Shut(reason) => f.write_str(&reason.message()),
            Self::Empty { status } => write!(f, "HTTP {status}, an empty answer"),
        }
    }
}

/// Whether a reason is about the answer; the others are about the request.
fn reason_is_of_answer(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::GunzipBroken { .. }
            | Reason::GunzipTooBig { .. }
            | Reason::ResponseNoise
            | Reason::ResponseNotBase64 { .. }
    )
}

/// How far our clock is ahead of the server's `Date`, if that is far.
fn clock_ahead(flow: &Flow) -> Option<i64> {
    let date = flow.response.as_ref()?.headers.get("date")?;
    let server = http_date(date)?;
    let ahead = (flow.started?.as_millis() - server.as_millis()) / 60_000;
    (ahead.abs() > MAX_CLOCK_SKEW_MINUTES).then_some(ahead)
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`
fn http_date(text: &str) -> Option<Moment> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let mut words = text.split_once(", ")?.1.split(' ');
    let day: u8 = words.next()?.parse().ok()?;
    let name = words.next()?;
    let month = MONTHS.iter().position(|month| *month == name)? + 1;
    let (year, time) = (words.next()?, words.next()?);
    Moment::parse(&format!("{year}-{month:02}-{day:02}T{time}Z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_servers_date_is_read() {
        let moment = http_date("Sun, 06 Nov 1994 08:49:37 GMT").unwrap();
        assert_eq!(moment.to_string(), "1994-11-06T08:49:37.000Z");
        assert_eq!(http_date("yesterday"), None);
    }
}
