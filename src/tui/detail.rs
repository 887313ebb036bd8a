//! Panes 2 and 3: one side of the chosen flow, in tabs.
//!
//! Names and values (headers, cookies, fields) are shown as JSON that is made
//! here, so that folding, finding, copying and the masking of secrets are the
//! same everywhere.

use std::sync::Arc;

use super::content::Content;
use super::view::View;
use crate::tui::words;
use mishark_core::decode::{Decoded, Side};
use mishark_core::flow::{Body, Flow, Headers};
use mishark_core::json::escape;
use mishark_core::protocol::form::Form;

mod draw;
mod explain;

pub use draw::{DetailView, body_area, frame_title, proof, wrap};
pub use explain::{ExplainKeys, Explained, Line, explain};

/// Which half of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Half {
    /// What was asked.
    Request,
    /// What came back.
    Response,
}

/// A way to look at one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// What it says.
    Plaintext,
    /// Its header fields.
    Headers,
    /// Its cookies.
    Cookies,
    /// The fields of its form or query.
    Form,
    /// The body as it was on the wire.
    Raw,
    /// The plaintext's bytes, or the body's if there is no plaintext.
    Hex,
}

impl Tab {
    /// All of them, in their order.
    pub const ALL: [Self; 6] = [
        Self::Plaintext,
        Self::Headers,
        Self::Cookies,
        Self::Form,
        Self::Raw,
        Self::Hex,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        words::tab(self)
    }

    fn place(self) -> usize {
        self as usize
    }
}

