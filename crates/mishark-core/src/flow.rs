//! One request with its response, as plain data. Knows no file format and no
//! cipher.

use std::borrow::Cow;
use std::fmt;

mod base;
pub mod carrier;
mod frame;
pub mod transport;

pub use base::{Base, BaseError};
pub use frame::{Frame, lines};

/// A point in time: milliseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// What stands for a time that is not known where one has to stand: .NET's
    /// first moment, which Fiddler and whistle write for it.
    pub const UNKNOWN: &str = "0001-01-01T00:00:00.000Z";

    /// From milliseconds since 1970; `None` outside the years -9999 to 9999.
    pub fn from_millis(millis: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(millis)
            .ok()
            .map(|_| Self(millis))
    }

    /// The moment it is; `None` if the system's clock is out of all bounds.
    pub fn now() -> Option<Self> {
        Self::from_millis(jiff::Timestamp::now().as_millisecond())
    }

    /// From the seconds since 1970, or, as recorders differ, the milliseconds,
    /// microseconds or nanoseconds: whichever gives a year people record in.
    /// Nothing for 0 and less, which stand for a time that is not known.
    pub fn from_epoch(number: f64) -> Option<Self> {
        /// As seconds this is the year 5138, as milliseconds 1973.
        const MOST_SECONDS: f64 = 1e11;
        let mut millis = number * 1000.0;
        for _ in 0..3 {
            if millis >= MOST_SECONDS * 1000.0 {
                millis /= 1000.0;
            }
        }
        // Saturates, and is then refused as out of range.
        Self::from_millis((millis > 0.0).then_some(millis as i64)?)
    }

    /// Reads RFC 3339 with any number of fraction digits, and the RFC 1123 of
    /// HTTP's own header fields. A time without a zone, as home-made captures
    /// have it, is taken for UTC; the year 1 stands for a time that is not known.
    pub fn parse(text: &str) -> Option<Self> {
        if text.starts_with("0001-") {
            return None;
        }
        let time = text.parse::<jiff::Timestamp>();
        let time = time.or_else(|_| {
            let civil = text.parse::<jiff::civil::DateTime>()?;
            jiff::tz::TimeZone::UTC.to_timestamp(civil)
        });
        let time = time.or_else(|_| Ok(jiff::fmt::rfc2822::parse(text)?.timestamp()));
        Self::from_millis(time.map_err(|_: jiff::Error| ()).ok()?.as_millisecond())
    }

    /// Milliseconds since 1970.
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// The time of day in a zone: `23:59:59`.
    pub fn clock(self, zone: &jiff::tz::TimeZone) -> String {
        let time = jiff::Timestamp::from_millisecond(self.0);
        time.map_or_else(
            // No moment is made outside of these years.
            |_| "--:--:--".to_owned(),
            |time| zone.to_datetime(time).strftime("%H:%M:%S").to_string(),
        )
    }
}

impl fmt::Display for Moment {
    /// RFC 3339 in UTC with exactly three fraction digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = jiff::Timestamp::from_millisecond(self.0).map_err(|_| fmt::Error)?;
        write!(f, "{time:.3}")
    }
}

/// A URL's text exactly as recorded, with its parts found by position.
///
/// Nothing is normalised: signatures cover the path as it was sent.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Url(String);

impl Url {
    /// Takes any text; tunnels are recorded as `host:port` without a scheme.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// From its parts: the port shows only if it is not the scheme's own, and an
    /// IPv6 address gets its brackets. `target` is the path with the query.
    pub fn of_parts(scheme: &str, host: &str, port: Option<u16>, target: &str) -> Self {
        let usual = match scheme {
            "http" | "ws" => Some(80),
            "https" | "wss" => Some(443),
            _ => None,
        };
        let host = bracketed(host);
        Self(match port.filter(|port| Some(*port) != usual) {
            Some(port) => format!("{scheme}://{host}:{port}{target}"),
            None => format!("{scheme}://{host}{target}"),
        })
    }

