//! A flow and the keys that are known, joined: what was said, and whether that
//! is proved. The only place that knows both a flow and the protocol.

use crate::flow::{Body, Flow, Response};
use crate::protocol::base64::{self, Repairs};
use crate::protocol::cipher::Keystream;
use crate::protocol::form::{Field, Form, form_decode};
use crate::protocol::key::{KeyId, Nonce, SignedNonce, Ssecurity};
use crate::protocol::plaintext::{
    GUNZIP_LIMIT, Gunzip, Plaintext, Step, gunzip, is_gzip, is_json_like, is_text,
};
use crate::protocol::request::Place;
use crate::protocol::request::{KeystreamMode, OpenedRequest, Scheme, SealedRequest, Style};
use crate::protocol::response::{GzipWish, OpenedResponse, Outcome, ResponseHints, open_response};
use crate::protocol::signature::Check;
use crate::session::{Keyring, Session};

mod reason;
#[cfg(test)]
mod tests;

pub use reason::Reason;
pub(crate) use reason::mask;

/// How far a flow could be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Encrypted and opened; signature and rc4 hash both recomputed equal.
    Verified,
    /// Encrypted and opened; one of them differs.
    Decrypted,
    /// Encrypted, and no known key fits.
    Locked,
    /// A Mi Home request that is signed only.
    Plain,
    /// Should open and does not, or is no readable entry.
    Unreadable,
    /// Carries no Mi Home envelope.
    Foreign,
}

impl State {
    /// All states in the order they are counted in.
    pub const ALL: [Self; 6] = [
        Self::Verified,
        Self::Decrypted,
        Self::Locked,
        Self::Plain,
        Self::Unreadable,
        Self::Foreign,
    ];

    /// Its name in output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Decrypted => "decrypted",
            Self::Locked => "locked",
            Self::Plain => "plain",
            Self::Unreadable => "unreadable",
            Self::Foreign => "foreign",
        }
    }

    /// Its letter in lists.
    pub fn letter(self) -> char {
        match self {
            Self::Verified => 'D',
            Self::Decrypted => 'd',
            Self::Locked => 'K',
            Self::Plain => 'P',
            Self::Unreadable => '!',
            Self::Foreign => '.',
        }
    }
}

/// The key that opened a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Its fingerprint.
    pub id: KeyId,
    /// Where it came from, in words.
    pub from: String,
}

/// One side of a flow after everything that could be undone was.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Side {
    /// A Mi request's `data`, or the body; `None` if there is none to show.
    pub plaintext: Option<Vec<u8>>,
    /// The other opened parameters, in the order of the form.
    pub params: Vec<(String, Vec<u8>)>,
    /// What was undone, in order.
    pub steps: Vec<Step>,
    /// What was mended, lost or odd on this side, in words.
    pub warnings: Vec<String>,
}

/// A flow, opened as far as possible. Never a `Result`: a flow whose response
/// is broken still shows its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// How far it could be opened.
    pub state: State,
    /// The envelope's kind; `None` for a foreign flow.
    pub scheme: Option<Scheme>,
    /// How the client built its form, once that is opened.
    pub style: Option<Style>,
    /// The nonce's text as received.
    pub nonce: Option<String>,
    /// The key that opened it, or by which an HMAC was checked.
    pub key: Option<KeyUse>,
    /// The request's signature.
    pub signature: Check,
    /// The hash of the request's plaintext.
    pub rc4_hash: Check,
    /// Why it is not verified, or what else is to be said; with a hint.
    pub reason: Option<Reason>,
    /// The request.
    pub request: Side,
    /// The response; `None` if none came or none was kept.
    pub response: Option<Side>,
}

impl Decoded {
    /// Whether the flow has a Mi Home envelope, readable or not.
    pub fn is_mi(&self) -> bool {
        self.state != State::Foreign
    }

    /// What stands for an entry that could not be read at all.
    pub fn unreadable(reason: Reason) -> Self {
        Self {
            state: State::Unreadable,
            reason: Some(reason),
            ..Self::foreign(Side::default(), None)
        }
    }

    fn foreign(request: Side, response: Option<Side>) -> Self {
        Self {
            state: State::Foreign,
            scheme: None,
            style: None,
            nonce: None,
            key: None,
            signature: Check::Absent,
            rc4_hash: Check::Absent,
            reason: None,
            request,
            response,
        }
    }

