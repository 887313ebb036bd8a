//! A flow encrypted and signed anew, under the key that stands for its own and
//! with stand-ins in its plaintext. What did not verify before does not after.

use super::stand_ins::StandIns;
use super::texts::Texts;
use crate::decode::{Decoded, Reason};
use crate::flow::carrier::carrier;
use crate::flow::{Body, Flow, Frame, Headers, Request, Response, Url, transport};
use crate::protocol::base64::{self, Repairs};
use crate::protocol::cipher::Keystream;
use crate::protocol::form::{Field, Form};
use crate::protocol::key::{Nonce, SignedNonce, Ssecurity};
use crate::protocol::plaintext::{GUNZIP_LIMIT, Step, gzip, is_text};
use crate::protocol::request::{
    KeystreamMode, Layout, OpenedRequest, Order, Place, RC4_HASH, Scheme, SealedRequest,
};
use crate::protocol::signature::{Check, Pair, SignedString, signed_path};
use crate::session::Keyring;

/// Makes flows that can be shown of those that can not.
pub(super) struct Reseal<'a> {
    pub(super) texts: &'a Texts<'a>,
    pub(super) stand_ins: &'a StandIns,
    pub(super) ring: &'a Keyring,
}

/// The keys of one request: its own, and the one that stands for it.
struct Keys {
    nonce: Nonce,
    old: SignedNonce,
    new: SignedNonce,
}

