//! The exact request to send, and the only two ways to make one.

use std::fmt;

use super::draft::{Carrier, CookieValue, Draft, SessionPart};
use super::header;
use super::report::{Problem, check};
use crate::flow::{Base, BaseError, Flow};
use crate::protocol::form::{Field, Form};
use crate::protocol::hosts::Family;
use crate::protocol::key::{KeyId, Nonce};
use crate::protocol::request::{Scheme, Style};
use crate::protocol::seal::{SealedForm, seal};
use crate::protocol::signature::{Pair, signed_path};
use crate::session::{Fit, KeyOrigin, Secret, Session};

/// A request ready to be sent, and every string on the way to it.
///
/// Its parts can not be changed: [`sign`] makes it of a draft, and
/// [`exact`](Self::exact) copies a recorded one.
pub struct SignedRequest {
    base: Base,
    method: String,
    /// Path and query.
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    owner: Owner,
    has_token: bool,
    /// What signing made; `None` for an exact copy.
    sealing: Option<Sealing>,
}

/// Whose credentials are in it.
enum Owner {
    Session(Box<Session>),
    /// Of an exact copy: whoever sent it to that host.
    Host(String),
}

struct Sealing {
    nonce: Nonce,
    style: Style,
    signed_path: String,
    form: SealedForm,
}

/// Why a draft can not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// Something in it is wrong; [`check`] names everything that is.
    #[error("{0}")]
    Wrong(Problem),
}

/// Signs a draft with a session's key: pure, so that the same draft, session
/// and nonce make the same bytes.
///
/// Fields that were captured keep their place and the way they were escaped,
/// so an untouched draft with its [own nonce](Draft::captured_nonce) makes the
/// captured bytes again; [`Draft::notes`] says where it can not.
///
/// # Errors
/// If anything in the draft is wrong: nothing is signed that is not what it
/// says.
pub fn sign(draft: &Draft, session: &Session, nonce: Nonce) -> Result<SignedRequest, SignError> {
    let report = check(draft);
    if let Some(problem) = report.faults().next() {
        return Err(SignError::Wrong(problem.clone()));
    }
    let base = Base::parse(&draft.base).map_err(|error| {
        // The check has refused it already.
        SignError::Wrong(Problem {
            field: super::Field::Base,
            at: None,
            fault: error.into(),
        })
    })?;
    let params: Vec<Pair<'_>> = draft
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_slice()))
        .collect();
    let path = signed_path(&draft.path, draft.style.path).to_owned();
    let method = draft.method.to_ascii_uppercase();
    let sealed = seal(
        &draft.style,
        &method,
        &path,
        &params,
        &session.ssecurity,
        &nonce,
    );
    let value = |part| value_of(draft, session, part);
    let form = laid_out(draft, &sealed, value(SessionPart::ServiceToken));
    let (query, body) = match draft.carrier {
        Carrier::Body => (draft.query.clone(), form.encode()),
        Carrier::Query => {
            let form = String::from_utf8_lossy(&form.encode()).into_owned();
            let query = match draft.query.as_str() {
                "" => form,
                query => format!("{query}&{form}"),
            };
            let upload = draft.capture().and_then(|captured| captured.upload.clone());
            (query, upload.unwrap_or_default())
        }
    };
    let mut target = draft.path.clone();
    if !query.is_empty() {
        target = format!("{target}?{query}");
    }
    let mut headers = draft.headers.clone();
    let has_type = headers
        .iter()
        .any(|(name, _)| header::is(name, "content-type"));
    if draft.carrier == Carrier::Body && !has_type {
        let kind = "application/x-www-form-urlencoded";
        headers.push(("Content-Type".to_owned(), kind.to_owned()));
    }
    let (cookie, has_token) = cookie_line(draft, value);
    if let Some(line) = cookie {
        headers.push(("Cookie".to_owned(), line));
    }
    Ok(SignedRequest {
        base,
        method,
        target,
        headers,
        body,
        owner: Owner::Session(Box::new(session.clone())),
        has_token,
        sealing: Some(Sealing {
            nonce,
            style: draft.style,
            signed_path: path,
            form: sealed,
        }),
    })
}