    /// How the keystream was used; `None` where nothing was decrypted.
    pub fn keystream(&self) -> Option<KeystreamMode> {
        let style = self.style.filter(|style| style.scheme == Scheme::Rc4)?;
        Some(style.keystream)
    }
}

/// What the user can turn.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// How many bytes one gunzip may yield.
    pub gunzip_limit: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            gunzip_limit: GUNZIP_LIMIT,
        }
    }
}

/// Opens a flow with the key that fits, and checks what can be checked.
pub fn decode(flow: &Flow, ring: &Keyring, options: Options) -> Decoded {
    let algorithm = flow.request.headers.get("miot-encrypt-algorithm");
    let mut decoded = match carrier(flow) {
        _ if flow.exported.is_some() => exported(flow, options),
        None => without_form(flow, algorithm, options),
        Some((step, form)) => {
            let known = algorithm.filter(|name| name.trim().eq_ignore_ascii_case("ENCRYPT-RC4"));
            match (SealedRequest::recognise(&form, known), algorithm) {
                (_, Some(name)) if known.is_none() && !name.trim().is_empty() => {
                    let reason = Reason::UnknownAlgorithm(name.trim().to_owned());
                    closed(flow, State::Unreadable, reason, options)
                }
                (Some(sealed), _) => Opening {
                    flow,
                    ring,
                    options,
                    form: &form,
                    sealed,
                    step,
                }
                .run(),
                (None, _) => without_form(flow, algorithm, options),
            }
        }
    };
    for warning in &flow.warnings {
        let of_response = warning.starts_with("/res");
        match &mut decoded.response {
            Some(response) if of_response => response.warnings.push(warning.clone()),
            _ => decoded.request.warnings.push(warning.clone()),
        }
    }
    decoded
}

/// The form of a request and where it stood: body, query, or the recorder's
/// list of parameters. The body wins if it has a signature at all.
fn carrier(flow: &Flow) -> Option<(Step, Form)> {
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

/// A flow without an envelope: foreign, or the request's half was lost.
fn without_form(flow: &Flow, algorithm: Option<&str>, options: Options) -> Decoded {
    let answered_sealed = flow.response.as_ref().is_some_and(|response| {
        let header = |name| response.headers.get(name).is_some();
        (header("miot-content-encoding") || header("miot-encrypt-algorithm"))
            && response.body.bytes().is_some_and(|body| {
                !body.is_empty() && !body.starts_with(b"{") && base64::decode(body).is_ok()
            })
    });
    if algorithm.is_some() || answered_sealed {
        return closed(flow, State::Unreadable, Reason::RequestMissing, options);
    }
    without_envelope(flow, options)
}

fn without_envelope(flow: &Flow, options: Options) -> Decoded {
    Decoded::foreign(
        as_is(
            &flow.request.body,
            flow.request.headers.get("content-encoding"),
            options,
        ),
        flow.response
            .as_ref()
            .map(|response| response_as_is(response, options)),
    )
}

/// A flow out of one of our own exports: its bodies are plaintext already, and
/// what was proved then can not be proved again.
fn exported(flow: &Flow, options: Options) -> Decoded {
    let mut decoded = without_envelope(flow, options);
    let was = flow.exported.as_deref().unwrap_or_default();
    if was != State::Foreign.name() {
        decoded.state = State::Plain;
        decoded.signature = Check::Unknown;
        decoded.reason = Some(Reason::Exported(was.to_owned()));
    }
    decoded
}

/// A flow that stays shut; what the server said in the clear is shown.
fn closed(flow: &Flow, state: State, reason: Reason, options: Options) -> Decoded {
    let mut request = Side::default();
    if let Body::Dropped { size } = flow.request.body {
        request.warnings.push(dropped(size));
    }
    let mut decoded = Decoded {
        state,
        reason: Some(reason),
        ..Decoded::foreign(request, None)
    };
    decoded.response = read_response(flow, None, false, options, &mut decoded);
    decoded
}

fn response_as_is(response: &Response, options: Options) -> Side {
    as_is(
        &response.body,
        response.headers.get("content-encoding"),
        options,
    )
}

/// A body as it is, but for a compression the recorder left in.
fn as_is(body: &Body, encoding: Option<&str>, options: Options) -> Side {
    let mut side = Side::default();
    match body {
        Body::Absent => {}
        Body::Bytes(bytes) => {
            let (bytes, step) = transport(bytes, encoding, options, &mut side.warnings);
            side.plaintext = Some(bytes);
            side.steps.extend(step);
        }
        Body::Dropped { size } => side.warnings.push(dropped(*size)),
        Body::Params(params) => {
            side.warnings
                .push("the recorder kept the parameters, not the body".to_owned());
            side.steps.push(Step::Params);
            side.params = params
                .iter()
                .map(|(name, value)| (name.clone(), value.as_bytes().to_vec()))
                .collect();
        }
    }
    side
}

fn dropped(size: Option<u64>) -> String {
    match size {
        Some(size) => format!("the recorder did not keep the body ({size} bytes)"),
        None => "the recorder did not keep the body".to_owned(),
    }
}

/// Undoes HTTP's own gzip where the bytes show it: the header stays when a
/// recorder has undone it, so the header alone means nothing.
fn transport(
    bytes: &[u8],
    encoding: Option<&str>,
    options: Options,
    warnings: &mut Vec<String>,
) -> (Vec<u8>, Option<Step>) {
    let says_gzip = encoding.is_some_and(|name| name.to_ascii_lowercase().contains("gzip"));
    if !says_gzip || !is_gzip(bytes) {
        return (bytes.to_vec(), None);
    }
    let bytes = match gunzip(bytes, options.gunzip_limit) {
        Gunzip::Whole(bytes) => bytes,
        Gunzip::Broken(bytes) => {
            warnings.push(format!(
                "transport gzip broke off after {} bytes",
                bytes.len()
            ));
            bytes
        }
        Gunzip::TooBig(bytes) => {
            warnings.push(format!("transport gzip stopped at {} bytes", bytes.len()));
            bytes
        }
    };
    (bytes, Some(Step::Transport))
}

/// One recognised envelope on its way to plaintext.
struct Opening<'a> {
    flow: &'a Flow,
    ring: &'a Keyring,
    options: Options,
    form: &'a Form,
    sealed: SealedRequest<'a>,
    step: Step,
}

