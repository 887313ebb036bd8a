//! Why no answer came, in words that name the stage.

use std::time::Duration;

use super::destination::Refusal;
use super::nonce::NonceError;
use super::signed::SignError;

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
    /// The user let go of it. Whether it arrived is not known.
    #[error("cancelled")]
    Cancelled,
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
    #[error("not sent: TLS with {host} failed: {why}")]
    Tls {
        /// The server.
        host: String,
        /// What is wrong.
        why: String,
        /// Whether it is only that nobody known vouches for the server.
        unknown_issuer: bool,
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
    /// The request can not be written as HTTP.
    #[error("not sent: {why}")]
    Unsendable {
        /// What is wrong with it.
        why: String,
    },
}

impl SendError {
    /// What to do about it; empty if there is nothing to say.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Refused(Refusal::NoToken { .. })
            | Self::Unsigned(_)
            | Self::Nonce(_)
            | Self::Unsendable { .. } => "",
            Self::Refused(Refusal::WrongService { .. }) => {
                "Choose a session of that service, or load the capture that has its login."
            }
            Self::Refused(_) => "Confirm the host if you know it.",
            Self::Cancelled => "It may have arrived all the same.",
            Self::Name { .. } => "Look at the spelling, and whether this machine is online.",
            Self::Connect { .. } => "Look at host and port, and whether the server runs.",
            Self::Proxy { .. } => "Look at the proxy's address, and whether it runs.",
            Self::Tls {
                unknown_issuer: true,
                ..
            } => {
                "If whistle or mitmproxy answers here, give its CA with --cacert FILE \
                 (~/.mitmproxy/mitmproxy-ca-cert.pem, or whistle's rootCA.crt)."
            }
            Self::Tls { .. } => "Look at scheme and port, and at this machine's clock.",
            Self::NoAnswer { .. } => "It may have arrived; a longer --timeout waits for more.",
            Self::Cut { .. } => "It may have arrived; look before you send it again.",
            Self::TooBig { .. } => "Raise the limit with --answer-limit.",
            Self::NotHttp { .. } => "Look at scheme and port.",
        }
    }

    /// Whether the request may have reached the server.
    pub fn may_have_arrived(&self) -> bool {
        matches!(
            self,
            Self::Cancelled
                | Self::NoAnswer { .. }
                | Self::Cut { .. }
                | Self::TooBig { .. }
                | Self::NotHttp { .. }
        )
    }
}