/// What the login says: as it was captured while the same login signs, unless
/// the user gave that login anew, perhaps with a younger token.
fn value_of<'a>(draft: &'a Draft, session: &'a Session, part: SessionPart) -> Option<&'a str> {
    let captured = draft
        .capture()
        .and_then(|captured| captured.identity(part, session.id()))
        .map(Secret::reveal);
    let known = match part {
        SessionPart::CUserId => session.c_user_id.as_deref(),
        SessionPart::ServiceToken => session.service_token().map(Secret::reveal),
        SessionPart::UserId => session.user_id.as_deref(),
    };
    match session.origin {
        KeyOrigin::Form(_) | KeyOrigin::Login(_) | KeyOrigin::Pragma(_) => captured.or(known),
        KeyOrigin::Environment(_) | KeyOrigin::File(_) | KeyOrigin::Given => known.or(captured),
    }
}

/// The cookies as one line, and whether a token is among them. Parts of the
/// login that are not known are left out.
fn cookie_line<'a>(
    draft: &'a Draft,
    value: impl Fn(SessionPart) -> Option<&'a str>,
) -> (Option<String>, bool) {
    let mut has_token = false;
    let mut pairs = Vec::new();
    for cookie in &draft.cookies {
        let text = match &cookie.value {
            CookieValue::Text(text) => text,
            CookieValue::Session(part) => match value(*part) {
                Some(text) => text,
                None => continue,
            },
        };
        let part = SessionPart::of_cookie(&cookie.name);
        has_token |= part == Some(SessionPart::ServiceToken) && !text.is_empty();
        pairs.push(format!("{}={text}", cookie.name));
    }
    ((!pairs.is_empty()).then(|| pairs.join("; ")), has_token)
}

/// The sealed fields in the order, and escaped in the way, of the capture.
fn laid_out(draft: &Draft, sealed: &SealedForm, token: Option<&str>) -> Form {
    let Some(captured) = draft.capture() else {
        return sealed.form.clone();
    };
    let mut left: Vec<&Field> = sealed.form.fields().iter().collect();
    let mut form = Form::default();
    for old in captured.form.fields() {
        // A camera's URL carries the token behind the signed fields.
        if old.name() == "yetAnotherServiceToken" {
            match token {
                Some(token) if token.as_bytes() != old.value() => {
                    form.push(Field::new(old.name(), token));
                }
                Some(_) => form.push(old.clone()),
                None => {}
            }
            continue;
        }
        if let Some(at) = left.iter().position(|new| new.name() == old.name()) {
            let new = left.remove(at);
            let same = new.value() == old.value();
            form.push(if same { old.clone() } else { new.clone() });
        }
    }
    left.into_iter().for_each(|field| form.push(field.clone()));
    form
}

