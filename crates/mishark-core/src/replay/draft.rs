//! A request as one edits it.

use std::fmt;
use std::sync::Arc;

use super::header;
use crate::call::rpc_did;
use crate::flow::Url;
use crate::protocol::form::Form;
use crate::protocol::key::{KeyId, Nonce};
use crate::protocol::request::{Scheme, Style};
use crate::protocol::seal::APP_STYLE;
use crate::protocol::signature::{PathForm, path_forms};
use crate::session::Secret;

/// A request as one edits it: plain data that may be wrong.
///
/// [`check`](super::check) tells what is, and [`sign`](super::sign) refuses it.
/// What was captured stays known, so that each part can be compared with it
/// ([`changed`](Self::changed)) and taken back ([`restore`](Self::restore)).
#[derive(Clone, PartialEq, Eq)]
pub struct Draft {
    /// The HTTP method.
    pub method: String,
    /// Scheme, host and port: `https://api.io.mi.com`.
    pub base: String,
    /// The path as sent, `%XX` kept: `/app/miotspec/prop/get`.
    pub path: String,
    /// What stands in the query and is not signed, without `?`; mostly empty.
    pub query: String,
    /// How it is encrypted and signed.
    pub style: Style,
    /// Where the form stands.
    pub carrier: Carrier,
    /// Header fields in order, without cookies and without those that are made
    /// anew for each request.
    pub headers: Vec<(String, String)>,
    /// Cookies in order.
    pub cookies: Vec<Cookie>,
    /// All parameters in the order of the form, `data` among them.
    pub params: Vec<(String, Vec<u8>)>,
    /// The login that signs, by its key's fingerprint; `None` until one is
    /// chosen.
    pub session: Option<KeyId>,
    /// Whether `data` that is not JSON may be signed all the same.
    pub any_data: bool,
    pub(super) captured: Option<Arc<Captured>>,
}

/// What a draft was made of.
#[derive(PartialEq, Eq)]
pub(super) struct Captured {
    /// The draft as it was then; without a capture of its own.
    pub(super) draft: Draft,
    /// The form as received: the order of its fields, and how each was escaped.
    pub(super) form: Form,
    pub(super) nonce: Option<Nonce>,
    /// The values its cookies had.
    pub(super) identity: Vec<(SessionPart, Secret)>,
    /// A body beside a form in the query: an upload.
    pub(super) upload: Option<Vec<u8>>,
    pub(super) left_out: Vec<String>,
    /// Names of header fields and cookies that HTTP forbids.
    pub(super) forbidden: Vec<String>,
    pub(super) notes: Vec<String>,
}

impl Captured {
    /// The value a part of the login had, if the same login still signs.
    pub(super) fn identity(&self, part: SessionPart, signs: KeyId) -> Option<&Secret> {
        let same = self.draft.session == Some(signs);
        let mut identity = self.identity.iter().filter(|_| same);
        identity
            .find(|(known, _)| *known == part)
            .map(|(_, value)| value)
    }
}

/// Where a form stands in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// In the body, as the app's.
    Body,
    /// In the URL's query.
    Query,
}

impl Carrier {
    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Query => "query",
        }
    }
}

/// One cookie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cookie {
    /// Its name.
    pub name: String,
    /// Its value, or whose it is.
    pub value: CookieValue,
}

impl Cookie {
    /// Whether a cookie can have this name and value.
    pub(super) fn is_allowed(&self) -> bool {
        let is_value = match &self.value {
            CookieValue::Session(_) => true,
            CookieValue::Text(text) => header::is_value(text) && !text.contains(';'),
        };
        is_value && header::is_name(&self.name)
    }
}

/// The value of a cookie.
#[derive(Clone, PartialEq, Eq)]
pub enum CookieValue {
    /// What the session that signs says: a draft holds no credentials.
    Session(SessionPart),
    /// A text of its own.
    Text(String),
}

impl fmt::Debug for CookieValue {
    /// A text may be a device's or a person's id.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session(part) => write!(f, "Session({part:?})"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
        }
    }
}

