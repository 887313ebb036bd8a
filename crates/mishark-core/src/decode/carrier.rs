//! Where a request's fields are: its body, its query, or the recorder's list.

use crate::flow::{Body, Flow};
use crate::protocol::form::{Field, Form, form_decode};
use crate::protocol::plaintext::Step;

/// The form of a request and where it stood: body, query, or the recorder's
/// list of parameters. The body wins if it has a signature at all.
pub(super) fn carrier(flow: &Flow) -> Option<(Step, Form)> {
    let marked = |text: &[u8]| {
        memchr::memmem::find(text, b"signature").is_some()
            || memchr::memmem::find(text, b"rc4_hash__").is_some()
    };
    let signed = |form: &Form| form.has("signature") || form.has("rc4_hash__");
    let body = flow.request.body.bytes().filter(|body| marked(body));
    let body = body.and_then(|body| Form::parse(body).ok()).filter(signed);
    if let Some(form) = body {
        return Some((Step::Form, with_query(form, flow)));
    }
    let query = flow.request.url.query().map(str::as_bytes);
    let query = query.filter(|query| marked(query));
    if let Some(form) = query
        .and_then(|query| Form::parse(query).ok())
        .filter(signed)
    {
        return Some((Step::Query, form));
    }
    let Body::Params(params) = &flow.request.body else {
        return None;
    };
    let fields = params
        .iter()
        .map(|(name, value)| Field::new(name.as_str(), undecoded(value)));
    Some((Step::Params, fields.collect())).filter(|(_, form)| signed(form))
}

/// A body's form, with the nonce from the query should only that have it.
fn with_query(mut form: Form, flow: &Flow) -> Form {
    if form.has("_nonce") || form.has("nonce") {
        return form;
    }
    let query = flow
        .request
        .url
        .query()
        .and_then(|query| Form::parse(query.as_bytes()).ok());
    for field in query.iter().flat_map(Form::fields) {
        if matches!(field.name(), "_nonce" | "nonce" | "ssecurity") {
            form.push(field.clone());
        }
    }
    form
}

/// A parameter that the recorder may or may not have decoded: JSON never
/// starts with `%`. Base64 is mended where it is read.
fn undecoded(value: &str) -> Vec<u8> {
    if value.starts_with("%7B")
        || value.starts_with("%5B")
        || value.starts_with("%7b")
        || value.starts_with("%5b")
    {
        form_decode(value.as_bytes())
    } else {
        value.as_bytes().to_vec()
    }
}