/// A key that was settled on.
struct Fitting {
    signed_nonce: SignedNonce,
    key: KeyUse,
    /// Whether it is the one the form itself carries.
    is_own: bool,
}

impl Opening<'_> {
    fn run(&self) -> Decoded {
        let mut decoded = Decoded::foreign(Side::default(), None);
        decoded.scheme = Some(self.sealed.scheme());
        decoded.signature = self.signature_without_key();
        if self.form.has("rc4_hash__") {
            decoded.rc4_hash = Check::Unknown;
        }
        decoded.nonce = match self.sealed.nonce() {
            Some(Ok(nonce)) => Some(nonce.text().to_owned()),
            Some(Err(_)) | None => self.nonce_as_received(),
        };
        match self.sealed.scheme() {
            Scheme::Hmac => self.signed_only(&mut decoded),
            Scheme::Rc4 => self.encrypted(&mut decoded),
        }
        decoded
    }

    fn nonce_as_received(&self) -> Option<String> {
        let text = self.form.get("_nonce").or_else(|| self.form.get("nonce"))?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// What can be said of a signature without any key: one of the wrong size
    /// matches nothing.
    fn signature_without_key(&self) -> Check {
        let Some(found) = self.form.get("signature") else {
            return Check::Absent;
        };
        let size = match self.sealed.scheme() {
            Scheme::Hmac => 32,
            Scheme::Rc4 => 20,
        };
        match base64::decode(found) {
            Ok(decoded) if decoded.bytes.len() == size => Check::Unknown,
            _ => Check::Mismatch {
                expected: format!("{size} bytes in base64"),
                found: String::from_utf8_lossy(found).into_owned(),
            },
        }
    }

    fn place(&self) -> Place<'_> {
        let request = &self.flow.request;
        Place {
            method: &request.method,
            host: request.url.host(),
            path: request.url.path(),
        }
    }

    /// The key whose signature matches: the form's own first, then the ring's.
    fn proved(&self, nonce: &Nonce, ring: &[&Session]) -> Option<Fitting> {
        let own = self.own(nonce);
        let fits = |fitting: &Fitting| {
            self.sealed
                .prove(self.place(), &fitting.signed_nonce)
                .is_some()
        };
        own.filter(fits).or_else(|| {
            ring.iter()
                .map(|session| self.of_session(session, nonce))
                .find(fits)
        })
    }

    fn own(&self, nonce: &Nonce) -> Option<Fitting> {
        let ssecurity: &Ssecurity = self.sealed.ssecurity()?.ok()?;
        Some(Fitting {
            signed_nonce: nonce.sign(ssecurity),
            key: KeyUse {
                id: ssecurity.id(),
                from: "the request's own form".to_owned(),
            },
            is_own: true,
        })
    }

    fn of_session(&self, session: &Session, nonce: &Nonce) -> Fitting {
        Fitting {
            signed_nonce: nonce.sign(&session.ssecurity),
            key: KeyUse {
                id: session.id(),
                from: session.origin.to_string(),
            },
            is_own: false,
        }
    }

    /// The form that is signed only: nothing to open, its HMAC to check.
    fn signed_only(&self, decoded: &mut Decoded) {
        decoded.state = State::Plain;
        for field in self.form.fields() {
            match field.name() {
                "data" if decoded.request.plaintext.is_none() => {
                    decoded.request.plaintext = Some(field.value().to_vec());
                }
                "signature" | "_nonce" | "nonce" | "ssecurity" | "yetAnotherServiceToken" => {}
                name => decoded
                    .request
                    .params
                    .push((name.to_owned(), field.value().to_vec())),
            }
        }
        decoded.request.steps = vec![self.step];
        let Some(Ok(nonce)) = self.sealed.nonce() else {
            decoded.reason = Some(Reason::NoNonce {
                found: decoded.nonce.clone(),
            });
            decoded.response = self.response(None, false, decoded);
            return;
        };
        let ring = self.ring.candidates(&self.flow.request.headers);
        let Some(fitting) = self.proved(nonce, &ring) else {
            let blamed = self.own(nonce).or_else(|| {
                let session = ring.first().filter(|session| self.same_login(session))?;
                Some(self.of_session(session, nonce))
            });
            if let Some(fitting) = blamed {
                // The account's key is known, so it is the signature that is off.
                let mut keystream = Keystream::new(&fitting.signed_nonce);
                decoded.signature = self.open(&fitting, &mut keystream).signature;
                decoded.reason = Some(Reason::SignatureDiffers);
                decoded.key = Some(fitting.key);
            } else {
                decoded.reason = Some(match ring.len() {
                    0 => Reason::SignatureUnchecked,
                    _ => Reason::wrong_keys(&ring, &self.flow.request.headers),
                });
            }
            decoded.response = self.response(None, false, decoded);
            return;
        };
        let mut keystream = Keystream::new(&fitting.signed_nonce);
        let opened = self.open(&fitting, &mut keystream);
        decoded.signature = opened.signature;
        decoded.style = Some(opened.style);
        decoded.key = Some(fitting.key);
        decoded.reason = Some(Reason::SignedOnly);
        decoded.response = self.response(Some(&mut keystream), true, decoded);
    }

    /// Whether a session is this request's: its token was seen with it, or its
    /// account sent it.
    fn same_login(&self, session: &Session) -> bool {
        let headers = &self.flow.request.headers;
        let cookie = |name| headers.cookie(name);
        let token = cookie("serviceToken");
        token.is_some_and(|token| {
            session
                .service_tokens
                .iter()
                .any(|known| known.reveal() == token)
        }) || (cookie("userId").is_some() && cookie("userId") == session.user_id.as_deref())
            || (cookie("cUserId").is_some() && cookie("cUserId") == session.c_user_id.as_deref())
    }

    fn open(&self, fitting: &Fitting, keystream: &mut Keystream) -> OpenedRequest {
        let limit = self.options.gunzip_limit;
        self.sealed
            .open(self.place(), &fitting.signed_nonce, keystream, limit)
    }

    fn encrypted(&self, decoded: &mut Decoded) {
        let Some(Ok(nonce)) = self.sealed.nonce() else {
            decoded.state = State::Unreadable;
            decoded.reason = Some(Reason::NoNonce {
                found: decoded.nonce.clone(),
            });
            self.leave_shut(decoded);
            return;
        };
        let ring = self.ring.candidates(&self.flow.request.headers);
        let Some((fitting, mut keystream, opened)) = self.fitting(nonce, &ring) else {
            decoded.state = State::Locked;
            decoded.reason = Some(match (self.sealed.ssecurity(), ring.len()) {
                (_, 0) => Reason::NoKey,
                (_, _) => Reason::wrong_keys(&ring, &self.flow.request.headers),
            });
            self.leave_shut(decoded);
            return;
        };
        let matches = |check: &Check| *check == Check::Match;
        let (signature, hash) = (matches(&opened.signature), matches(&opened.rc4_hash));
        let own_is_other = self.sealed.ssecurity().is_some() && !fitting.is_own;
        let readable = signature || hash || self.reads(&opened);
        (decoded.state, decoded.reason) = match (signature, hash) {
            (true, true) if own_is_other => (State::Decrypted, Some(Reason::OwnKeyDiffers)),
            (true, true) => (State::Verified, None),
            (true, false) if opened.rc4_hash == Check::Absent => {
                (State::Decrypted, Some(Reason::HashAbsent))
            }
            (true, false) => (State::Decrypted, Some(Reason::HashDiffers)),
            (false, true) if opened.signature == Check::Absent => {
                (State::Decrypted, Some(Reason::SignatureAbsent))
            }
            (false, true) => (State::Decrypted, Some(Reason::SignatureDiffers)),
            (false, false) if readable => (State::Decrypted, Some(Reason::BothDiffer)),
            (false, false) => (State::Unreadable, Some(self.does_not_verify(&opened))),
        };
        decoded.signature = opened.signature.clone();
        decoded.rc4_hash = opened.rc4_hash.clone();
        decoded.style = readable.then_some(opened.style);
        decoded.key = Some(fitting.key);
        if readable {
            self.show_params(opened, decoded);
            let proved = signature || hash;
            decoded.response = self.response(Some(&mut keystream), proved, decoded);
        } else {
            self.leave_shut(decoded);
        }
        let repairs = self.sealed.repairs();
        if decoded.state == State::Verified && decoded.reason.is_none() && !repairs.is_none() {
            decoded.reason = Some(Reason::Repaired(repairs));
        }
    }

    /// The key that fits and what it opens: by signature, else (the signature
    /// itself may be damaged) by the hash inside, else the form's own.
    fn fitting(
        &self,
        nonce: &Nonce,
        ring: &[&Session],
    ) -> Option<(Fitting, Keystream, OpenedRequest)> {
        let with = |fitting: Fitting| {
            let mut keystream = Keystream::new(&fitting.signed_nonce);
            let opened = self.open(&fitting, &mut keystream);
            (fitting, keystream, opened)
        };
        if let Some(fitting) = self.proved(nonce, ring) {
            return Some(with(fitting));
        }
        let own = self.own(nonce).map(with);
        let by_hash =
            |(_, _, opened): &(Fitting, Keystream, OpenedRequest)| opened.rc4_hash == Check::Match;
        if own.as_ref().is_some_and(by_hash) {
            return own;
        }
        let others = ring
            .iter()
            .map(|session| with(self.of_session(session, nonce)));
        others.into_iter().find(by_hash).or(own)
    }

    /// Whether what came out reads as a call, though no check says so.
    fn reads(&self, opened: &OpenedRequest) -> bool {
        let plaintext = |name| opened.param(name)?.plaintext.as_ref().ok();
        match plaintext("data") {
            Some(data) => is_json_like(&data.bytes),
            None => {
                !opened.params.is_empty()
                    && opened.params.iter().all(|param| {
                        param
                            .plaintext
                            .as_ref()
                            .is_ok_and(|text| is_text(&text.bytes))
                    })
            }
        }
    }

    fn does_not_verify(&self, opened: &OpenedRequest) -> Reason {
        let data = opened.param("data").or(opened.params.first());
        match data.map(|param| &param.plaintext) {
            Some(Err(error)) => Reason::RequestNotBase64 {
                param: data.map(|param| param.name.clone()).unwrap_or_default(),
                error: error.clone(),
            },
            Some(Ok(plaintext)) => Reason::DoesNotVerify {
                head: plaintext.bytes.iter().copied().take(4).collect(),
            },
            None => Reason::DoesNotVerify { head: Vec::new() },
        }
    }

    fn show_params(&self, opened: OpenedRequest, decoded: &mut Decoded) {
        let side = &mut decoded.request;
        side.steps = vec![self.step];
        for param in opened.params {
            if !param.repairs.is_none() {
                side.warnings
                    .push(format!("{}: {}", param.name, repaired(param.repairs)));
            }
            match param.plaintext {
                Ok(Plaintext { bytes, steps })
                    if param.name == "data" && side.plaintext.is_none() =>
                {
                    side.steps.extend(steps);
                    side.plaintext = Some(bytes);
                }
                Ok(plaintext) => side.params.push((param.name, plaintext.bytes)),
                Err(error) => side.warnings.push(format!("{}: {error}", param.name)),
            }
        }
        if side.plaintext.is_none() && !side.params.is_empty() {
            side.steps.extend([Step::Base64, Step::Rc4]);
        }
    }

    /// Shows the form's fields as they came, and the response likewise.
    fn leave_shut(&self, decoded: &mut Decoded) {
        decoded.request.steps = Vec::new();
        decoded.response = self.response(None, false, decoded);
    }

    fn response(
        &self,
        keystream: Option<&mut Keystream>,
        key_proved: bool,
        decoded: &mut Decoded,
    ) -> Option<Side> {
        read_response(self.flow, keystream, key_proved, self.options, decoded)
    }
}