/// What a cookie tells of a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionPart {
    /// The account's encrypted number.
    CUserId,
    /// The token; two cookies carry it.
    ServiceToken,
    /// The account's number.
    UserId,
}

impl SessionPart {
    /// What a cookie of that name tells; `None` if it is no part of a login.
    pub fn of_cookie(name: &str) -> Option<Self> {
        match name {
            "cUserId" => Some(Self::CUserId),
            "serviceToken" | "yetAnotherServiceToken" => Some(Self::ServiceToken),
            "userId" => Some(Self::UserId),
            _ => None,
        }
    }

    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::CUserId => "cUserId",
            Self::ServiceToken => "serviceToken",
            Self::UserId => "userId",
        }
    }
}

/// What a client that pretends to be nobody in particular calls itself: the
/// public clients all send a name of this form.
const USER_AGENT: &str = "Android-15-11.0.701-mishark-SmartHome-MI_APP_STORE-64";

impl Draft {
    /// A draft of a call that nobody has made yet, in the app's style.
    pub fn new(base: &str, path: &str, data: impl Into<Vec<u8>>) -> Self {
        let headers = [
            ("User-Agent", USER_AGENT),
            ("X-XIAOMI-PROTOCAL-FLAG-CLI", "PROTOCAL-HTTP2"),
            (header::GZIP, "GZIP"),
            (header::ALGORITHM, "ENCRYPT-RC4"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        let of = |name: &str, part| Cookie {
            name: name.to_owned(),
            value: CookieValue::Session(part),
        };
        let text = |name: &str, value: &str| Cookie {
            name: name.to_owned(),
            value: CookieValue::Text(value.to_owned()),
        };
        let host = Url::new(base);
        Self {
            method: "POST".to_owned(),
            base: base.to_owned(),
            path: path.to_owned(),
            query: String::new(),
            style: Style {
                path: path_forms(host.host(), path)[0],
                ..APP_STYLE
            },
            carrier: Carrier::Body,
            headers: headers
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into(),
            cookies: vec![
                of("cUserId", SessionPart::CUserId),
                of("userId", SessionPart::UserId),
                of("yetAnotherServiceToken", SessionPart::ServiceToken),
                of("serviceToken", SessionPart::ServiceToken),
                text("locale", "zh_CN"),
                text("channel", "MI_APP_STORE"),
            ],
            params: vec![("data".to_owned(), data.into())],
            session: None,
            any_data: false,
            captured: None,
        }
    }

    /// Another call as the same client would make it: its host, style, headers,
    /// cookies and session, and nothing that was about the first call.
    pub fn another(&self, path: &str, data: impl Into<Vec<u8>>) -> Self {
        let about_a_page = |name: &str| {
            header::is(name, "miot-request-model") || header::is(name, "miot-request-page")
        };
        let host = Url::new(self.base.as_str());
        let mut draft = Self {
            method: "POST".to_owned(),
            path: path.to_owned(),
            query: String::new(),
            style: Style {
                path: path_forms(host.host(), path)[0],
                ..self.style
            },
            params: vec![("data".to_owned(), data.into())],
            captured: None,
            ..self.clone()
        };
        draft.headers.retain(|(name, _)| !about_a_page(name));
        draft
    }

    /// The call's plaintext; `None` if the form has no `data`.
    pub fn data(&self) -> Option<&[u8]> {
        let mut params = self.params.iter();
        let (_, value) = params.find(|(name, _)| name == "data")?;
        Some(value)
    }

    /// Gives the call another plaintext.
    pub fn set_data(&mut self, data: impl Into<Vec<u8>>) {
        self.put_data(Some(data.into()));
    }

    pub(super) fn put_data(&mut self, data: Option<Vec<u8>>) {
        let at = self.params.iter().position(|(name, _)| name == "data");
        match (at, data) {
            (Some(at), Some(data)) => self.params[at].1 = data,
            (Some(at), None) => drop(self.params.remove(at)),
            (None, Some(data)) => self.params.insert(0, ("data".to_owned(), data)),
            (None, None) => {}
        }
    }

    /// The parameters beside `data`, in order.
    pub fn others(&self) -> impl Iterator<Item = &(String, Vec<u8>)> {
        let first = self.params.iter().position(|(name, _)| name == "data");
        let params = self.params.iter().enumerate();
        params
            .filter(move |(at, _)| Some(*at) != first)
            .map(|(_, param)| param)
    }

    /// The host it goes to, without port.
    pub fn host(&self) -> &str {
        let rest = self.base.split_once("://").map_or("", |(_, rest)| rest);
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => authority,
        }
    }

    /// The device that the path names.
    pub fn rpc_did(&self) -> Option<&str> {
        rpc_did(&self.path)
    }

    /// Whether the answer may be gzipped inside its encryption.
    pub fn wants_gzip(&self) -> bool {
        let mut headers = self.headers.iter();
        headers.any(|(name, value)| {
            header::is(name, header::GZIP) && value.trim().eq_ignore_ascii_case("gzip")
        })
    }

    /// Wishes for gzip inside the encryption, or no longer.
    pub fn set_gzip(&mut self, wanted: bool) {
        if self.wants_gzip() != wanted {
            self.set_header(header::GZIP, wanted.then_some("GZIP"));
        }
    }

    /// Encrypts and signs, or signs only, and sets the header that says so.
    pub fn set_scheme(&mut self, scheme: Scheme) {
        if self.style.scheme == scheme {
            return;
        }
        self.style.scheme = scheme;
        match scheme {
            Scheme::Hmac => self.set_header(header::ALGORITHM, None),
            Scheme::Rc4 => {
                self.style.sends_ssecurity = true;
                self.set_header(header::ALGORITHM, Some("ENCRYPT-RC4"));
            }
        }
    }

    /// The value of a header field.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(field, _)| header::is(field, name))?;
        Some(value)
    }