impl Reseal<'_> {
    /// The flow with stand-ins, sealed as it was.
    pub(super) fn flow(&self, flow: &Flow, decoded: &Decoded) -> Flow {
        let path = self.masked(flow.request.url.path());
        let (step, form) = match carrier(flow, GUNZIP_LIMIT).filter(|_| decoded.is_mi()) {
            Some(carried) => (Some(carried.step), carried.form),
            None => (None, Form::default()),
        };
        let keys = self.keys(&form, decoded);
        let fields = step.map(|_| self.fields(flow, &form, keys.as_ref(), &path));
        let request = self.request(flow, step, fields.as_deref());
        let response = flow.response.as_ref();
        let response = response.map(|response| self.response(response, decoded, keys.as_ref()));
        Flow {
            request,
            response,
            warnings: Vec::new(),
            ..flow.clone()
        }
    }

    fn masked(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.texts.text(text.as_bytes())).into_owned()
    }

    /// The key that opened the flow, and what stands for it.
    fn keys(&self, form: &Form, decoded: &Decoded) -> Option<Keys> {
        let id = decoded.key.as_ref()?.id;
        let own = form
            .get("ssecurity")
            .and_then(|text| Ssecurity::parse(text).ok());
        let known = self.ring.find_id(id).map(|session| &session.ssecurity);
        let key = own
            .filter(|own| own.id() == id)
            .or_else(|| known.cloned())?;
        let other = self.stand_ins.of(key.encode().as_bytes())?;
        let other = Ssecurity::parse(other).ok()?;
        let text = form.get("_nonce").or_else(|| form.get("nonce"))?;
        let nonce = Nonce::parse(text).ok()?;
        Some(Keys {
            old: nonce.sign(&key),
            new: nonce.sign(&other),
            nonce,
        })
    }

    /// The form's fields, as they are written.
    fn fields(
        &self,
        flow: &Flow,
        form: &Form,
        keys: Option<&Keys>,
        path: &str,
    ) -> Vec<(String, Vec<u8>, Repairs)> {
        let algorithm = flow.request.headers.get("miot-encrypt-algorithm");
        let Some(sealed) = SealedRequest::recognise(form, algorithm) else {
            let fields = form.fields().iter();
            let fields = fields.map(|field| {
                let value = self.texts.parameter(field.name(), field.value());
                (field.name().to_owned(), value, Repairs::NONE)
            });
            return fields.collect();
        };
        let old = Place {
            method: &flow.request.method,
            host: flow.request.url.host(),
            path: flow.request.url.path(),
        };
        let opened = keys.map(|keys| {
            let mut keystream = Keystream::new(&keys.old);
            (keys, sealed.open(old, &keys.old, &mut keystream))
        });
        let new = Place { path, ..old };
        let (values, signature) = match (&opened, sealed.scheme()) {
            (Some((keys, opened)), Scheme::Rc4) => self.encrypted(&sealed, opened, keys, new),
            (Some((keys, opened)), Scheme::Hmac) => {
                let values = self.plain(&sealed);
                let signature = self.hmac(&sealed, &values, opened, keys, new);
                (values, signature)
            }
            (None, Scheme::Rc4) => {
                let params = sealed.params().iter();
                let values = params.map(|param| self.stand_ins.scrambled(param.text()));
                (values.collect(), None)
            }
            (None, Scheme::Hmac) => (self.plain(&sealed), None),
        };
        let mut values = sealed.params().iter().zip(values);
        let fields = form.fields().iter().map(|field| {
            let (name, value) = (field.name(), field.value());
            let repairs = sealed.repairs_of(name);
            let value = match name {
                "signature" => signature
                    .clone()
                    .unwrap_or_else(|| self.stand_ins.scrambled(value)),
                "_nonce" | "nonce" => return (name.to_owned(), value.to_vec(), Repairs::NONE),
                "ssecurity" => self.ssecurity(value),
                "yetAnotherServiceToken" => self.texts.parameter(name, value),
                _ => match values.next() {
                    Some((_, value)) => value,
                    None => self.texts.parameter(name, value),
                },
            };
            (name.to_owned(), value, repairs)
        });
        fields.collect()
    }

    /// What stands for a key that a form carries, in the standard alphabet.
    fn ssecurity(&self, value: &[u8]) -> Vec<u8> {
        let meant = Ssecurity::parse(value).map(|key| key.encode().into_bytes());
        let meant = meant.unwrap_or_else(|_| value.to_vec());
        let known = self.stand_ins.of(&meant).map(<[u8]>::to_vec);
        known.unwrap_or_else(|| self.stand_ins.scrambled(&meant))
    }

    /// Other bytes, as many.
    fn noise(&self, bytes: &[u8]) -> Vec<u8> {
        let other = self.stand_ins.scrambled(base64::encode(bytes).as_bytes());
        base64::decode(&other).map_or_else(|_| bytes.to_vec(), |decoded| decoded.bytes)
    }

    fn plain(&self, sealed: &SealedRequest<'_>) -> Vec<Vec<u8>> {
        let params = sealed.params().iter();
        let values = params.map(|param| self.texts.parameter(param.name(), param.text()));
        values.collect()
    }

    /// The signature of the form that is only signed, if it was right.
    fn hmac(
        &self,
        sealed: &SealedRequest<'_>,
        values: &[Vec<u8>],
        opened: &OpenedRequest,
        keys: &Keys,
        place: Place<'_>,
    ) -> Option<Vec<u8>> {
        if opened.signed.check != Check::Match {
            return None;
        }
        let proof = opened.signed.proof;
        let mut pairs = in_order(sealed, values, proof.order);
        pairs.retain(|(_, value)| !(proof.skips_empty && value.is_empty()));
        let path = signed_path(place.path, proof.path);
        let string = SignedString::hmac(&keys.nonce, path, &pairs, &keys.new);
        Some(string.hash().into_bytes())
    }

    /// The values of the encrypted form, and its signature if it was right.
    fn encrypted(
        &self,
        sealed: &SealedRequest<'_>,
        opened: &OpenedRequest,
        keys: &Keys,
        place: Place<'_>,
    ) -> (Vec<Vec<u8>>, Option<Vec<u8>>) {
        let default = Layout {
            offsets: Vec::new(),
            order: opened.style.order,
            path: opened.style.path,
        };
        let layout = opened.layout.as_ref().unwrap_or(&default);
        let params = sealed.params();
        let mut plain: Vec<Vec<u8>> = Vec::with_capacity(params.len());
        for (param, value) in params.iter().zip(&opened.values) {
            plain.push(match value {
                Ok(value) if param.name() == RC4_HASH => self.stand_ins.scrambled(value),
                Ok(value) if is_text(value) => self.texts.parameter(param.name(), value),
                // Noise by this key: noise by the other one.
                Ok(value) => self.noise(value),
                Err(_) => Vec::new(),
            });
        }
        if opened.rc4_hash == Check::Match {
            let mut pairs = in_order(sealed, &plain, layout.order);
            pairs.retain(|(name, _)| *name != RC4_HASH);
            let path = signed_path(place.path, layout.path);
            let hash = SignedString::sha1(place.method, path, &pairs, &keys.new).hash();
            let at = params.iter().position(|param| param.name() == RC4_HASH);
            if let Some(value) = at.and_then(|at| plain.get_mut(at)) {
                *value = hash.into_bytes();
            }
        }
        let is_chained = match opened.style.keystream {
            KeystreamMode::Chained => true,
            KeystreamMode::Fresh => false,
            KeystreamMode::Undecided => layout.offsets.iter().any(|offset| *offset > 0),
        };
        let mut keystream = Keystream::new(&keys.new);
        let mut written: Vec<Vec<u8>> = vec![Vec::new(); params.len()];
        let mut offset = 0;
        for at in indexes(sealed, layout.order) {
            let is_base64 = params[at].bytes().is_ok();
            if !is_base64 {
                written[at] = self.stand_ins.scrambled(params[at].text());
                continue;
            }
            let mut bytes = std::mem::take(&mut plain[at]);
            keystream.apply(offset, &mut bytes);
            if is_chained {
                offset += bytes.len();
            }
            written[at] = base64::encode(&bytes).into_bytes();
        }
        let signature = (opened.signed.check == Check::Match).then(|| {
            let proof = opened.signed.proof;
            let pairs = in_order(sealed, &written, proof.order);
            let path = signed_path(place.path, proof.path);
            let string = SignedString::sha1(place.method, path, &pairs, &keys.new);
            string.hash().into_bytes()
        });
        (written, signature)
    }

    fn request(
        &self,
        flow: &Flow,
        step: Option<Step>,
        fields: Option<&[(String, Vec<u8>, Repairs)]>,
    ) -> Request {
        let old = &flow.request;
        let mut url = self.masked(old.url.as_str());
        let mut body = self.body(&old.body, old.headers.get("content-encoding"));
        let fields = fields.unwrap_or_default();
        match (step, &old.body) {
            (Some(Step::Query), _) => {
                let (head, tail) = old.url.as_str().split_once('?').unwrap_or_default();
                let fragment = tail.split_once('#').map_or("", |(_, fragment)| fragment);
                // What stands in the body alone was only read with it.
                let query = old.url.query().unwrap_or_default();
                let own = Form::parse(query.as_bytes()).map_or(0, |form| form.fields().len());
                let own = &fields[..own.min(fields.len())];
                url = format!("{}?{}", self.masked(head), encoded(own));
                if !fragment.is_empty() {
                    url = format!("{url}#{}", self.masked(fragment));
                }
            }
            (Some(Step::Params), Body::Params(params)) => {
                let params = params
                    .iter()
                    .zip(fields)
                    .map(|((name, _), (_, value, repairs))| {
                        let value = damaged(value, *repairs);
                        (name.clone(), String::from_utf8_lossy(&value).into_owned())
                    });
                body = Body::Params(params.collect());
            }
            (Some(_), Body::Bytes(bytes)) => {
                // A nonce that stands in the query alone was only read with it.
                let encoding = old.headers.get("content-encoding");
                let undone = transport::undo(bytes, encoding, GUNZIP_LIMIT);
                let own = Form::parse(&undone.bytes).map_or(0, |form| form.fields().len());
                let own = &fields[..own.min(fields.len())];
                body = Body::Bytes(encoded(own).into_bytes());
            }
            _ => {}
        }
        let headers = self.headers(&old.headers, &old.body, &body);
        Request {
            method: old.method.clone(),
            url: Url::new(url),
            http_version: old.http_version.clone(),
            headers,
            body,
        }
    }

    fn response(&self, old: &Response, decoded: &Decoded, keys: Option<&Keys>) -> Response {
        let encoding = old.headers.get("content-encoding");
        let side = decoded.response.as_ref();
        let is_sealed = side.is_some_and(|side| side.steps.contains(&Step::Rc4));
        let plaintext = side.and_then(|side| side.plaintext.as_deref());
        let is_cut = matches!(decoded.reason, Some(Reason::GunzipBroken { .. }));
        let body = match (&old.body, plaintext, keys) {
            (Body::Bytes(_), Some(text), Some(keys)) if is_sealed => {
                let mut bytes = self.texts.text(text);
                let was_zipped = side.is_some_and(|side| side.steps.contains(&Step::Gzip));
                if was_zipped || is_cut {
                    bytes = gzip(&bytes);
                }
                if is_cut {
                    // Without its end, as it was.
                    bytes.truncate(bytes.len() - bytes.len().min(9));
                }
                Keystream::new(&keys.new).apply(0, &mut bytes);
                Body::Bytes(base64::encode(&bytes).into_bytes())
            }
            // Nobody can read it here.
            (Body::Bytes(bytes), None, _) if decoded.is_mi() => {
                Body::Bytes(self.stand_ins.scrambled(bytes))
            }
            (body, ..) => self.body(body, encoding),
        };
        Response {
            status: old.status,
            headers: self.headers(&old.headers, &old.body, &body),
            body,
        }
    }

    /// A body as it is, with a compression of HTTP's undone.
    fn body(&self, body: &Body, encoding: Option<&str>) -> Body {
        match body {
            Body::Bytes(bytes) => {
                let undone = transport::undo(bytes, encoding, GUNZIP_LIMIT);
                Body::Bytes(self.texts.text(&undone.bytes))
            }
            Body::Params(params) => {
                let params = params.iter().map(|(name, value)| {
                    let value = self.texts.parameter(name, value.as_bytes());
                    (name.clone(), String::from_utf8_lossy(&value).into_owned())
                });
                Body::Params(params.collect())
            }
            Body::Frames(frames) => {
                let masked = frames.iter().map(|frame| Frame {
                    bytes: self.texts.text(&frame.bytes),
                    ..frame.clone()
                });
                Body::Frames(masked.collect())
            }
            Body::Absent | Body::Dropped { .. } => body.clone(),
        }
    }

    /// The fields with stand-ins; length and compression as the body has them now.
    fn headers(&self, headers: &Headers, old: &Body, new: &Body) -> Headers {
        let lens = old
            .bytes()
            .map(<[u8]>::len)
            .zip(new.bytes().map(<[u8]>::len));
        let is_undone = |name: &str| {
            let was = old.bytes().unwrap_or_default();
            name.eq_ignore_ascii_case("content-encoding")
                && transport::undo(was, headers.get(name), GUNZIP_LIMIT).changed
        };
        let fields = headers.iter().filter(|(name, _)| !is_undone(name));
        let fields = fields.map(|(name, value)| {
            let is_len = name.eq_ignore_ascii_case("content-length");
            let value = match lens {
                Some((old, new)) if is_len && value.trim() == old.to_string() => new.to_string(),
                _ => self.texts.header(name, value),
            };
            (name.to_owned(), value)
        });
        fields.collect()
    }
}

