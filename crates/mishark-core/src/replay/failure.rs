//! Why no answer came, in words that name the stage.

use std::time::Duration;

use super::destination::Refusal;
use super::nonce::NonceError;
use super::signed::SignError;
use super::tls::TlsFault;

/// Why no answer came, by the stage that failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// It may not be sent as things are.
    #[error("not sent: {0}")]
    Refused(#[from] Refusal),
    /// Something in it is wrong.
    #[error("not sent: {0}")]
    Unsigned(#[from] SignError),
    /// No nonce could be made for it.
    #[error("not sent: {0}")]
    Nonce(#[from] NonceError),
    /// The user let go of it.
    #[error("{}", if *.sent { "sent, and cancelled before an answer" } else { "not sent: cancelled" })]
    Cancelled {
        /// Whether any of it was written. Whether it arrived is not known then.
        sent: bool,
    },
    /// The name of the server or the proxy is not known.
    #[error("not sent: there is no host {host}")]
    Name {
        /// The name that was looked up.
        host: String,
    },
    /// No connection came about.
    #[error("not sent: no connection to {host}: {why}")]
    Connect {
        /// The server.
        host: String,
        /// What the system says.
        why: String,
    },
    /// The proxy did not take it, or not further.
    #[error("not sent: the proxy {proxy} {why}")]
    Proxy {
        /// Its host and port.
        proxy: String,
        /// What it said.
        why: String,
    },
    /// The server's certificate, or the encryption, is not to be trusted.
    #[error("not sent: TLS with {host} failed: {fault}")]
    Tls {
        /// The server.
        host: String,
        /// What is wrong.
        fault: TlsFault,
    },
    /// Sent, and nothing came in time.
    #[error("sent, no answer in {} s", .after.as_secs_f32())]
    NoAnswer {
        /// How long was waited.
        after: Duration,
    },
    /// The connection ended before the answer did.
    #[error("sent, the connection ended {}", if *.had == 0 {
        "before an answer".to_owned()
    } else {
        format!("in the answer, after {} bytes", .had)
    })]
    Cut {
        /// How many bytes of the answer's body had come.
        had: u64,
    },
    /// The answer is larger than allowed.
    #[error("answered, but with more than {limit} bytes")]
    TooBig {
        /// The limit in bytes.
        limit: u64,
    },
    /// What came is no HTTP.
    #[error("answered, but not by HTTP: {why}")]
    NotHttp {
        /// What is wrong with it.
        why: String,
    },
    /// What came is no whole answer: broken TLS, a body without end, a head too
    /// large.
    #[error("sent; the answer could not be read: {why}")]
    Unreadable {
        /// What is wrong with it.
        why: String,
    },
    /// The request can not be written as HTTP.
    #[error("not sent: {why}")]
    Unsendable {
        /// What is wrong with it.
        why: String,
    },
}

impl SendError {
    /// What to do about it; empty if there is nothing to say. Of a request that
    /// `writes`, it is what was perhaps done that comes first.
    pub fn hint(&self, writes: bool) -> &'static str {
        match self {
            Self::TooBig { .. } if writes => {
                "It may have been done: look before you send it again. --answer-limit raises the \
                 limit."
            }
            Self::TooBig { .. } => "Raise the limit with --answer-limit.",
            _ if writes && self.may_have_arrived() => {
                "It may have been done: look before you send it again."
            }
            Self::Refused(Refusal::NoToken { .. })
            | Self::Unsigned(_)
            | Self::Nonce(_)
            | Self::Cancelled { sent: false }
            | Self::Unsendable { .. } => "",
            Self::Refused(Refusal::WrongService { .. }) => {
                "Choose a session of that service, or load the capture that has its login."
            }
            Self::Refused(_) => "Confirm the host if you know it.",
            Self::Cancelled { sent: true } => "It may have arrived all the same.",
            Self::Name { .. } => "Look at the spelling, and whether this machine is online.",
            Self::Connect { .. } => "Look at host and port, and whether the server runs.",
            Self::Proxy { .. } => "Look at the proxy's address, and whether it runs.",
            Self::Tls { fault, .. } => match fault {
                TlsFault::UnknownIssuer | TlsFault::SelfSigned => {
                    "If whistle or mitmproxy answers here, give its CA with --cacert FILE \
                     (~/.mitmproxy/mitmproxy-ca-cert.pem, or whistle's rootCA.crt)."
                }
                TlsFault::Expired(_) | TlsFault::NotYetValid(_) => {
                    "Look at this machine's clock; if it is right, the server needs another \
                     certificate."
                }
                TlsFault::WrongName(_) => "Look at the host: another server answers there.",
                TlsFault::NoAuthorities | TlsFault::Other(_) => "Look at scheme and port.",
            },
            Self::NoAnswer { .. } => "It may have arrived; a longer --timeout waits for more.",
            Self::Cut { .. } | Self::Unreadable { .. } => {
                "It may have arrived; look before you send it again."
            }
            Self::NotHttp { .. } => "Look at scheme and port.",
        }
    }

    /// Whether any of the request was sent, so that it may have reached the
    /// server.
    pub fn may_have_arrived(&self) -> bool {
        matches!(
            self,
            Self::Cancelled { sent: true }
                | Self::NoAnswer { .. }
                | Self::Cut { .. }
                | Self::TooBig { .. }
                | Self::NotHttp { .. }
                | Self::Unreadable { .. }
        )
    }
}