    /// Gives a header field another value, where it stands; takes it off with
    /// `None`.
    pub fn set_header(&mut self, name: &str, value: Option<&str>) {
        let at = self
            .headers
            .iter()
            .position(|(field, _)| header::is(field, name));
        match (at, value) {
            (Some(at), Some(value)) => value.clone_into(&mut self.headers[at].1),
            (None, Some(value)) => self.headers.push((name.to_owned(), value.to_owned())),
            (_, None) => self.headers.retain(|(field, _)| !header::is(field, name)),
        }
    }

    /// The draft as it was captured; `None` if it came from no flow.
    pub fn captured(&self) -> Option<&Self> {
        self.captured.as_deref().map(|captured| &captured.draft)
    }

    /// The nonce it was captured with: signing an untouched draft with it makes
    /// the captured bytes again.
    pub fn captured_nonce(&self) -> Option<&Nonce> {
        self.captured.as_deref()?.nonce.as_ref()
    }

    /// The header fields of the capture that are not sent again.
    pub fn left_out(&self) -> &[String] {
        self.captured
            .as_deref()
            .map_or(&[], |captured| &captured.left_out)
    }

    /// The header fields and cookies of the capture that are not sent again
    /// because HTTP forbids their names or values.
    pub fn forbidden(&self) -> &[String] {
        self.captured
            .as_deref()
            .map_or(&[], |captured| &captured.forbidden)
    }

    /// Why signing it untouched, with the captured nonce, may not make the
    /// captured bytes again.
    pub fn notes(&self) -> &[String] {
        self.captured
            .as_deref()
            .map_or(&[], |captured| &captured.notes)
    }

    pub(super) fn capture(&self) -> Option<&Captured> {
        self.captured.as_deref()
    }
}

impl fmt::Debug for Draft {
    /// Neither header values nor plaintext: both hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params = self.params.iter();
        let params: Vec<String> = params
            .map(|(name, value)| format!("{name}=({} bytes)", value.len()))
            .collect();
        f.debug_struct("Draft")
            .field("method", &self.method)
            .field("base", &self.base)
            .field("path", &self.path)
            .field("style", &self.style)
            .field("params", &params)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

/// The usual way of signing a path; for a draft whose host or path changes.
pub(super) fn usual_path_form(draft: &Draft) -> PathForm {
    path_forms(draft.host(), &draft.path)[0]
}
