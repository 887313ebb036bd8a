//! Where a request's form is: its body, its query, both, or the recorder's list.

use std::borrow::Cow;

use super::transport::{self, Undone};
use super::{Body, Flow};
use crate::protocol::form::{Field, Form, form_decode};
use crate::protocol::plaintext::{Step, is_gzip};

/// A signed form, and how it was come by.
#[derive(Debug)]
pub struct Carried<'a> {
    /// Where its signature stood: in a body (form), in the query, or in the
    /// recorder's list of parameters.
    pub step: Step,
    /// The form.
    pub form: Form,
    /// The body, if a compression of HTTP's had to be undone to read it.
    pub unpacked: Option<Undone<'a>>,
}

/// The fields that tell a form of ours. One that stands in only one of body and
/// query may be in the other.
const PARTS: [&str; 6] = [
    "data",
    "rc4_hash__",
    "signature",
    "_nonce",
    "nonce",
    "ssecurity",
];

/// The form of a request that has one with a signature; the body's wins. A body
/// is unpacked to `limit` bytes at most.
pub fn carrier(flow: &Flow, limit: u64) -> Option<Carried<'_>> {
    let marked = |text: &[u8]| {
        let has = |name: &str| memchr::memmem::find(text, name.as_bytes()).is_some();
        has("signature") || has("rc4_hash__")
    };
    let unpacked = unpack(flow, limit);
    let bytes = match &unpacked {
        Some(undone) => Some(&*undone.bytes),
        None => flow.request.body.bytes(),
    };
    let query = flow.request.url.query();
    let is_marked = bytes.is_some_and(marked)
        || query.is_some_and(|query| marked(query.as_bytes()))
        || matches!(flow.request.body, Body::Params(_));
    if !is_marked {
        return None;
    }
    let body = match &flow.request.body {
        Body::Params(params) => Some(listed(params)),
        _ => bytes.and_then(|bytes| Form::parse(bytes).ok()),
    };
    let query = query.and_then(|query| Form::parse(query.as_bytes()).ok());
    let signed = |form: &Form| form.has("signature") || form.has("rc4_hash__");
    let (step, form, other) = match (body, query) {
        (Some(body), query) if signed(&body) => {
            let listed = matches!(flow.request.body, Body::Params(_));
            let step = if listed { Step::Params } else { Step::Form };
            (step, body, query)
        }
        (body, Some(query)) if signed(&query) => (Step::Query, query, body),
        _ => return None,
    };
    let form = match other {
        Some(other) => joined(form, &other),
        None => form,
    };
    Some(Carried {
        step,
        form,
        unpacked,
    })
}

/// The fields of a request's body, signed or not; empty if it is no form.
pub fn body_form(flow: &Flow, limit: u64) -> Form {
    match (&flow.request.body, unpack(flow, limit)) {
        (Body::Params(params), _) => listed(params),
        (_, Some(undone)) => Form::parse(&undone.bytes).unwrap_or_default(),
        (body, None) => {
            let form = body.bytes().and_then(|bytes| Form::parse(bytes).ok());
            form.unwrap_or_default()
        }
    }
}

/// A body that was compressed as a whole, unpacked.
fn unpack(flow: &Flow, limit: u64) -> Option<Undone<'_>> {
    let body = flow.request.body.bytes()?;
    let encoding = flow.request.headers.get("content-encoding");
    let encoding = encoding.or(is_gzip(body).then_some("gzip"))?;
    Some(transport::undo(body, Some(encoding), limit)).filter(|undone| undone.changed)
}

/// A form with what it lacks and the other has. Where all its parameters are in
/// the other, all that is there is signed; else only what is ours by its name.
fn joined(mut form: Form, other: &Form) -> Form {
    let nonces = ["_nonce", "nonce"];
    let has_nonce = nonces.iter().any(|name| form.has(name));
    let lacks = |form: &Form, name: &str| !(form.has(name) || has_nonce && nonces.contains(&name));
    let is_part = |name: &str| PARTS.contains(&name);
    if !other
        .fields()
        .iter()
        .any(|field| is_part(field.name()) && lacks(&form, field.name()))
    {
        return form;
    }
    let is_bare = form.fields().iter().all(|field| is_part(field.name())) && !form.has("data");
    for field in other.fields() {
        if lacks(&form, field.name()) && (is_bare || is_part(field.name())) {
            form.push(field.clone());
        }
    }
    form
}

fn listed(params: &[(String, String)]) -> Form {
    let fields = params.iter();
    fields
        .map(|(name, value)| Field::new(name.as_str(), &*undecoded(value)))
        .collect()
}

/// A parameter that the recorder may or may not have decoded: JSON never
/// starts with `%`. Base64 is mended where it is read.
fn undecoded(value: &str) -> Cow<'_, [u8]> {
    let json = ["%7B", "%5B", "%7b", "%5b"];
    match json.iter().any(|start| value.starts_with(start)) {
        true => form_decode(value.as_bytes()).into(),
        false => value.as_bytes().into(),
    }
}