/// Opens the response and lets it have its say on state and reason.
fn read_response(
    flow: &Flow,
    keystream: Option<&mut Keystream>,
    key_proved: bool,
    options: Options,
    decoded: &mut Decoded,
) -> Option<Side> {
    let settled = matches!(decoded.state, State::Locked | State::Unreadable);
    let Some(response) = &flow.response else {
        if !settled {
            decoded.reason.get_or_insert(Reason::NoResponse);
        }
        return None;
    };
    let mut side = Side::default();
    let body = match &response.body {
        Body::Bytes(bytes) => bytes,
        other => {
            if let Body::Dropped { size } = other {
                side.warnings.push(dropped(*size));
                if !settled {
                    decoded.reason.get_or_insert(Reason::ResponseDropped);
                }
            }
            return Some(side);
        }
    };
    let encoding = response.headers.get("content-encoding");
    let (body, step) = transport(body, encoding, options, &mut side.warnings);
    side.steps.extend(step);
    let header = response.headers.get("miot-content-encoding");
    let hints = ResponseHints {
        says_gzip: header.is_some_and(|value| value.trim().eq_ignore_ascii_case("gzip")),
        key_proved,
        gzip: GzipWish::Auto,
        gunzip_limit: options.gunzip_limit,
    };
    let opened = open_response(&body, keystream, hints);
    let sealed = decoded.scheme != Some(Scheme::Hmac);
    let shut = match opened.outcome {
        Outcome::NeedsKey | Outcome::Noise => true,
        Outcome::NotBase64 { .. } => !is_media(response),
        _ => false,
    };
    if !settled && sealed {
        judge(&opened, shut, options, decoded);
    }
    if !opened.repairs.is_none() {
        side.warnings.push(repaired(opened.repairs));
    }
    if opened.gzip_missing {
        side.warnings
            .push("the header says gzip and there is none; shown as it is".to_owned());
    }
    side.steps.extend(opened.plaintext.steps);
    // Ciphertext is never passed off as plaintext.
    side.plaintext = (!(shut && sealed)).then_some(opened.plaintext.bytes);
    Some(side)
}

