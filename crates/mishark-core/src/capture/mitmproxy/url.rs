//! The URL a client asked mitmproxy for, out of what mitmproxy keeps of it.

use crate::flow::{Headers, Url};

/// What is said of a flow that mitmproxy could not end well. Its own words may
/// name anything.
pub(crate) const NOTED: &str = "mitmproxy noted an error";

/// What mitmproxy keeps of a request's target.
#[derive(Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a str,
    pub(crate) scheme: &'a str,
    /// HTTP/2's `authority`, if it is told.
    pub(crate) named: Option<&'a str>,
    pub(crate) headers: &'a Headers,
    /// Where mitmproxy connected to.
    pub(crate) host: &'a str,
    pub(crate) port: Option<u16>,
    pub(crate) path: &'a str,
}

/// The URL. `host` and `port` are the proxy's upstream, or an address, where a
/// capture was redirected or transparent: what the client meant stands in
/// `authority` or the `Host` header.
pub(crate) fn asked(asked: &Asked<'_>) -> Url {
    let scheme = match asked.scheme {
        "" => "http",
        scheme => scheme,
    };
    let host = || asked.headers.get("host").map(str::trim);
    let named = asked.named.or_else(host).filter(|named| !named.is_empty());
    let is_tunnel = asked.method.eq_ignore_ascii_case("CONNECT");
    match (named, is_tunnel) {
        (Some(named), true) => Url::new(named),
        (Some(named), false) => Url::new(format!("{scheme}://{named}{}", asked.path)),
        (None, true) => Url::of_tunnel(asked.host, asked.port.unwrap_or(443)),
        (None, false) => Url::of_parts(scheme, asked.host, asked.port, asked.path),
    }
}
