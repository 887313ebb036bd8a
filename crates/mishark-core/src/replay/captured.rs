//! A draft of a captured flow: what stays, what is made anew, and what has to be
//! remembered to make the captured bytes again.

use std::sync::Arc;

use super::draft::{Captured, Carrier, Cookie, CookieValue, Draft, SessionPart};
use super::header;
use crate::decode::{Decoded, State};
use crate::flow::carrier::{body_form, carrier};
use crate::flow::{Body, Flow, Headers};
use crate::protocol::form::Form;
use crate::protocol::key::Nonce;
use crate::protocol::plaintext::{GUNZIP_LIMIT, Step};
use crate::protocol::request::{ENVELOPE_FIELDS, KeystreamMode, Order, RC4_HASH, Scheme, Style};
use crate::protocol::seal::APP_STYLE;
use crate::protocol::signature::path_forms;
use crate::session::{Keyring, Secret, Session};

/// Why a flow makes no draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoDraft {
    /// It is locked or damaged: there is no plaintext to edit.
    #[error("the flow is {}, so there is no plaintext to edit", .0.name())]
    Closed(State),
    /// It is none of Mi Home's.
    #[error("the flow carries no Mi Home request")]
    Foreign,
}

impl Draft {
    /// A draft of what a flow sent.
    ///
    /// The ring says which login a cookie's value stands for.
    ///
    /// # Errors
    /// If the flow is foreign, or could not be opened.
    pub fn of(flow: &Flow, decoded: &Decoded, ring: &Keyring) -> Result<Self, NoDraft> {
        match decoded.state {
            State::Foreign => return Err(NoDraft::Foreign),
            State::Locked | State::Unreadable if decoded.request.plaintext.is_none() => {
                return Err(NoDraft::Closed(decoded.state));
            }
            _ => {}
        }
        let request = &flow.request;
        let (carrier, form) = form_of(flow);
        let style = decoded.style.unwrap_or_else(|| guessed_style(flow, &form));
        let (headers, left_out, mut forbidden) = headers_of(&request.headers);
        let (mut cookies, identity) = cookies_of(&request.headers);
        cookies.retain(|cookie| {
            let is_allowed = cookie.is_allowed();
            if !is_allowed {
                forbidden.push(format!("cookie {}", cookie.name));
            }
            is_allowed
        });
        let session = decoded.key.as_ref().map(|key| key.id);
        let session = session.or_else(|| {
            let mut candidates = ring.candidates(&request.headers).into_iter();
            let session = candidates.find(|session| sent(session, &identity))?;
            Some(session.id())
        });
        let draft = Self {
            method: request.method.clone(),
            base: base_of(request.url.as_str(), request.url.authority()),
            path: request.url.wire_path().into_owned(),
            query: match carrier {
                Carrier::Body => unsigned_query(request.url.query(), &form),
                Carrier::Query => String::new(),
            },
            style,
            carrier,
            headers,
            cookies,
            params: params_of(&form, decoded),
            session,
            any_data: false,
            captured: None,
        };
        let nonce = decoded.nonce.as_deref();
        let upload = request.body.bytes().filter(|body| !body.is_empty());
        let captured = Captured {
            draft: draft.clone(),
            nonce: nonce.and_then(|text| Nonce::parse(text.as_bytes()).ok()),
            identity,
            upload: upload
                .filter(|_| carrier == Carrier::Query)
                .map(<[u8]>::to_vec),
            left_out,
            forbidden,
            notes: notes_of(decoded),
            form,
        };
        Ok(Self {
            captured: Some(Arc::new(captured)),
            ..draft
        })
    }
}

/// Where the form stood and what it was; an empty form if there was none.
fn form_of(flow: &Flow) -> (Carrier, Form) {
    match carrier(flow, GUNZIP_LIMIT).filter(|_| flow.exported.is_none()) {
        Some(carried) if carried.step == Step::Query => (Carrier::Query, carried.form),
        Some(carried) => (Carrier::Body, carried.form),
        None => match &flow.request.body {
            Body::Params(_) => (Carrier::Body, body_form(flow, GUNZIP_LIMIT)),
            _ => (Carrier::Body, Form::default()),
        },
    }
}

/// The style of a form that no key opened.
fn guessed_style(flow: &Flow, form: &Form) -> Style {
    let url = &flow.request.url;
    let path = path_forms(url.host(), url.path())[0];
    let is_export = flow.exported.is_some();
    if is_export || form.has(RC4_HASH) {
        return Style { path, ..APP_STYLE };
    }
    Style {
        scheme: Scheme::Hmac,
        keystream: KeystreamMode::Undecided,
        order: Order::Sorted,
        path,
        sends_ssecurity: form.has("ssecurity"),
        plain_nonce_name: form.has("nonce") && !form.has("_nonce"),
        skips_empty: true,
    }
}

