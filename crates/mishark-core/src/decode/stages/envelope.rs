//! The way of a request's form: its fields, its ciphertexts, its plaintexts.

use super::trail::Trail;
use super::{Kind, Outcome, checks, keys, words};
use crate::decode::{Decoded, Options, Reason};
use crate::flow::Flow;
use crate::json::looks_like;
use crate::protocol::cipher::{DROP, Keystream};
use crate::protocol::form::{Field, Form};
use crate::protocol::key::SignedNonce;
use crate::protocol::plaintext::{Gunzip, Step, gunzip, is_gzip};
use crate::protocol::request::{
    ENVELOPE_FIELDS, KeystreamMode, OpenedRequest, RC4_HASH, Scheme, SealedParam, SealedRequest,
};
use crate::protocol::signature::Check;
use crate::redact;
use crate::session::Keyring;
use crate::text;

/// How many parameters have stages of their own. The most seen is 5; the
/// signed strings hold them all.
const MAX_PARAMS: usize = 16;

/// A recognised form and all that is known about it.
pub(super) struct Envelope<'a> {
    pub(super) flow: &'a Flow,
    pub(super) decoded: &'a Decoded,
    pub(super) ring: &'a Keyring,
    pub(super) options: Options,
    pub(super) form: &'a Form,
    pub(super) step: Step,
    pub(super) sealed: SealedRequest<'a>,
}

/// What a key made of the form.
pub(super) struct Opened {
    pub(super) signed_nonce: SignedNonce,
    pub(super) keystream: Keystream,
    pub(super) request: OpenedRequest,
}

