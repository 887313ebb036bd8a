//! Finding keys in the flows of a capture, in the order of trust.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::claim::Claim;
use super::facts::sid_of_location;
use super::{KeyOrigin, Keyring, Place, Secret, Session};
use crate::flow::carrier::body_form;
use crate::flow::{Flow, transport};
use crate::protocol::form::{Form, form_decode};
use crate::protocol::key::Ssecurity;
use crate::protocol::response::behind_prefix;
use crate::protocol::signature::client_sign;

/// A login answer larger than this, unpacked, is none.
pub const MAX_LOGIN: usize = 1 << 20;

/// Takes what one flow of a capture tells of keys: a form's `ssecurity`, a login
/// answer, an `extension-pragma` header, or the token of a `/sts` hop.
pub fn harvest(ring: &mut Keyring, flow: &Flow, place: &Place) {
    from_form(ring, flow, place);
    from_pragma(ring, flow, place);
    from_login(ring, flow, place);
    from_sts(ring, flow);
}

/// Whether a flow tells anything of keys, taken by itself.
pub(crate) fn holds_key(flow: &Flow) -> bool {
    let mut ring = Keyring::new();
    let place = Place {
        capture: String::new(),
        entry: 0,
    };
    harvest(&mut ring, flow, &place);
    !ring.knows_nothing()
}

/// The app sends the key in every request: the capture decrypts itself. Where a
/// client does not, its token waits for the key that its request is signed with.
fn from_form(ring: &mut Keyring, flow: &Flow, place: &Place) {
    let form = form_with(flow, "ssecurity");
    let key = form.as_ref().and_then(|form| form.get("ssecurity"));
    let Some(Ok(ssecurity)) = key.map(Ssecurity::parse) else {
        if let Some(claim) = Claim::of(flow, place) {
            ring.claim(claim, &flow.request.headers);
        }
        return;
    };
    let headers = &flow.request.headers;
    let mut session = Session::new(ssecurity, KeyOrigin::Form(place.clone()));
    session.user_id = headers.cookie("userId").map(str::to_owned);
    session.c_user_id = headers.cookie("cUserId").map(str::to_owned);
    session.service_tokens = headers
        .cookie("serviceToken")
        .map(Secret::new)
        .into_iter()
        .collect();
    session.hosts = vec![flow.request.url.host().to_owned()];
    session.last_seen = flow.started;
    ring.add(session);
}

/// The members of a login answer and of the pragma header that matter. The
/// numbers among them have 19 digits, so they are kept as text.
#[derive(Deserialize)]
struct Login<'a> {
    ssecurity: Option<String>,
    sid: Option<String>,
    #[serde(borrow, rename = "userId")]
    user_id: Option<&'a RawValue>,
    #[serde(rename = "cUserId")]
    c_user_id: Option<String>,
    #[serde(borrow)]
    nonce: Option<&'a RawValue>,
    location: Option<String>,
}

impl Login<'_> {
    fn session(&self, flow: &Flow, origin: KeyOrigin) -> Option<Session> {
        let ssecurity = Ssecurity::parse(self.ssecurity.as_ref()?.as_bytes()).ok()?;
        let mut session = Session::new(ssecurity, origin);
        let sid = self.sid.clone().or_else(|| sid_of(flow));
        session.sid = sid.or_else(|| sid_of_location(self.location.as_deref()?));
        session.user_id = self
            .user_id
            .map(|raw| raw.get().trim_matches('"').to_owned());
        session.c_user_id = self.c_user_id.clone();
        session.last_seen = flow.started;
        Some(session)
    }
}

/// The `sid` a login request names, in its query or its form.
fn sid_of(flow: &Flow) -> Option<String> {
    let form = form_with(flow, "sid")?;
    Some(String::from_utf8_lossy(form.get("sid")?).into_owned())
}

fn query_value(url: &str, name: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let form = Form::parse(query.as_bytes()).ok()?;
    Some(String::from_utf8_lossy(form.get(name)?).into_owned())
}