fn indexes(sealed: &SealedRequest<'_>, order: Order) -> Vec<usize> {
    let params = sealed.params();
    let mut indexes: Vec<usize> = (0..params.len()).collect();
    if order == Order::Sorted {
        indexes.sort_by_key(|at| params[*at].name());
    }
    indexes
}

fn in_order<'v>(
    sealed: &'v SealedRequest<'_>,
    values: &'v [Vec<u8>],
    order: Order,
) -> Vec<Pair<'v>> {
    let pair = |at: usize| (sealed.params()[at].name(), values[at].as_slice());
    indexes(sealed, order).into_iter().map(pair).collect()
}

/// Base64 with the damage that the recorder did to it.
fn damaged(value: &[u8], repairs: Repairs) -> Vec<u8> {
    let mut text = String::from_utf8_lossy(value).into_owned();
    if repairs.contains(Repairs::BLANKS) {
        text = text.replace('+', " ");
    }
    if repairs.contains(Repairs::URL_SAFE) {
        text = text.replace('+', "-").replace('/', "_");
    }
    if repairs.contains(Repairs::PADDING) {
        text.truncate(text.trim_end_matches('=').len());
    }
    if repairs.contains(Repairs::PERCENT) {
        text = text
            .replace("%", "%25")
            .replace("+", "%2B")
            .replace("/", "%2F")
            .replace("=", "%3D");
    }
    if repairs.contains(Repairs::QUOTES) {
        text = format!("\"{text}\"");
    }
    if repairs.contains(Repairs::BREAKS) {
        text.insert(text.len() / 2, '\n');
    }
    text.into_bytes()
}

/// The fields as a form.
fn encoded(fields: &[(String, Vec<u8>, Repairs)]) -> String {
    let fields = fields.iter().map(|(name, value, repairs)| {
        // A plus that nobody escaped is read as a blank again.
        Field::new(name.as_str(), damaged(value, *repairs))
    });
    String::from_utf8_lossy(&fields.collect::<Form>().encode()).into_owned()
}