/// What the response to an encrypted request changes in the flow's state and
/// reason.
fn judge(opened: &OpenedResponse, shut: bool, options: Options, decoded: &mut Decoded) {
    let bytes = &opened.plaintext.bytes;
    let failure = match opened.outcome {
        Outcome::Empty | Outcome::NeedsKey => None,
        Outcome::Clear => {
            decoded.reason.get_or_insert(Reason::plain_answer(bytes));
            None
        }
        Outcome::Opened => {
            if opened.gzip_missing {
                decoded.reason.get_or_insert(Reason::GzipMissing);
            } else if !opened.repairs.is_none() {
                decoded
                    .reason
                    .get_or_insert(Reason::Repaired(opened.repairs));
            }
            None
        }
        Outcome::GunzipBroken => Some(Reason::GunzipBroken { after: bytes.len() }),
        Outcome::GunzipTooBig => Some(Reason::GunzipTooBig {
            limit: options.gunzip_limit,
        }),
        Outcome::NotBase64 { at } => shut.then_some(Reason::ResponseNotBase64 { at }),
        Outcome::Noise => Some(Reason::ResponseNoise),
    };
    if let Some(failure) = failure {
        decoded.state = State::Unreadable;
        decoded.reason = Some(failure);
    }
}

/// Camera pictures and films come in an encrypted session and are not.
fn is_media(response: &Response) -> bool {
    let kind = response.headers.get("content-type").unwrap_or_default();
    let kinds = ["image/", "video/", "audio/", "application/octet-stream"];
    kinds
        .iter()
        .any(|known| kind.trim().to_ascii_lowercase().starts_with(known))
}

fn repaired(repairs: Repairs) -> String {
    let names: Vec<&str> = repairs.names().collect();
    format!("base64 repaired: {}", names.join(", "))
}