/// Redirects after a verification carry the key in a header only. Missing it
/// is why some clients sign with the text "None".
fn from_pragma(ring: &mut Keyring, flow: &Flow, place: &Place) {
    let Some(response) = &flow.response else {
        return;
    };
    for text in response.headers.all("extension-pragma") {
        let Ok(login) = serde_json::from_str::<Login<'_>>(text) else {
            continue;
        };
        let Some(mut session) = login.session(flow, KeyOrigin::Pragma(place.clone())) else {
            continue;
        };
        let headers = &response.headers;
        if session.c_user_id.is_none() {
            session.c_user_id = headers.set_cookie("cUserId").map(str::to_owned);
        }
        if session.user_id.is_none() {
            session.user_id = headers.set_cookie("userId").map(str::to_owned);
        }
        remember_hop(ring, &session, &login, headers.get("location"));
        ring.add(session);
    }
}

/// `/pass/serviceLogin`, `/pass/serviceLoginAuth2` and the long poll of a QR
/// login answer with the key in JSON, behind the passport prefix.
fn from_login(ring: &mut Keyring, flow: &Flow, place: &Place) {
    let Some(response) = &flow.response else {
        return;
    };
    let body = response.body.bytes();
    let Some(body) = body.filter(|body| body.len() <= MAX_LOGIN) else {
        return;
    };
    // mitmproxy and Fiddler keep bodies as they were on the wire.
    let encoding = response.headers.get("content-encoding");
    let body = transport::undo(body, encoding, MAX_LOGIN as u64).bytes;
    let text = behind_prefix(&body).unwrap_or(&body);
    if !text.trim_ascii_start().starts_with(b"{")
        || memchr::memmem::find(text, b"ssecurity").is_none()
    {
        return;
    }
    let Ok(login) = serde_json::from_slice::<Login<'_>>(text) else {
        return;
    };
    if let Some(session) = login.session(flow, KeyOrigin::Login(place.clone())) {
        remember_hop(ring, &session, &login, login.location.as_deref());
        ring.add(session);
    }
}

/// The next hop of a login is `location` with a [`client_sign`] appended: it
/// ties the token that hop sets to this key.
fn remember_hop(ring: &mut Keyring, session: &Session, login: &Login<'_>, location: Option<&str>) {
    if let Some(nonce) = login.nonce {
        let nonce = nonce.get().trim_matches('"');
        let sign = client_sign(nonce, &session.ssecurity);
        ring.add_hop(sign, session.ssecurity.clone());
    }
    if let Some(location) = location {
        ring.add_hop(location.to_owned(), session.ssecurity.clone());
    }
}

/// The `/sts` hop sets the `serviceToken` that belongs to the key before it.
fn from_sts(ring: &mut Keyring, flow: &Flow) {
    if !flow.request.url.path().ends_with("/sts") {
        return;
    }
    let Some(response) = &flow.response else {
        return;
    };
    let Some(token) = response.headers.set_cookie("serviceToken") else {
        return;
    };
    let url = flow.request.url.as_str();
    let sign = query_value(url, "clientSign").map(|sign| {
        // Not every client escapes the `+` in it.
        String::from_utf8_lossy(&form_decode(sign.replace(' ', "+").as_bytes())).replace(' ', "+")
    });
    let fits = |mark: &str| {
        sign.as_deref() == Some(mark) || (mark.contains("/sts") && url.starts_with(mark))
    };
    let Some(ssecurity) = ring.hop(fits) else {
        return;
    };
    let Some(known) = ring.find(ssecurity) else {
        return;
    };
    let mut session = Session::new(known.ssecurity.clone(), known.origin.clone());
    session.service_tokens = vec![Secret::new(token)];
    session.last_seen = flow.started;
    session.c_user_id = response.headers.set_cookie("cUserId").map(str::to_owned);
    session.user_id = response.headers.set_cookie("userId").map(str::to_owned);
    ring.add(session);
}

/// The form of a request that has a field: the body's, else the query's.
fn form_with(flow: &Flow, field: &str) -> Option<Form> {
    let has = |form: &Form| form.has(field);
    let query = || Form::parse(flow.request.url.query()?.as_bytes()).ok();
    let body = Some(body_form(flow, MAX_LOGIN as u64)).filter(has);
    body.or_else(|| query().filter(has))
}
