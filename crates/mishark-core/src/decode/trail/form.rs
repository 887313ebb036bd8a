//! The steps of a request's form: its fields, its ciphertexts, its plaintexts.

use super::{Trail, words};
use crate::decode::Reason;
use crate::decode::stages::{Kind, Outcome};
use crate::json::looks_like;
use crate::protocol::cipher::DROP;
use crate::protocol::form::{Field, Form};
use crate::protocol::plaintext::{Gunzip, Step};
use crate::protocol::request::{KeystreamMode, RC4_HASH, SealedRequest};
use crate::redact;
use crate::text;

/// How many parameters have stages of their own. The most seen is 5; the
/// signed strings hold them all.
const MAX_PARAMS: usize = 16;

/// A value of an encrypted form, with what was undone.
pub(in crate::decode) struct Taken<'a> {
    /// Its position in the form.
    pub(in crate::decode) index: usize,
    pub(in crate::decode) name: &'a str,
    /// Whether it is the one that the call is in.
    pub(in crate::decode) is_main: bool,
    /// Where in the keystream it was read.
    pub(in crate::decode) offset: usize,
    /// How the keystream was used, and whether that is proved.
    pub(in crate::decode) mode: (KeystreamMode, bool),
    pub(in crate::decode) decrypted: &'a [u8],
    /// What gunzipping it gave, if it begins as gzip.
    pub(in crate::decode) unpacked: Option<&'a Gunzip>,
    /// Why what was decrypted is no plaintext, if it is none.
    pub(in crate::decode) failure: Option<&'a Reason>,
}

fn label(name: &str) -> String {
    format!("{}: ", words::short(name))
}

impl Trail {
    /// A form was read where it stands.
    pub(in crate::decode) fn form(&mut self, step: Step, form: &Form) {
        let Some(told) = &mut self.0 else { return };
        let fields = form.fields();
        let (kind, place) = match step {
            Step::Query => (Kind::Query, "in the URL's query"),
            Step::Params => (Kind::Params, "in the recorder's list"),
            _ => (Kind::Form, "in the body"),
        };
        let count = text::count(fields.len(), "field");
        let names = words::names(fields.iter().map(Field::name));
        told.say(kind, Outcome::Done, format!("{count} {place}: {names}"))
            .gives("the form", &form.encode())
            .masked_if(fields.iter().any(|field| redact::is_secret(field.name())));
    }

    /// The values of an encrypted form were decoded.
    pub(in crate::decode) fn ciphertexts(&mut self, sealed: &SealedRequest<'_>) {
        let Some(told) = &mut self.0 else { return };
        let params = sealed.params();
        for param in params.iter().take(MAX_PARAMS) {
            let name = label(param.name());
            told.base64(&name, param.text(), param.bytes(), param.repairs());
        }
        if params.len() > MAX_PARAMS {
            let more = text::count(params.len() - MAX_PARAMS, "parameter");
            told.say(
                Kind::Base64,
                Outcome::Skipped,
                format!("{more} more, not listed"),
            );
        }
    }

    /// A value was decrypted, and what is inside unpacked.
    pub(in crate::decode) fn value(&mut self, taken: &Taken<'_>) {
        let Some(told) = self.0.as_mut().filter(|_| taken.index < MAX_PARAMS) else {
            return;
        };
        let (name, bytes) = (label(taken.name), taken.decrypted);
        let mode = match taken.mode {
            (KeystreamMode::Chained, _) => "chained",
            (KeystreamMode::Fresh, _) => "fresh",
            (KeystreamMode::Undecided, true) => "chained and fresh alike",
            (KeystreamMode::Undecided, false) => "mode not proved",
        };
        let (outcome, says) = match taken.failure {
            None => (Outcome::Done, words::bytes(bytes.len())),
            Some(reason) if taken.is_main => (Outcome::Failed, reason.message()),
            Some(_) => (Outcome::Unknown, "not verified".to_owned()),
        };
        let offset = words::grouped(taken.offset);
        let says = format!("{name}drop {DROP}, {mode}, at offset {offset}: {says}");
        told.say(Kind::Rc4, outcome, says)
            .gives("the decrypted bytes", bytes);
        if taken.failure.is_some() || taken.name == RC4_HASH {
            return;
        }
        let plaintext = match taken.unpacked {
            Some(Gunzip::Whole(out)) => {
                let (from, to) = (words::bytes(bytes.len()), words::bytes(out.len()));
                told.say(Kind::Gzip, Outcome::Done, format!("{name}{from} → {to}"))
                    .gives("the unpacked bytes", out);
                out
            }
            Some(_) => {
                let says = format!("{name}begins as gzip and does not unpack; shown as it is");
                told.say(Kind::Gzip, Outcome::Skipped, says);
                bytes
            }
            None if taken.is_main => {
                told.say(Kind::Gzip, Outcome::Skipped, format!("{name}no gzip"));
                bytes
            }
            None => bytes,
        };
        if taken.is_main || looks_like(plaintext) {
            told.plaintext(&name, plaintext);
        }
    }

    /// The values of a form that is signed only: the call, and other JSON.
    pub(in crate::decode) fn clear_values(&mut self, sealed: &SealedRequest<'_>) {
        let Some(told) = &mut self.0 else { return };
        for param in sealed.params().iter().take(MAX_PARAMS) {
            if param.name() == "data" || looks_like(param.text()) {
                told.plaintext(&label(param.name()), param.text());
            }
        }
    }
}
