//! What is wrong with a server's certificate or encryption, in words.

use std::fmt;
use std::io;
use std::time::Duration;

use rustls::CertificateError;
use rustls::pki_types::UnixTime;

use crate::flow::Moment;
use crate::text::clean;

/// What is wrong with a server's certificate, or the encryption.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsFault {
    /// Nobody who is trusted vouches for the certificate: it is its own, or of
    /// an authority of the server's own.
    UnknownIssuer,
    /// The certificate is an authority's own, made by itself.
    SelfSigned,
    /// The certificate was good until a day, as far as that is known.
    Expired(Option<Moment>),
    /// The certificate is good from a day on, as far as that is known.
    NotYetValid(Option<Moment>),
    /// The certificate is for other names: some of them, safe to show.
    WrongName(Vec<String>),
    /// This machine knows no authorities.
    NoAuthorities,
    /// Something else; safe to show.
    Other(String),
}

impl TlsFault {
    /// Of an error while the connection is made or read.
    pub(super) fn of(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(error) => Self::of_certificate(error),
            // What the system's verifier says when it knows nobody; there is no
            // type for that.
            rustls::Error::General(why) if why.starts_with("No CA certificates") => {
                Self::NoAuthorities
            }
            rustls::Error::AlertReceived(alert) => {
                Self::Other(format!("the server broke it off ({alert:?})"))
            }
            rustls::Error::InvalidMessage(_) => Self::Other("what came is no TLS".to_owned()),
            rustls::Error::PeerIncompatible(_) => {
                Self::Other("the server knows no version or cipher that is safe".to_owned())
            }
            rustls::Error::DecryptError => Self::Other("a record was damaged".to_owned()),
            error => Self::Other(short(&error.to_string())),
        }
    }

    fn of_certificate(error: &CertificateError) -> Self {
        use CertificateError as Error;
        match error {
            // Two authorities of one name, as each installation of mitmproxy
            // makes its own, show as a bad signature.
            Error::UnknownIssuer | Error::BadSignature => Self::UnknownIssuer,
            Error::Expired => Self::Expired(None),
            Error::ExpiredContext { not_after, .. } => Self::Expired(moment(*not_after)),
            Error::NotValidYet => Self::NotYetValid(None),
            Error::NotValidYetContext { not_before, .. } => Self::NotYetValid(moment(*not_before)),
            Error::NotValidForName => Self::WrongName(Vec::new()),
            Error::NotValidForNameContext { presented, .. } => {
                Self::WrongName(presented.iter().map(|name| bare(name)).collect())
            }
            Error::Revoked => Self::Other("its certificate was revoked".to_owned()),
            Error::BadEncoding => Self::Other("its certificate can not be read".to_owned()),
            Error::Other(error)
                if matches!(
                    error.0.downcast_ref(),
                    Some(webpki::Error::CaUsedAsEndEntity)
                ) =>
            {
                Self::SelfSigned
            }
            error => Self::Other(format!(
                "its certificate is not valid: {}",
                short(&error.to_string())
            )),
        }
    }

    /// Of an error of the connection, if it is one of TLS.
    pub(super) fn of_io(error: &io::Error) -> Option<Self> {
        error.get_ref()?.downcast_ref().map(Self::of)
    }
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// A certificate may have hundreds of names.
        const NAMES: usize = 3;
        match self {
            Self::UnknownIssuer => {
                f.write_str("nobody known to this machine vouches for its certificate")
            }
            Self::SelfSigned => f.write_str("its certificate is self-signed"),
            Self::Expired(None) => f.write_str("its certificate has expired"),
            Self::Expired(Some(at)) => write!(f, "its certificate expired at {at}"),
            Self::NotYetValid(None) => f.write_str("its certificate is not valid yet"),
            Self::NotYetValid(Some(at)) => write!(f, "its certificate is not valid before {at}"),
            Self::WrongName(names) if names.is_empty() => {
                f.write_str("its certificate is for another name")
            }
            Self::WrongName(names) => {
                let told: Vec<&str> = names.iter().take(NAMES).map(String::as_str).collect();
                let more = if names.len() > NAMES { ", …" } else { "" };
                write!(f, "its certificate is for {}{more}", told.join(", "))
            }
            Self::NoAuthorities => f.write_str("this machine knows no authorities"),
            Self::Other(why) => f.write_str(why),
        }
    }
}

fn moment(time: UnixTime) -> Option<Moment> {
    let since = Duration::from_secs(time.as_secs()).as_millis();
    Moment::from_millis(i64::try_from(since).ok()?)
}

/// `DnsName("example.com")` without its wrapping.
fn bare(name: &str) -> String {
    let inner = name.split_once('(').map_or(name, |(_, rest)| rest);
    short(inner.trim_end_matches(')').trim_matches('"'))
}

/// What a server may have written, cut and safe to print.
fn short(text: &str) -> String {
    const LONGEST: usize = 80;
    clean(&text.chars().take(LONGEST).collect::<String>()).into_owned()
}