/// The chosen flow, without the plaintexts' views.
pub struct Shown {
    /// Its row.
    pub row: u32,
    /// The flow; `None` if its entry can not be read.
    pub flow: Option<Flow>,
    /// What came of decoding.
    pub decoded: Decoded,
    /// The plaintexts.
    contents: [Option<Arc<Content>>; 2],
    has_secrets: [bool; 2],
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
    fn weight(&self, half: Half, tab: Tab) -> usize {
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
        let content = match tab {
            Tab::Plaintext => None,
            Tab::Headers => self
                .headers(half)
                .and_then(|headers| fields(headers.iter())),
            Tab::Cookies => self.headers(half).and_then(|headers| match half {
                Half::Request => fields(sent_cookies(headers)),
                Half::Response => fields(set_cookies(headers)),
            }),
            Tab::Form => match half {
                Half::Request => form(self),
                Half::Response => None,
            },
            Tab::Raw => self.raw(half).map(|raw| Content::new(masked(raw, reveal))),
            Tab::Hex => hex(self, half, reveal),
        };
        content.map(|content| View::new(Arc::new(content)))
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

/// Takes an opened flow apart: what is shown, and a view for each side.
pub fn shown(opened: super::opened::Opened) -> (Shown, [Option<View>; 2]) {
    let mut contents = [None, None];
    let mut has_secrets = [false, false];
    let mut views = [None, None];
    for (half, body) in [opened.request, opened.response].into_iter().enumerate() {
        if let Some(body) = body {
            contents[half] = Some(body.content);
            has_secrets[half] = body.has_secrets;
            views[half] = Some(body.view);
        }
    }
    let shown = Shown {
        row: opened.row,
        flow: opened.flow,
        decoded: opened.decoded,
        contents,
        has_secrets,
    };
    (shown, views)
}

/// Bytes that a tab is made of at once: that takes less than a frame.
const AT_ONCE: usize = 256 << 10;

/// One side of the chosen flow.
pub struct Detail {
    /// Which side.
    pub half: Half,
    tab: Tab,
    views: [Option<View>; 6],
    /// What a worker makes of the flow that is shown.
    making: Option<Tab>,
}

impl Detail {
    /// An empty pane.
    pub fn new(half: Half) -> Self {
        Self {
            half,
            tab: Tab::Plaintext,
            views: Default::default(),
            making: None,
        }
    }

    /// The tab that is shown.
    pub fn tab(&self) -> Tab {
        self.tab
    }

    /// What is shown of the tab, if it has anything to show.
    pub fn view(&self) -> Option<&View> {
        self.views[self.tab.place()].as_ref()
    }

    /// The same, to move in.
    pub fn view_mut(&mut self) -> Option<&mut View> {
        self.views[self.tab.place()].as_mut()
    }

    /// Whether a worker makes what the tab shows.
    pub fn is_making(&self) -> bool {
        self.making == Some(self.tab)
    }

    /// Takes another flow; the tab stays. Returns a tab that a worker should
    /// make, as the other changes do.
    #[must_use]
    pub fn take(
        &mut self,
        shown: Option<&Shown>,
        plaintext: Option<View>,
        reveal: bool,
    ) -> Option<Tab> {
        self.views = Default::default();
        self.making = None;
        self.views[Tab::Plaintext.place()] = plaintext;
        self.make(shown, reveal)
    }

    /// Goes to a tab.
    #[must_use]
    pub fn go_to(&mut self, tab: Tab, shown: Option<&Shown>, reveal: bool) -> Option<Tab> {
        self.tab = tab;
        self.make(shown, reveal)
    }

    /// Goes to the next tab that has something to show, or the one before. A
    /// tab that only a worker can make counts as one that has.
    #[must_use]
    pub fn turn(&mut self, forward: bool, shown: Option<&Shown>, reveal: bool) -> Option<Tab> {
        let tabs = Tab::ALL.len();
        let step = if forward { 1 } else { tabs - 1 };
        let mut place = self.tab.place();
        for _ in 0..tabs {
            place = (place + step) % tabs;
            self.tab = Tab::ALL[place];
            let wish = self.make(shown, reveal);
            if self.views[place].is_some() || self.is_making() || self.tab == Tab::Plaintext {
                return wish;
            }
        }
        None
    }

    /// Masks or shows secrets: what was made with the other in mind goes.
    #[must_use]
    pub fn revealed(&mut self, shown: Option<&Shown>, reveal: bool) -> Option<Tab> {
        for tab in [Tab::Raw, Tab::Hex] {
            self.views[tab.place()] = None;
        }
        self.making = None;
        self.make(shown, reveal)
    }

    /// Takes a tab that a worker made; without a view it has nothing to show.
    pub fn made(&mut self, tab: Tab, view: Option<View>) {
        self.making = self.making.filter(|making| *making != tab);
        self.views[tab.place()] = view;
    }

    /// A worker will not make it after all.
    pub fn not_made(&mut self) {
        self.making = None;
    }

    /// Makes what the tab shows, if that is not there yet and takes no longer
    /// than a frame.
    fn make(&mut self, shown: Option<&Shown>, reveal: bool) -> Option<Tab> {
        let shown = shown?;
        if self.views[self.tab.place()].is_some() || self.is_making() {
            return None;
        }
        if shown.weight(self.half, self.tab) > AT_ONCE {
            self.making = Some(self.tab);
            return self.making;
        }
        self.views[self.tab.place()] = shown.view_of(self.half, self.tab, reveal);
        None
    }
}

/// Names and values as a JSON object; none if there are none.
fn fields<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Content> {
    let members: Vec<String> = pairs
        .map(|(name, value)| format!("\"{}\":\"{}\"", escape(name), escape(value)))
        .collect();
    (!members.is_empty()).then(|| Content::new(format!("{{{}}}", members.join(",")).into_bytes()))
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
fn form(shown: &Shown) -> Option<Content> {
    let flow = shown.flow.as_ref()?;
    if let Body::Params(params) = &flow.request.body {
        return fields(
            params
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
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
    )
}

/// What stands for a secret in text that was on the wire.
const MASK: &[u8] = b"***";

/// A raw body with the values of its secret fields hidden, unless they are to
/// be seen.
fn masked(raw: Vec<u8>, reveal: bool) -> Vec<u8> {
    if reveal {
        return raw;
    }
    let mut masked = Vec::with_capacity(raw.len());
    let mut at = 0;
    for found in mishark_core::redact::in_text(&raw) {
        masked.extend_from_slice(&raw[at..found.range.start]);
        masked.extend_from_slice(MASK);
        at = found.range.end;
    }
    masked.extend_from_slice(&raw[at..]);
    masked
}

fn hex(shown: &Shown, half: Half, reveal: bool) -> Option<Content> {
    if shown.has_secrets(half) && !reveal {
        return None;
    }
    let bytes = match shown.content(half) {
        Some(content) => content.bytes().to_vec(),
        None => shown.raw(half).map(|raw| masked(raw, reveal))?,
    };
    (!bytes.is_empty()).then_some(Content::Binary(bytes))
}
