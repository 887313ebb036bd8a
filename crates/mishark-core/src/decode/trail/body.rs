//! The steps of a response, and of a body that is no envelope.

use super::{Told, Trail, words};
use crate::decode::Reason;
use crate::decode::stages::{Kind, Outcome};
use crate::flow::transport::Undone;
use crate::json::{self, count, looks_like};
use crate::protocol::base64::Repairs;
use crate::protocol::cipher::DROP;
use crate::protocol::error::Error;
use crate::protocol::plaintext::{Gunzip, is_text};
use crate::protocol::response::Layer;
use crate::text;

/// Plaintext longer than this is not counted through: no genuine body comes
/// near it, and beyond it that would take seconds.
const MAX_COUNTED: usize = 64 << 20;

impl Trail {
    /// The flow comes out of an export of mishark.
    pub(in crate::decode) fn exported(&mut self, reason: Option<&Reason>) {
        let Some(told) = &mut self.0 else { return };
        let says = reason.map(Reason::message);
        let says = says.as_deref().unwrap_or("exported by mishark as it is");
        told.say(Kind::Export, Outcome::Skipped, says);
    }

    /// The recorder kept its own list of parameters and no body.
    pub(in crate::decode) fn params(&mut self, params: &[(String, String)]) {
        let Some(told) = &mut self.0 else { return };
        let names = words::names(params.iter().map(|(name, _)| name.as_str()));
        let count = text::count(params.len(), "parameter");
        let says = format!("the recorder kept {count}, not the body: {names}");
        told.say(Kind::Params, Outcome::Done, says);
    }

    /// A request that is no form, or none that is known: it says why.
    pub(in crate::decode) fn closed(&mut self, body: Option<&[u8]>, reason: &Reason) {
        let Some(told) = &mut self.0 else { return };
        let stage = told.say(Kind::Form, Outcome::Unknown, reason.message());
        if let Some(body) = body {
            stage.gives("the body", body).masked_if(true);
        }
    }

    /// HTTP's own compression was undone, or there was none.
    pub(in crate::decode) fn transport(
        &mut self,
        body: &[u8],
        encoding: Option<&str>,
        undone: &Undone<'_>,
    ) {
        let Some(told) = &mut self.0 else { return };
        let encoding = encoding
            .map(str::trim)
            .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"))
            .map(words::short);
        let (outcome, says) = match (&undone.warning, encoding) {
            (Some(warning), _) => (Outcome::Failed, warning.clone()),
            (None, Some(name)) if undone.changed => {
                let (from, to) = (words::bytes(body.len()), words::bytes(undone.bytes.len()));
                (Outcome::Done, format!("{name}: {from} → {to}"))
            }
            (None, Some(name)) => (Outcome::Skipped, format!("{name}, undone by the recorder")),
            (None, None) => (Outcome::Skipped, "no compression".to_owned()),
        };
        told.say(Kind::Transport, outcome, says)
            .gives("the body", &undone.bytes);
    }

    /// A layer of a response was undone; `is_shut` if a body that is no base64
    /// is not shown.
    pub(in crate::decode) fn layer(&mut self, layer: &Layer<'_>, is_shut: bool) {
        let Some(told) = &mut self.0 else { return };
        match layer {
            Layer::Base64(Ok(decoded)) => {
                let text = decoded.text.as_bytes();
                told.base64("", text, Ok(&decoded.bytes), decoded.repairs);
            }
            Layer::Base64(Err(error)) if is_shut => {
                let says = format!("{error}; the recorder probably saved text for bytes");
                told.say(Kind::Base64, Outcome::Failed, says);
            }
            Layer::Base64(Err(error)) => {
                let at = words::grouped(error.at());
                let says = format!("not base64 at byte {at}: not encrypted, shown as it is");
                told.say(Kind::Base64, Outcome::Skipped, says);
            }
            Layer::Rc4(bytes) => {
                let says = format!("drop {DROP}, at offset 0: {}", words::bytes(bytes.len()));
                told.say(Kind::Rc4, Outcome::Done, says)
                    .gives("the decrypted bytes", bytes);
            }
            Layer::Noise(bytes) => {
                let noise = Reason::ResponseNoise.message();
                let says = format!("drop {DROP}, at offset 0: {noise}");
                told.say(Kind::Rc4, Outcome::Failed, says)
                    .gives("the noise", bytes);
            }
            Layer::Gzip { packed, unpacked } => {
                let (outcome, how, out) = match unpacked {
                    Gunzip::Whole(out) => (Outcome::Done, "", out),
                    Gunzip::Broken(out) => (Outcome::Failed, ", where it breaks off", out),
                    Gunzip::TooBig(out) => (Outcome::Failed, ", where the limit is", out),
                };
                let begins = words::begins(packed);
                let (from, to) = (words::bytes(packed.len()), words::bytes(out.len()));
                told.say(
                    Kind::Gzip,
                    outcome,
                    format!("begins {begins}: {from} → {to}{how}"),
                )
                .gives("the unpacked bytes", out);
            }
        }
    }