/// The parameters in the order of the form, with their plaintexts.
fn params_of(form: &Form, decoded: &Decoded) -> Vec<(String, Vec<u8>)> {
    let mut data = decoded.request.plaintext.clone();
    let mut others = decoded.request.params.clone();
    let mut params = Vec::new();
    for field in form.fields() {
        let name = field.name();
        if ENVELOPE_FIELDS.contains(&name) || name == RC4_HASH {
            continue;
        }
        if name == "data"
            && let Some(data) = data.take()
        {
            params.push((name.to_owned(), data));
        } else if let Some(at) = others.iter().position(|(other, _)| other == name) {
            params.push(others.remove(at));
        }
    }
    // An export of ours has plaintext and no form.
    params.extend(data.map(|data| ("data".to_owned(), data)));
    params.extend(others);
    params
}

/// The fields that are sent again, each once: chrome-har writes each twice. The
/// names of those that are not, and of those that HTTP forbids.
fn headers_of(headers: &Headers) -> (Vec<(String, String)>, Vec<String>, Vec<String>) {
    let mut kept: Vec<(String, String)> = Vec::new();
    let (mut left_out, mut forbidden) = (Vec::new(), Vec::new());
    for (name, value) in headers.iter() {
        if header::is(name, "cookie") {
            continue;
        }
        if header::is_made_anew(name) {
            left_out.push(name.to_owned());
        } else if !header::is_name(name) || !header::is_value(value) {
            forbidden.push(name.to_owned());
        } else if !header::has(&kept, name, value) {
            kept.push((name.to_owned(), value.to_owned()));
        }
    }
    (kept, left_out, forbidden)
}

/// Cookies with the login's values taken out, and those values.
fn cookies_of(headers: &Headers) -> (Vec<Cookie>, Vec<(SessionPart, Secret)>) {
    let (mut cookies, mut identity) = (Vec::new(), Vec::new());
    let lines = headers.all("cookie").flat_map(|line| line.split(';'));
    for (name, value) in lines.filter_map(|pair| pair.trim().split_once('=')) {
        let value = match SessionPart::of_cookie(name) {
            Some(part) => {
                identity.push((part, Secret::new(value)));
                CookieValue::Session(part)
            }
            None => CookieValue::Text(value.to_owned()),
        };
        let name = name.to_owned();
        let cookie = Cookie { name, value };
        if !cookies.contains(&cookie) {
            cookies.push(cookie);
        }
    }
    (cookies, identity)
}

/// Whether these are a session's cookies: its token, or its account's.
fn sent(session: &Session, identity: &[(SessionPart, Secret)]) -> bool {
    identity.iter().any(|(part, value)| match part {
        SessionPart::CUserId => session.c_user_id.as_deref() == Some(value.reveal()),
        SessionPart::ServiceToken => session.service_tokens.contains(value),
        SessionPart::UserId => session.user_id.as_deref() == Some(value.reveal()),
    })
}

/// Scheme and authority; a recorder that drops the scheme means `https`.
fn base_of(url: &str, authority: &str) -> String {
    match url.split_once("://") {
        Some((scheme, _)) => format!("{scheme}://{authority}"),
        None => format!("https://{authority}"),
    }
}

/// A query without the envelope's fields, and those of the form that stand in it
/// too: they are made anew.
fn unsigned_query(query: Option<&str>, form: &Form) -> String {
    let pairs = query.unwrap_or_default().split('&');
    let kept = pairs.filter(|pair| {
        let name = pair.split_once('=').map_or(*pair, |(name, _)| name);
        !pair.is_empty() && !ENVELOPE_FIELDS.contains(&name) && !form.has(name)
    });
    kept.collect::<Vec<_>>().join("&")
}

fn notes_of(decoded: &Decoded) -> Vec<String> {
    let mut notes = Vec::new();
    let side = &decoded.request;
    if !side.repairs.is_none() {
        notes.push("its base64 was damaged; it is written whole again".to_owned());
    }
    if side.steps.contains(&Step::Gzip) {
        notes.push("its plaintext was gzipped, and is sent as it is".to_owned());
    }
    if side.steps.contains(&Step::Params) {
        notes.push("the recorder kept its parameters, not how they were written".to_owned());
    }
    if decoded.style.is_none() {
        notes.push("no key proves how it was signed; the usual way is taken".to_owned());
    }
    notes
}
