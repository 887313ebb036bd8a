//! One recognised envelope on its way to plaintext: which key, which checks.

use std::cell::OnceCell;

use super::answer::{read_response, repaired};
use super::{Decoded, KeyUse, Options, Reason, Side, State, place};
use crate::flow::Flow;
use crate::protocol::base64;
use crate::protocol::cipher::Keystream;
use crate::protocol::form::Form;
use crate::protocol::key::{Nonce, SignedNonce, Ssecurity};
use crate::protocol::plaintext::{Plaintext, Step, is_json_like, is_text};
use crate::protocol::request::{ENVELOPE_FIELDS, OpenedRequest, Scheme, SealedRequest};
use crate::protocol::signature::Check;
use crate::session::{Keyring, Session};

/// One recognised envelope on its way to plaintext.
pub(super) struct Opening<'a> {
    flow: &'a Flow,
    ring: &'a Keyring,
    options: Options,
    form: &'a Form,
    sealed: SealedRequest<'a>,
    step: Step,
    /// The ring's sessions in the order to try them, made when first needed.
    candidates: OnceCell<Vec<&'a Session>>,
}

/// A key that was settled on.
struct Fitting {
    signed_nonce: SignedNonce,
    key: KeyUse,
    /// Whether it is the one the form itself carries.
    is_own: bool,
}

impl<'a> Opening<'a> {
    pub(super) fn new(
        flow: &'a Flow,
        ring: &'a Keyring,
        options: Options,
        form: &'a Form,
        sealed: SealedRequest<'a>,
        step: Step,
    ) -> Self {
        Self {
            flow,
            ring,
            options,
            form,
            sealed,
            step,
            candidates: OnceCell::new(),
        }
    }

    /// Opens what can be opened.
    pub(super) fn run(&self) -> Decoded {
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
        let mended = self.sealed.repaired();
        decoded.request.warnings = mended
            .map(|(name, repairs)| format!("{name}: {}", repaired(repairs)))
            .collect();
        match self.sealed.scheme() {
            Scheme::Hmac => self.signed_only(&mut decoded),
            Scheme::Rc4 => self.encrypted(&mut decoded),
        }
        decoded
    }

    fn candidates(&self) -> &[&'a Session] {
        self.candidates
            .get_or_init(|| self.ring.candidates(&self.flow.request.headers))
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

    /// The key whose signature matches: the form's own first, then the ring's.
    fn proved(&self, nonce: &Nonce) -> Option<Fitting> {
        let own = self.own(nonce);
        let fits = |fitting: &Fitting| {
            self.sealed
                .prove(place(self.flow), &fitting.signed_nonce)
                .is_some()
        };
        own.filter(fits).or_else(|| {
            self.candidates()
                .iter()
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
                name if ENVELOPE_FIELDS.contains(&name) => {}
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
        let Some(fitting) = self.proved(nonce) else {
            let blamed = self.own(nonce).or_else(|| {
                let session = self
                    .candidates()
                    .first()
                    .filter(|session| self.same_login(session))?;
                Some(self.of_session(session, nonce))
            });
            if let Some(fitting) = blamed {
                // The account's key is known, so it is the signature that is off.
                let mut keystream = Keystream::new(&fitting.signed_nonce);
                decoded.signature = self.open(&fitting, &mut keystream).signature;
                decoded.reason = Some(Reason::SignatureDiffers);
                decoded.key = Some(fitting.key);
            } else {
                decoded.reason = Some(match self.candidates().len() {
                    0 => Reason::SignatureUnchecked,
                    _ => Reason::wrong_keys(self.candidates(), &self.flow.request.headers),
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
            .open(place(self.flow), &fitting.signed_nonce, keystream, limit)
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
        let Some((fitting, mut keystream, opened)) = self.fitting(nonce) else {
            decoded.state = State::Locked;
            decoded.reason = Some(match (self.sealed.ssecurity(), self.candidates().len()) {
                (Some(Err(error)), 0) => Reason::KeyDamaged(error.clone()),
                (_, 0) => Reason::NoKey,
                (_, _) => Reason::wrong_keys(self.candidates(), &self.flow.request.headers),
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
        // A key that yields noise has opened nothing.
        decoded.key = readable.then_some(fitting.key);
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
    fn fitting(&self, nonce: &Nonce) -> Option<(Fitting, Keystream, OpenedRequest)> {
        let with = |fitting: Fitting| {
            let mut keystream = Keystream::new(&fitting.signed_nonce);
            let opened = self.open(&fitting, &mut keystream);
            (fitting, keystream, opened)
        };
        if let Some(fitting) = self.proved(nonce) {
            return Some(with(fitting));
        }
        let own = self.own(nonce).map(with);
        let by_hash =
            |(_, _, opened): &(Fitting, Keystream, OpenedRequest)| opened.rc4_hash == Check::Match;
        if own.as_ref().is_some_and(by_hash) {
            return own;
        }
        let others = self
            .candidates()
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