    /// The `host:port` of a tunnel, which has no scheme.
    pub fn of_tunnel(host: &str, port: u16) -> Self {
        Self(format!("{}:{port}", bracketed(host)))
    }

    /// The whole text. Its query may hold secrets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn after_scheme(&self) -> &str {
        match self.0.find("://") {
            Some(at)
                if self.0[..at]
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric()) =>
            {
                &self.0[at + 3..]
            }
            _ => &self.0,
        }
    }

    /// Host and port, without user and password.
    pub fn authority(&self) -> &str {
        let rest = self.after_scheme();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = &rest[..end];
        authority
            .rsplit_once('@')
            .map_or(authority, |(_, host)| host)
    }

    /// The host, without port.
    pub fn host(&self) -> &str {
        let authority = self.authority();
        if authority.starts_with('[') {
            return authority
                .split_once(']')
                .map_or(authority, |(host, _)| &authority[..=host.len()]);
        }
        authority
            .split_once(':')
            .map_or(authority, |(host, _)| host)
    }

    /// The path as sent, from the first `/`; empty if there is none.
    pub fn path(&self) -> &str {
        let rest = self.after_scheme();
        let end = rest.find(['?', '#']).unwrap_or(rest.len());
        rest[..end].find('/').map_or("", |at| &rest[at..end])
    }

    /// The path as it was on the wire. Some tools show it decoded: what no
    /// request line can hold was written `%XX` there.
    pub fn wire_path(&self) -> Cow<'_, str> {
        let path = self.path();
        let fits = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte);
        if path.bytes().all(fits) {
            return Cow::Borrowed(path);
        }
        let mut wire = String::with_capacity(path.len() * 3);
        for byte in path.bytes() {
            match fits(byte) {
                true => wire.push(char::from(byte)),
                false => wire.push_str(&format!("%{byte:02X}")),
            }
        }
        Cow::Owned(wire)
    }

    /// The query without `?`; `None` if there is none.
    pub fn query(&self) -> Option<&str> {
        let rest = self.after_scheme();
        let rest = &rest[..rest.find('#').unwrap_or(rest.len())];
        rest.split_once('?').map(|(_, query)| query)
    }
}

/// A host as it stands in a URL: an IPv6 address in brackets.
fn bracketed(host: &str) -> Cow<'_, str> {
    match host.parse::<std::net::Ipv6Addr>() {
        Ok(_) => Cow::Owned(format!("[{host}]")),
        Err(_) => Cow::Borrowed(host),
    }
}

impl fmt::Debug for Url {
    /// Without the query, which may hold `ssecurity`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let query = if self.query().is_some() { "?…" } else { "" };
        write!(f, "Url({}{}{query})", self.authority(), self.path())
    }
}

/// Header fields in order, duplicates kept, names compared without case.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// Appends a field.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// The value of the first field of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The values of all fields of that name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter()
            .filter(move |(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// All fields.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The value of a cookie that was sent.
    pub fn cookie<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all("cookie")
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| key.trim() == name)
            .map(|(_, value)| unquoted(value))
    }

    /// The value of a cookie that was set; the last one wins.
    pub fn set_cookie<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        // Some recorders join several `Set-Cookie` lines with newlines.
        self.all("set-cookie")
            .flat_map(str::lines)
            .filter_map(|line| line.split(';').next()?.split_once('='))
            .filter(|(key, _)| key.trim() == name)
            .map(|(_, value)| unquoted(value))
            .last()
    }
}

/// A cookie's value. aiohttp quotes what has a `/` or `=` in it; the quotes are
/// none of it.
fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inside = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    inside.unwrap_or(value)
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(fields: T) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl fmt::Debug for Headers {
    /// Names only: values hold cookies and tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.0.iter().map(|(name, _)| name))
            .finish()
    }
}

/// What a recorder kept of a body.
#[derive(Clone, PartialEq, Eq, Default)]
pub enum Body {
    /// Nothing was sent, as far as the recorder tells.
    #[default]
    Absent,
    /// The bytes, with any transfer encoding undone.
    Bytes(Vec<u8>),
    /// There was a body of about that size, but the recorder did not keep it.
    Dropped {
        /// Bytes on the wire, where the recorder tells.
        size: Option<u64>,
    },
    /// The messages of a websocket, or of a stream of events.
    Frames(Vec<Frame>),
    /// Only the parameters of an urlencoded body, perhaps decoded already.
    Params(Vec<(String, String)>),
}

