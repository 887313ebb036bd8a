//! What lies between here and a server: a proxy, and whom to trust.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// A proxy: HTTP, HTTPS or SOCKS.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(pub(super) ureq::Proxy);

impl Proxy {
    /// Reads `scheme://user:password@host:port`; without a scheme it is HTTP.
    /// `socks5h` and `socks4a` let the proxy look the name up.
    ///
    /// `None` if it is none of these.
    pub fn parse(text: &str) -> Option<Self> {
        ureq::Proxy::new(text).ok().map(Self)
    }

    /// Its host and port.
    pub fn authority(&self) -> String {
        format!("{}:{}", self.0.host(), self.0.port())
    }
}

impl fmt::Debug for Proxy {
    /// Without its user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.authority())
    }
}

/// A file of authorities larger than this is none: the largest bundles of all
/// public authorities have a tenth of it.
const MAX_PEM: u64 = 4 << 20;

/// Why a file gave no authorities. Displays without the file's name.
#[derive(Debug, thiserror::Error)]
pub enum CertificatesError {
    /// It can not be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is larger than a file of authorities may be.
    #[error("larger than {MAX_PEM} bytes")]
    TooLarge,
    /// No certificate is in it.
    #[error("no certificate in it, expected PEM")]
    None,
}

/// Certificates of further authorities to trust: whistle's or mitmproxy's.
#[derive(Clone)]
pub struct Certificates(pub(super) Vec<ureq::tls::Certificate<'static>>);

impl Certificates {
    /// Reads a PEM file's bytes; `None` if no certificate is in it.
    pub fn parse(pem: &[u8]) -> Option<Self> {
        let items = ureq::tls::parse_pem(pem).filter_map(Result::ok);
        let certificates: Vec<_> = items
            .filter_map(|item| match item {
                ureq::tls::PemItem::Certificate(certificate) => Some(certificate),
                _ => None,
            })
            .collect();
        (!certificates.is_empty()).then_some(Self(certificates))
    }

    /// Reads a PEM file.
    ///
    /// # Errors
    /// If it can not be read, is larger than 4 MiB or has no certificate in it.
    pub fn read(path: &Path) -> Result<Self, CertificatesError> {
        let mut pem = Vec::new();
        File::open(path)?.take(MAX_PEM + 1).read_to_end(&mut pem)?;
        if pem.len() as u64 > MAX_PEM {
            return Err(CertificatesError::TooLarge);
        }
        Self::parse(&pem).ok_or(CertificatesError::None)
    }
}

impl fmt::Debug for Certificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificates({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_password_does_not_show() {
        let proxy = Proxy::parse("socks5://user:secret@127.0.0.1").unwrap();
        assert_eq!(format!("{proxy:?}"), "Proxy(127.0.0.1:1080)");
        let plain = Proxy::parse("127.0.0.1:8080").unwrap();
        assert_eq!(plain.authority(), "127.0.0.1:8080");
        assert_eq!(Proxy::parse("gopher://x"), None);
        assert!(Certificates::parse(b"no pem").is_none());
    }
}
