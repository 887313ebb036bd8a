//! Why no flows come from a server.

use std::fmt;

/// What is wrong. Displays without the address, and never with what an answer
/// says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// No connection.
    Unreachable {
        /// What the system said.
        why: String,
    },
    /// A connection, and no answer in time.
    Silent,
    /// The answer broke off.
    Cut,
    /// The answer has more bytes than are taken.
    TooBig {
        /// The limit.
        limit: u64,
    },
    /// It wants a password or token, or another one.
    Refused {
        /// The status code.
        status: u16,
    },
    /// An answer with a status that is no success.
    Status(u16),
    /// The answer is no JSON of the shape that was expected.
    NotUnderstood,
    /// Neither whistle nor mitmweb answers there.
    Neither,
    /// mitmweb answers by address only: it wants to be named by number.
    ByNumberOnly,
}

impl Trouble {
    /// Whether the server is not to be had at the moment. It is asked less often
    /// then.
    pub fn is_lost(&self) -> bool {
        !matches!(self, Self::TooBig { .. })
    }

    /// Whether asking as another program would be asked is worth a try.
    pub(super) fn is_of_another_program(&self) -> bool {
        matches!(
            self,
            Self::NotUnderstood | Self::Status(_) | Self::Refused { .. } | Self::TooBig { .. }
        )
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { why } => write!(f, "no connection: {why}"),
            Self::Silent => f.write_str("no answer in time"),
            Self::Cut => f.write_str("the answer broke off"),
            Self::TooBig { limit } => write!(f, "the answer has more than {limit} bytes"),
            Self::Refused { status } => write!(
                f,
                "HTTP {status}: it wants a password; mitmweb prints its address with ?token=…, whistle takes http://USER:PASSWORD@…"
            ),
            Self::Status(status) => write!(f, "HTTP {status}"),
            Self::NotUnderstood => f.write_str("the answer was not understood"),
            Self::Neither => f.write_str("neither whistle nor mitmweb answers there"),
            Self::ByNumberOnly => {
                f.write_str("mitmweb wants to be named by its address, as http://127.0.0.1:8081")
            }
        }
    }
}

impl std::error::Error for Trouble {}