impl Body {
    /// The bytes, if they were kept.
    pub fn bytes(&self) -> Option<&[u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Self::Dropped { size } => write!(f, "Dropped({size:?})"),
            Self::Frames(frames) => write!(f, "Frames({})", frames.len()),
            Self::Params(params) => write!(f, "Params({})", params.len()),
        }
    }
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The method as recorded.
    pub method: String,
    /// The URL as recorded.
    pub url: Url,
    /// `HTTP/1.1`, `h2` …: the recorder's word, empty if unknown.
    pub http_version: String,
    /// The header fields, without HTTP/2 pseudo headers.
    pub headers: Headers,
    /// The body.
    pub body: Body,
}

/// A response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// The status code; `None` if the recorder has no such number.
    pub status: Option<u16>,
    /// The header fields, without HTTP/2 pseudo headers.
    pub headers: Headers,
    /// The body.
    pub body: Body,
}

impl Response {
    /// A response, unless nothing tells that one came. Most recorders write an
    /// empty one with status 0, -1 or none for a request that never got any.
    pub fn unless_empty(status: Option<u16>, headers: Headers, body: Body) -> Option<Self> {
        let is_empty = status.is_none()
            && headers.iter().next().is_none()
            && body.bytes().is_none_or(<[u8]>::is_empty);
        (!is_empty).then_some(Self {
            status,
            headers,
            body,
        })
    }
}

/// One request with its response.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Flow {
    /// When the request began.
    pub started: Option<Moment>,
    /// How long it took, in milliseconds.
    pub duration_ms: Option<f64>,
    /// The request.
    pub request: Request,
    /// The response; `None` if none came or none was kept.
    pub response: Option<Response>,
    /// The state mishark gave it when it wrote this capture, plaintext bodies
    /// and all; `None` for traffic as recorded.
    pub exported: Option<String>,
    /// What the reader had to mend or could not make out, in words.
    pub warnings: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_cut_up_where_it_stands() {
        let url = Url::new("https://u:p@h.io:8443/app/a%2Fb?x=/?&y#z");
        assert_eq!(url.host(), "h.io");
        assert_eq!(url.authority(), "h.io:8443");
        assert_eq!(url.path(), "/app/a%2Fb");
        assert_eq!(url.query(), Some("x=/?&y"));
    }

    #[test]
    fn a_tunnel_and_odd_urls_do_not_confuse() {
        let tunnel = Url::new("pinned.example.org:443");
        assert_eq!(tunnel.host(), "pinned.example.org");
        assert_eq!((tunnel.path(), tunnel.query()), ("", None));
        assert_eq!(Url::new("http://[::1]:80/x").host(), "[::1]");
        assert_eq!(Url::new("http://h?x=http://y/z").path(), "");
        assert_eq!(Url::new("").host(), "");
    }

    #[test]
    fn times_of_all_recorders_are_read() {
        let same = [
            "2026-11-23T16:15:32.292Z",
            "2026-11-23T16:15:32.292050+00:00",
            "2026-11-23T23:15:32.2920500+07:00",
            "2026-11-23T16:15:32.292",
        ];
        for text in same {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(moment.to_string(), "2026-11-23T16:15:32.292Z", "{text}");
        }
        assert_eq!(Moment::parse("yesterday"), None);
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let mut headers = Headers::default();
        headers.push("Cookie", "serviceToken=topsecret; a=b");
        let request = Request {
            url: Url::new("https://h/p?ssecurity=topsecret"),
            headers,
            body: Body::Bytes(b"topsecret".to_vec()),
            ..Request::default()
        };
        assert!(!format!("{request:?}").contains("topsecret"));
        assert_eq!(request.headers.cookie("serviceToken"), Some("topsecret"));
    }
}
