//! The flow that is shown, and what the tabs of its two sides show of it.
//!
//! Names and values (headers, cookies, fields) are shown as JSON that is made
//! here, so that folding, finding, copying and the masking of secrets are the
//! same everywhere.

use std::sync::Arc;

use super::content::Content;
use super::parts::{Half, Tab};
use super::view::View;
use mishark_core::decode::{Decoded, Side};
use mishark_core::flow::{Body, Flow, Headers};
use mishark_core::json::escape;
use mishark_core::protocol::form::Form;
use mishark_core::redact::{Place, in_field};

/// The chosen flow, without the plaintexts' views.
pub struct Shown {
    /// Its row.
    pub row: u32,
    /// The flow; `None` if its entry cannot be read.
    pub flow: Option<Flow>,
    /// What came of decoding.
    pub decoded: Decoded,
    /// The plaintexts.
    pub(super) contents: [Option<Arc<Content>>; 2],
    pub(super) has_secrets: [bool; 2],
}

impl Shown {
    /// A side's plaintext.
    pub fn content(&self, half: Half) -> Option<&Arc<Content>> {
        self.contents[half as usize].as_ref()
    }

    /// What decoding says of a side.
    pub fn side(&self, half: Half) -> Option<&Side> {
        match half {
            Half::Request => Some(&self.decoded.request),
            Half::Response => self.decoded.response.as_ref(),
        }
    }

    /// Whether a side's plaintext has secrets in it.
    pub fn has_secrets(&self, half: Half) -> bool {
        self.has_secrets[half as usize]
    }

    /// A side's body as it was on the wire.
    pub fn body(&self, half: Half) -> Option<&Body> {
        let flow = self.flow.as_ref()?;
        match half {
            Half::Request => Some(&flow.request.body),
            Half::Response => flow.response.as_ref().map(|response| &response.body),
        }
    }

    fn headers(&self, half: Half) -> Option<&Headers> {
        let flow = self.flow.as_ref()?;
        match half {
            Half::Request => Some(&flow.request.headers),
            Half::Response => flow.response.as_ref().map(|response| &response.headers),
        }
    }

    /// How many bytes a tab is made of.
    pub(super) fn weight(&self, half: Half, tab: Tab) -> usize {
        let body = || match self.body(half) {
            Some(Body::Bytes(bytes)) => bytes.len(),
            Some(Body::Params(params)) => {
                let fields = params.iter();
                fields.map(|(name, value)| name.len() + value.len()).sum()
            }
            _ => 0,
        };
        match tab {
            Tab::Plaintext | Tab::Headers | Tab::Cookies => 0,
            Tab::Form if half == Half::Response => 0,
            Tab::Form | Tab::Raw => body(),
            Tab::Hex => self
                .content(half)
                .map_or_else(body, |content| content.bytes().len()),
        }
    }

    /// Makes what a tab shows; none if there is nothing. The plaintext's view
    /// comes with the flow.
    pub fn view_of(&self, half: Half, tab: Tab, reveal: bool) -> Option<View> {
        match tab {
            Tab::Plaintext => None,
            Tab::Headers => self
                .headers(half)
                .and_then(|headers| fields(headers.iter(), Place::Header)),
            Tab::Cookies => self.headers(half).and_then(|headers| match half {
                Half::Request => fields(sent_cookies(headers), Place::Cookie),
                Half::Response => fields(set_cookies(headers), Place::Cookie),
            }),
            Tab::Form => match half {
                Half::Request => form(self),
                Half::Response => None,
            },
            Tab::Raw => self
                .raw(half)
                .map(|raw| View::new(Arc::new(Content::new(raw)))),
            Tab::Hex => hex(self, half, reveal),
        }
    }

    /// The raw text of a side: its body, or the query if the form is there.
    pub fn raw(&self, half: Half) -> Option<Vec<u8>> {
        let body = self.body(half)?;
        match body {
            Body::Bytes(bytes) if !bytes.is_empty() => return Some(bytes.clone()),
            Body::Params(params) => {
                let fields = params.iter();
                let form: Vec<String> = fields
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                return Some(form.join("&").into_bytes());
            }
            _ => {}
        }
        let query = self.flow.as_ref()?.request.url.query()?;
        (half == Half::Request).then(|| query.as_bytes().to_vec())
    }
}

/// Names and values as a JSON object; none if there are none.
fn fields<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>, place: Place) -> Option<View> {
    let mut text = String::new();
    let mut secrets = Vec::new();
    for (name, value) in pairs {
        let before = if text.is_empty() { '{' } else { ',' };
        text.push_str(&format!("{before}\"{}\":\"", escape(name)));
        for found in in_field(place, name, value) {
            let at = |byte| text.len() + escape(&value[..byte]).len();
            secrets.push(at(found.range.start)..at(found.range.end));
        }
        text.push_str(&escape(value));
        text.push('"');
    }
    if text.is_empty() {
        return None;
    }
    text.push('}');
    let content = Content::new(text.into_bytes());
    Some(View::masking(Arc::new(content), secrets))
}

fn pair(text: &str) -> Option<(&str, &str)> {
    let (name, value) = text.split_once('=')?;
    Some((name.trim(), value.trim()))
}

fn sent_cookies(headers: &Headers) -> impl Iterator<Item = (&str, &str)> {
    headers
        .all("cookie")
        .flat_map(|line| line.split(';'))
        .filter_map(pair)
}

fn set_cookies(headers: &Headers) -> impl Iterator<Item = (&str, &str)> {
    // Some recorders join several `Set-Cookie` lines with newlines.
    headers
        .all("set-cookie")
        .flat_map(str::lines)
        .filter_map(pair)
}

/// The fields of the form, as they were sent: the body's, else the query's.
fn form(shown: &Shown) -> Option<View> {
    let flow = shown.flow.as_ref()?;
    if let Body::Params(params) = &flow.request.body {
        return fields(
            params
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
            Place::Parameter,
        );
    }
    let body = flow
        .request
        .body
        .bytes()
        .and_then(|body| Form::parse(body).ok());
    let body = body.filter(|form| form.fields().iter().any(|field| !field.name().is_empty()));
    let is_form = |form: &Form| form.fields().len() > 1 || form.has("data");
    let query = || Form::parse(flow.request.url.query()?.as_bytes()).ok();
    let form = body.filter(is_form).or_else(query)?;
    let pairs: Vec<(String, String)> = form
        .fields()
        .iter()
        .map(|field| {
            let value = String::from_utf8_lossy(field.value()).into_owned();
            (field.name().to_owned(), value)
        })
        .collect();
    fields(
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
        Place::Parameter,
    )
}

fn hex(shown: &Shown, half: Half, reveal: bool) -> Option<View> {
    if shown.has_secrets(half) && !reveal {
        return None;
    }
    let bytes = match shown.content(half) {
        Some(content) => content.bytes().to_vec(),
        None => shown.raw(half)?,
    };
    (!bytes.is_empty()).then(|| View::new(Arc::new(Content::Binary(bytes))))
}

/// A tab that takes longer than a frame to make.
pub struct TabJob {
    /// The flow.
    pub shown: Arc<Shown>,
    /// Its side.
    pub half: Half,
    /// The tab.
    pub tab: Tab,
    /// Whether secrets are shown in it.
    pub reveal: bool,
}

impl std::fmt::Debug for TabJob {
    /// Without the flow, which holds tokens.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TabJob({:?}, {:?})", self.half, self.tab)
    }
}