impl SignedRequest {
    /// A recorded request as it was: same nonce, same signature. A labelled
    /// experiment, since nobody knows whether the cloud takes a nonce twice.
    ///
    /// Only header fields of the connection are left out; the cookies stay, so
    /// it may go to the recorded host, and to others once confirmed.
    ///
    /// # Errors
    /// If its URL has no scheme or host.
    pub fn exact(flow: &Flow) -> Result<Self, BaseError> {
        let request = &flow.request;
        let url = request.url.as_str();
        let scheme = url.split_once("://").map_or("https", |(scheme, _)| scheme);
        let base = Base::parse(&format!("{scheme}://{}", request.url.authority()))?;
        let mut target = match request.url.path() {
            "" => "/".to_owned(),
            path => path.to_owned(),
        };
        if let Some(query) = request.url.query() {
            target = format!("{target}?{query}");
        }
        let mut headers: Vec<(String, String)> = Vec::new();
        for (name, value) in request.headers.iter() {
            let is_sent = !header::is_made_anew(name) || header::is(name, "cookie");
            let is_allowed = header::is_name(name) && header::is_value(value);
            if is_sent && is_allowed && !header::has(&headers, name, value) {
                headers.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(Self {
            method: request.method.to_ascii_uppercase(),
            target,
            headers,
            body: request.body.bytes().unwrap_or_default().to_vec(),
            owner: Owner::Host(base.host().to_owned()),
            // Whatever it carried then is what it carries now.
            has_token: true,
            sealing: None,
            base,
        })
    }

    /// Whether it is a recorded request sent again with its old nonce.
    pub fn is_exact(&self) -> bool {
        self.sealing.is_none()
    }

    /// The server it was signed for.
    pub fn base(&self) -> &Base {
        &self.base
    }

    /// The method, in capitals as it is signed.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// Path and query as sent. A form in the query is in it.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The whole URL. A form in the query is in it: as secret as the key.
    pub fn url(&self) -> String {
        format!("{}{}", self.base, self.target)
    }

    /// The header fields, cookies last. Secret: they hold the token.
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body as sent: the form, unless that is in the query.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// The form's fields in signing order; `None` for an exact copy.
    pub fn form(&self) -> Option<&Form> {
        self.sealing.as_ref().map(|sealing| &sealing.form.form)
    }

    /// The nonce; `None` for an exact copy.
    pub fn nonce(&self) -> Option<&Nonce> {
        self.sealing.as_ref().map(|sealing| &sealing.nonce)
    }

    /// The style it is sealed in; `None` for an exact copy.
    pub fn style(&self) -> Option<&Style> {
        self.sealing.as_ref().map(|sealing| &sealing.style)
    }

    /// The path as it is signed; `None` for an exact copy.
    pub fn signed_path(&self) -> Option<&str> {
        self.sealing
            .as_ref()
            .map(|sealing| sealing.signed_path.as_str())
    }

    /// The signature; `None` for an exact copy.
    pub fn signature(&self) -> Option<&str> {
        self.sealing
            .as_ref()
            .map(|sealing| sealing.form.signature.as_str())
    }

    /// The very string that is signed. Holds the signed nonce: a secret.
    pub fn signature_string(&self) -> Option<&[u8]> {
        self.sealing
            .as_ref()
            .map(|sealing| &*sealing.form.signature_string)
    }

    /// The rc4 hash before encryption; `None` in the HMAC form.
    pub fn rc4_hash(&self) -> Option<&str> {
        self.sealing.as_ref()?.form.rc4_hash.as_deref()
    }

    /// The very string the rc4 hash is of. Holds the signed nonce: a secret.
    pub fn rc4_hash_string(&self) -> Option<&[u8]> {
        self.sealing.as_ref()?.form.rc4_hash_string.as_deref()
    }

    /// The key of this request, in base64: a secret.
    pub fn signed_nonce(&self) -> Option<&str> {
        self.sealing
            .as_ref()
            .map(|sealing| sealing.form.signed_nonce.text())
    }

    /// Whose credentials it carries, in words that may be shown.
    pub fn whose(&self) -> String {
        match &self.owner {
            Owner::Session(session) => session.label(),
            Owner::Host(host) => format!("whoever sent it to {host}"),
        }
    }

    /// The fingerprint of the key that signed it; `None` for an exact copy.
    pub fn session(&self) -> Option<KeyId> {
        match &self.owner {
            Owner::Session(session) => Some(session.id()),
            Owner::Host(_) => None,
        }
    }

    /// Whether it carries a token at all.
    pub fn has_token(&self) -> bool {
        self.has_token
    }

    /// Whether its credentials belong to a host.
    pub fn fit(&self, host: &str) -> Fit {
        match &self.owner {
            Owner::Session(session) => session.fit(host),
            Owner::Host(own) => {
                let family = Family::of_host(own);
                let same = own.eq_ignore_ascii_case(host)
                    || (family.is_some() && Family::of_host(host) == family);
                if same { Fit::Home } else { Fit::Stranger }
            }
        }
    }
}

impl fmt::Debug for SignedRequest {
    /// Neither query, headers nor body: all hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.target.split('?').next().unwrap_or_default();
        let scheme = self.style().map(|style| style.scheme);
        f.debug_struct("SignedRequest")
            .field("method", &self.method)
            .field("url", &format!("{}{path}", self.base))
            .field("scheme", &scheme.map(Scheme::name))
            .field("nonce", &self.nonce())
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}