impl Envelope<'_> {
    /// Tells the request's steps and checks. Returns the keystream that its
    /// answer was opened with, if one was.
    pub(super) fn walk(&self, trail: &mut Trail) -> Option<Keystream> {
        self.form(trail);
        let is_rc4 = self.sealed.scheme() == Scheme::Rc4;
        if is_rc4 {
            self.base64(trail);
        }
        let mut opened = keys::walk(self, trail);
        match &mut opened {
            Some(opened) if is_rc4 => self.rc4(trail, opened),
            _ if !is_rc4 => self.clear(trail),
            _ => {}
        }
        checks::signature(self, trail, opened.as_ref());
        checks::rc4_hash(self, trail, opened.as_mut());
        let is_key_of_answer = match self.sealed.scheme() {
            Scheme::Hmac => self.decoded.signature == Check::Match,
            Scheme::Rc4 => self.is_readable(),
        };
        opened
            .filter(|_| is_key_of_answer)
            .map(|opened| opened.keystream)
    }

    /// Whether decode took what came out for plaintext.
    pub(super) fn is_readable(&self) -> bool {
        self.decoded.key.is_some()
    }

    /// Nothing of the encrypted form shows without key and nonce; the signed
    /// form shows all the same, so that it does not stop there.
    pub(super) fn stop(&self) -> Outcome {
        match self.sealed.scheme() {
            Scheme::Hmac => Outcome::Skipped,
            Scheme::Rc4 => Outcome::Unknown,
        }
    }

    /// `, repaired: …` for a field of that name.
    pub(super) fn repaired(&self, name: &str) -> String {
        let mut all = self.sealed.repaired();
        all.find(|(field, _)| *field == name)
            .map_or_else(String::new, |(_, repairs)| words::repaired(repairs))
    }

    fn form(&self, trail: &mut Trail) {
        let fields = self.form.fields();
        let place = match self.step {
            Step::Query => "in the URL's query",
            Step::Params => "in the recorder's list",
            _ => "in the body",
        };
        let count = text::count(fields.len(), "field");
        let names = words::names(fields.iter().map(Field::name));
        let says = format!("{count} {place}: {names}");
        trail.say(self.step.into(), Outcome::Done, says);
        trail.gives("the form", &self.form.encode());
        if fields.iter().any(|field| redact::is_secret(field.name())) {
            trail.is_secret();
        }
    }

    fn base64(&self, trail: &mut Trail) {
        let params = self.sealed.params();
        for param in params.iter().take(MAX_PARAMS) {
            let name = label(param);
            words::base64(trail, &name, param.text(), param.bytes(), param.repairs());
        }
        if params.len() > MAX_PARAMS {
            let more = text::count(params.len() - MAX_PARAMS, "parameter");
            let says = format!("{more} more, not listed");
            trail.say(Kind::Base64, Outcome::Skipped, says);
        }
    }

    /// RC4 and what is inside, value by value.
    fn rc4(&self, trail: &mut Trail, opened: &mut Opened) {
        let Some(layout) = &opened.request.layout else {
            return;
        };
        let mode = match opened.request.style.keystream {
            KeystreamMode::Chained => "chained",
            KeystreamMode::Fresh => "fresh",
            KeystreamMode::Undecided if opened.request.rc4_hash == Check::Match => {
                "chained and fresh alike"
            }
            KeystreamMode::Undecided => "mode not proved",
        };
        let params = self.sealed.params().iter().zip(&layout.offsets);
        let blamed = self.main_param();
        for (param, offset) in params.take(MAX_PARAMS) {
            let Ok(ciphertext) = param.bytes() else {
                continue;
            };
            let mut bytes = ciphertext.to_vec();
            opened.keystream.apply(*offset, &mut bytes);
            let name = label(param);
            let offset = words::grouped(*offset);
            let at = format!("{name}drop {DROP}, {mode}, at offset {offset}");
            let (outcome, says) = match &self.decoded.reason {
                _ if self.is_readable() => {
                    let size = words::bytes(bytes.len());
                    (Outcome::Done, format!("{at}: {size}"))
                }
                Some(reason) if blamed == Some(param.name()) => {
                    (Outcome::Failed, format!("{at}: {}", reason.message()))
                }
                _ => (Outcome::Unknown, format!("{at}: not verified")),
            };
            trail.say(Kind::Rc4, outcome, words::line(&says));
            trail.gives("the decrypted bytes", &bytes);
            if self.is_readable() && param.name() != RC4_HASH {
                self.inside(trail, param, bytes);
            }
        }
    }

    /// The parameter that the call is in.
    fn main_param(&self) -> Option<&str> {
        let mut names = self.sealed.params().iter().map(SealedParam::name);
        let first = names.clone().find(|name| *name != RC4_HASH);
        names.find(|name| *name == "data").or(first)
    }

    /// Gzip, should a client ever zip a request, and JSON.
    fn inside(&self, trail: &mut Trail, param: &SealedParam<'_>, bytes: Vec<u8>) {
        let is_main = Some(param.name()) == self.main_param();
        let name = label(param);
        let bytes = if is_gzip(&bytes) {
            let from = words::bytes(bytes.len());
            match gunzip(&bytes, self.options.gunzip_limit) {
                Gunzip::Whole(out) => {
                    let says = format!("{name}{from} → {}", words::bytes(out.len()));
                    trail.say(Kind::Gzip, Outcome::Done, says);
                    trail.gives("the unpacked bytes", &out);
                    out
                }
                Gunzip::Broken(_) | Gunzip::TooBig(_) => {
                    let says = format!("{name}begins as gzip and does not unpack; shown as it is");
                    trail.say(Kind::Gzip, Outcome::Skipped, says);
                    bytes
                }
            }
        } else {
            if is_main {
                let says = format!("{name}no gzip");
                trail.say(Kind::Gzip, Outcome::Skipped, says);
            }
            bytes
        };
        if is_main || looks_like(&bytes) {
            words::plaintext(trail, &name, &bytes);
        }
    }

    /// The fields of a form that is signed only.
    fn clear(&self, trail: &mut Trail) {
        let signed = |field: &&Field| !ENVELOPE_FIELDS.contains(&field.name());
        for field in self.form.fields().iter().filter(signed).take(MAX_PARAMS) {
            if field.name() == "data" || looks_like(field.value()) {
                let name = format!("{}: ", words::short(field.name()));
                words::plaintext(trail, &name, field.value());
            }
        }
    }

    /// Why nothing was opened, in decode's own words.
    pub(super) fn reason(&self) -> String {
        let reason = self.decoded.reason.as_ref().map(Reason::message);
        words::line(&reason.unwrap_or_default())
    }
}

/// `data: `, before what is said of a parameter.
fn label(param: &SealedParam<'_>) -> String {
    format!("{}: ", words::short(param.name()))
}
