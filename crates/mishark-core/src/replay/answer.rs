//! What an answer says, stage by stage: HTTP, whose it is, whether it opens,
//! and what the cloud thinks of the request.

use std::fmt;

use crate::decode::{Decoded, Reason};
use crate::flow::{Flow, Moment};
use crate::json::{Kind, Tree, show, unescape};
use crate::protocol::plaintext::{Step, is_text};
use crate::text::clean;

/// How far this machine's clock may be off before it is named as a cause. The
/// nonce carries the minute, and answers come within seconds.
pub const MAX_CLOCK_SKEW_MINUTES: i64 = 5;

/// What came of a request that was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Ours, opened, and code 0 with a result.
    Fine,
    /// Ours, and the cloud refuses the request with a code of its own.
    Code {
        /// The code as sent.
        code: String,
        /// The cloud's message, safe to show.
        message: String,
    },
    /// The signature is refused.
    BadSignature {
        /// How many minutes this machine's clock is ahead of the server's, if
        /// that is far.
        clock_ahead: Option<i64>,
    },
    /// The token is refused: expired, or another service's.
    BadToken {
        /// The cloud's message, safe to show.
        message: String,
    },
    /// An HTTP error with nothing of ours in it.
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
        let plaintext = decoded
            .response
            .as_ref()
            .and_then(|side| side.plaintext.as_deref());
        if body.trim_ascii().is_empty() {
            return Some(match status {
                400.. => Self::Http { status },
                _ => Self::Empty { status },
            });
        }
        if body.trim_ascii_start().starts_with(b"<") {
            return Some(Self::not_ours(body, status));
        }
        let sealed = decoded.response.as_ref().is_some_and(|side| {
            side.steps.contains(&Step::Rc4) && !side.steps.contains(&Step::Gzip)
        });
        if sealed && plaintext.is_some_and(|bytes| !is_text(bytes)) {
            return Some(Self::Shut(Reason::ResponseNoise));
        }
        let envelope = plaintext.and_then(Envelope::read);
        let Some(envelope) = envelope else {
            return Some(match &decoded.reason {
                Some(reason) if plaintext.is_none() || reason_is_of_answer(reason) => {
                    Self::Shut(reason.clone())
                }
                _ if status >= 400 => Self::Http { status },
                _ => Self::not_ours(body, status),
            });
        };
        Some(envelope.judge(flow, status))
    }

    fn not_ours(body: &[u8], status: u16) -> Self {
        /// Enough to recognise a page.
        const SHOWN: usize = 24;
        if status >= 400 {
            return Self::Http { status };
        }
        let start = &body.trim_ascii_start()[..body.trim_ascii_start().len().min(SHOWN)];
        let start = String::from_utf8_lossy(start);
        Self::NotOurs {
            start: clean(start.lines().next().unwrap_or_default()).into_owned(),
        }
    }

    /// Whether the request did what it asked for, as far as its envelope says;
    /// single items inside may still have codes of their own.
    pub fn is_fine(&self) -> bool {
        matches!(self, Self::Fine)
    }

    /// Whether sending more of the same session can only fail as well.
    pub fn ends_a_batch(&self) -> bool {
        matches!(self, Self::BadSignature { .. } | Self::BadToken { .. })
    }

    /// What to do about it; empty if there is nothing to do.
    pub fn hint(&self) -> String {
        match self {
            Self::Fine | Self::Code { .. } => String::new(),
            Self::BadSignature {
                clock_ahead: Some(_),
            } => "Set this machine's clock; the nonce carries the minute.".to_owned(),
            Self::BadSignature { clock_ahead: None } => {
                "Key, path or order is another than the cloud expects: compare the dry run with \
                 the captured request."
                    .to_owned()
            }
            Self::BadToken { .. } => {
                "Log in again and take a new capture; a token belongs to one service's hosts."
                    .to_owned()
            }
            Self::Http { .. } => "Look at host and path.".to_owned(),
            Self::Redirect { .. } => {
                "Redirects are not followed; send it there yourself.".to_owned()
            }
            Self::NotOurs { .. } => {
                "Another server answers there; look at host and proxy.".to_owned()
            }
            Self::Shut(reason) => reason.hint().to_owned(),
            Self::Empty { .. } => String::new(),
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fine => f.write_str("accepted"),
            Self::Code { code, message } if message.is_empty() => write!(f, "code {code}"),
            Self::Code { code, message } => write!(f, "code {code}: {message}"),
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
            Self::BadToken { message } => write!(f, "the token is refused: {message}"),
            Self::Http { status } => write!(f, "HTTP error {status}"),
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

/// The members of an answer that say how it went.
struct Envelope {
    code: Option<String>,
    message: String,
    has_result: bool,
}

impl Envelope {
    /// `None` unless it is an object with one of them.
    fn read(plaintext: &[u8]) -> Option<Self> {
        let tree = Tree::parse(plaintext).ok()?;
        let text = |pointer: &str| {
            let row = tree.get(pointer)?;
            (tree.kind(row) == Kind::String).then(|| tree.string(row).unwrap_or_default())
        };
        let number = |pointer: &str| {
            let row = tree.get(pointer)?;
            match tree.kind(row) {
                Kind::Number => Some(tree.value(row).to_owned()),
                Kind::String => Some(show(tree.string(row)?).into_owned()),
                _ => None,
            }
        };
        let message = ["/message", "/desc", "/description"].into_iter();
        let message = message.filter_map(text).find(|text| !text.is_empty());
        let has = |pointer: &str| tree.get(pointer).is_some();
        let code = number("/code");
        let known = code.is_some() || message.is_some() || has("/result") || has("/error");
        known.then(|| Self {
            code,
            message: clean(&unescape(message.unwrap_or_default())).into_owned(),
            // Cameras answer under `data`.
            has_result: has("/result") || has("/data"),
        })
    }

    /// Code 0 is no success: `{"code":0,"message":"invalid signature"}` is
    /// real, and comes with HTTP 401.
    fn judge(self, flow: &Flow, status: u16) -> Answer {
        let message = self.message.to_ascii_lowercase();
        let code = self.code.as_deref().unwrap_or_default();
        if message.contains("invalid signature") {
            return Answer::BadSignature {
                clock_ahead: clock_ahead(flow),
            };
        }
        let expired = message.contains("servicetoken") && message.contains("expired");
        let refused = message.contains("auth err")
            || expired
            || message.contains("servicetoken_expired")
            || (!self.has_result && matches!(code, "2" | "3"));
        if refused {
            return Answer::BadToken {
                message: match self.message.as_str() {
                    "" => format!("code {code}"),
                    message => message.to_owned(),
                },
            };
        }
        match status {
            200..300 if matches!(code, "" | "0") => Answer::Fine,
            200..300 => Answer::Code {
                code: code.to_owned(),
                message: self.message,
            },
            _ if code.is_empty() || (code == "0" && self.message.is_empty()) => {
                Answer::Http { status }
            }
            _ => Answer::Code {
                code: code.to_owned(),
                message: self.message,
            },
        }
    }
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