    /// An answer that is not encrypted; `text` is what is shown of it.
    pub(in crate::decode) fn clear(&mut self, body: &[u8], text: &[u8]) {
        let Some(told) = &mut self.0 else { return };
        let says = format!("clear text, begins {}", words::begins(body));
        told.say(Kind::Base64, Outcome::Skipped, says);
        if text.len() < body.len() {
            let (from, to) = (words::bytes(body.len()), words::bytes(text.len()));
            let says = format!("&&&START&&& taken off: {from} → {to}");
            told.say(Kind::Prefix, Outcome::Done, says)
                .gives("the answer", text);
        }
    }

    /// There is no gzip inside the encryption: the bytes tell, and not the
    /// header.
    pub(in crate::decode) fn no_gzip(&mut self, bytes: &[u8], says_gzip: bool) {
        let Some(told) = &mut self.0 else { return };
        let header = if says_gzip {
            ", though the header says so"
        } else {
            ""
        };
        let says = if bytes.is_empty() {
            format!("empty: no gzip{header}")
        } else {
            format!("begins {}: no gzip{header}", words::begins(bytes))
        };
        told.say(Kind::Gzip, Outcome::Skipped, says);
    }

    /// A step that can not be taken, for the reason the whole flow has.
    pub(in crate::decode) fn stops(&mut self, kind: Kind, reason: Option<&Reason>) {
        let Some(told) = &mut self.0 else { return };
        let why = reason.map(Reason::message);
        let why = why.as_deref().unwrap_or("no key is known to open it with");
        told.say(kind, Outcome::Unknown, why);
    }

    /// What came out at last.
    pub(in crate::decode) fn plaintext(&mut self, plaintext: &[u8]) {
        if let Some(told) = &mut self.0 {
            told.plaintext("", plaintext);
        }
    }
}

impl Told {
    /// One value's base64: what it decodes to, or the byte where it does not.
    pub(super) fn base64(
        &mut self,
        name: &str,
        text: &[u8],
        decoded: Result<&[u8], &Error>,
        repairs: Repairs,
    ) {
        let stage = match decoded {
            Ok(decoded) => {
                let (from, to) = (words::bytes(text.len()), words::bytes(decoded.len()));
                let repaired = words::repaired(repairs);
                let says = format!("{name}{from} of base64 → {to}{repaired}");
                self.say(Kind::Base64, Outcome::Done, says).yields(decoded)
            }
            Err(error) => self.say(Kind::Base64, Outcome::Failed, format!("{name}{error}")),
        };
        stage.offers("the base64", text);
    }

    /// The last step: the plaintext, read as what it is.
    pub(super) fn plaintext(&mut self, name: &str, plaintext: &[u8]) {
        if plaintext.is_empty() {
            self.say(Kind::Body, Outcome::Skipped, format!("{name}empty"));
            return;
        }
        let (outcome, says) = if plaintext.len() > MAX_COUNTED {
            (Outcome::Skipped, "too large to be counted".to_owned())
        } else {
            match count(plaintext) {
                Ok(found) => (Outcome::Done, counted(found)),
                Err(error) if looks_like(plaintext) => {
                    (Outcome::Failed, format!("cut or broken: {error}"))
                }
                Err(_) if is_text(plaintext) => (Outcome::Skipped, "text, no JSON".to_owned()),
                Err(_) => (Outcome::Skipped, "binary: neither JSON nor text".to_owned()),
            }
        };
        self.say(Kind::Json, outcome, format!("{name}{says}"))
            .gives("the plaintext", plaintext);
    }
}

fn counted(count: json::Count) -> String {
    let members = |noun| text::count(count.members, noun);
    let values = text::count(count.values, "value");
    match count.root {
        json::Kind::Object => format!("an object, {}, {values}", members("member")),
        json::Kind::Array => format!("an array, {}, {values}", members("element")),
        json::Kind::String => "a string".to_owned(),
        json::Kind::Number => "a number".to_owned(),
        json::Kind::True => "true".to_owned(),
        json::Kind::False => "false".to_owned(),
        json::Kind::Null | json::Kind::Close => "null".to_owned(),
    }
}
