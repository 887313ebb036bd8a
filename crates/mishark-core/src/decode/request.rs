//! One recognised envelope on its way to plaintext: which key, which checks.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::response::read_response;
use super::stages::Outcome;
use super::trail::{Checked, Taken, Trail};
use super::{Decoded, KeyUse, Options, Reason, Side, State};
use crate::flow::Flow;
use crate::flow::carrier::Carried;
use crate::protocol::base64::{self, Repairs};
use crate::protocol::cipher::Keystream;
use crate::protocol::error::Error;
use crate::protocol::key::{Nonce, SignedNonce, Ssecurity};
use crate::protocol::plaintext::{Gunzip, Step, gunzip, is_gzip, is_json_like, is_text};
use crate::protocol::request::{
    OpenedRequest, Place, RC4_HASH, Scheme, SealedParam, SealedRequest,
};
use crate::protocol::signature::Check;
use crate::session::{Keyring, Session};

/// What the form's own key is said to come from.
const OWN: &str = "the request's own form";

/// One recognised envelope on its way to plaintext.
pub(super) struct Opening<'a> {
    pub(super) flow: &'a Flow,
    pub(super) ring: &'a Keyring,
    pub(super) options: Options,
    /// The path as it was on the wire.
    pub(super) path: Cow<'a, str>,
    pub(super) sealed: SealedRequest<'a>,
    /// The form, and where it stands.
    pub(super) carried: &'a Carried<'a>,
    /// The ring's sessions in the order to try them, made when first needed.
    pub(super) candidates: OnceCell<Vec<&'a Session>>,
}

/// A key that may be this request's.
struct Key<'a> {
    ssecurity: &'a Ssecurity,
    signed_nonce: SignedNonce,
    /// The session it is of; `None` of the one that the form itself carries.
    session: Option<&'a Session>,
}

impl Key<'_> {
    fn from(&self) -> String {
        self.session
            .map_or_else(|| OWN.to_owned(), |session| session.origin.to_string())
    }
}

/// What a key makes of the form.
struct Opened<'a> {
    key: Key<'a>,
    keystream: Keystream,
    request: OpenedRequest,
}

impl Opened<'_> {
    fn is_proved_by_hash(&self) -> bool {
        self.request.rc4_hash == Check::Match
    }

    fn is_tried(&self, trail: &mut Trail) {
        let (signature, hash) = (&self.request.signed.check, &self.request.rc4_hash);
        trail.tried(self.key.ssecurity, || self.key.from(), signature, hash);
    }
}

impl Opening<'_> {
    /// Opens what can be opened.
    pub(super) fn run(&self, trail: &mut Trail) -> Decoded {
        let is_rc4 = self.sealed.scheme() == Scheme::Rc4;
        self.tell_form(trail);
        if is_rc4 {
            trail.ciphertexts(&self.sealed);
        }
        let mended = self.sealed.repaired();
        let mended = mended.map(|(name, repairs)| format!("{name}: base64 repaired: {repairs}"));
        let unpacked = self.carried.unpacked.as_ref();
        let unpacked = unpacked.and_then(|undone| undone.warning.clone());
        let mut decoded = Decoded {
            scheme: Some(self.sealed.scheme()),
            signature: self.signature_without_key(),
            request: Side {
                repairs: self.sealed.repairs(),
                warnings: mended.chain(unpacked).collect(),
                ..Side::default()
            },
            ..Decoded::default()
        };
        if self.carried.form.has(RC4_HASH) {
            decoded.rc4_hash = Check::Unknown;
        }
        let opened = if is_rc4 {
            self.encrypted(&mut decoded, trail)
        } else {
            self.signed_only(&mut decoded, trail)
        };
        self.tell_checks(opened.as_ref(), &decoded, trail);
        let is_proved = decoded.signature == Check::Match || decoded.rc4_hash == Check::Match;
        let is_key_of_answer = is_proved || (is_rc4 && decoded.key.is_some());
        let mut keystream = opened
            .filter(|_| is_key_of_answer)
            .map(|opened| opened.keystream);
        decoded.response = read_response(
            self.flow,
            (keystream.as_mut(), is_proved),
            self.options,
            &mut decoded,
            trail,
        );
        if decoded.state == State::Verified && !decoded.request.repairs.is_none() {
            let repairs = Reason::Repaired(decoded.request.repairs);
            decoded.reason.get_or_insert(repairs);
        }
        decoded
    }

    /// How the form was come by.
    fn steps(&self) -> impl Iterator<Item = Step> {
        let unpacked = self.carried.unpacked.is_some();
        let unpacked = unpacked.then_some(Step::Transport);
        unpacked.into_iter().chain([self.carried.step])
    }

    fn tell_form(&self, trail: &mut Trail) {
        let request = &self.flow.request;
        if let (Some(undone), Some(body)) = (&self.carried.unpacked, request.body.bytes()) {
            let encoding = request.headers.get("content-encoding").or(Some("gzip"));
            trail.transport(body, encoding, undone);
        }
        trail.form(self.carried.step, &self.carried.form);
    }

    /// What can be said of a signature without any key: one of the wrong size
    /// matches nothing.
    fn signature_without_key(&self) -> Check {
        let Some(found) = self.carried.form.get("signature") else {
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

    /// The form that is signed only: nothing to open, its HMAC to check.
    fn signed_only(&self, decoded: &mut Decoded, trail: &mut Trail) -> Option<Opened<'_>> {
        decoded.state = State::Plain;
        let side = &mut decoded.request;
        side.steps = self.steps().collect();
        for param in self.sealed.params() {
            let value = param.text().to_vec();
            match param.name() {
                "data" if side.plaintext.is_none() => side.plaintext = Some(value),
                name => side.params.push((name.to_owned(), value)),
            }
        }
        let opened = self.checked_only(decoded, trail);
        trail.clear_values(&self.sealed);
        opened
    }

    fn checked_only(&self, decoded: &mut Decoded, trail: &mut Trail) -> Option<Opened<'_>> {
        let nonce = self.nonce(decoded, trail)?;
        let mark = trail.mark();
        let key = self.proved(nonce, trail).or_else(|| {
            let blamed = self.own(nonce).or_else(|| {
                let session = self.candidates().first()?;
                session
                    .sent(&self.flow.request.headers)
                    .then(|| of_session(session, nonce))
            })?;
            // The account's key is known, so it is the signature that is off.
            trail.back_to(mark);
            Some(blamed)
        });
        let Some(key) = key else {
            let reason = match self.candidates().len() {
                0 => Reason::SignatureUnchecked,
                _ => Reason::wrong_keys(self.candidates(), &self.flow.request.headers),
            };
            trail.no_key(Outcome::Skipped, &reason);
            decoded.reason = Some(reason);
            return None;
        };
        let opened = self.open(key);
        decoded.signature = opened.request.signed.check.clone();
        decoded.reason = Some(if decoded.signature == Check::Match {
            decoded.style = Some(opened.request.style);
            Reason::SignedOnly
        } else {
            Reason::SignatureDiffers
        });
        self.settle(&opened.key, nonce, true, decoded, trail);
        Some(opened)
    }

    /// The nonce; without one it says so.
    fn nonce(&self, decoded: &mut Decoded, trail: &mut Trail) -> Option<&Nonce> {
        let nonce = self.sealed.nonce();
        if let Some(Ok(nonce)) = nonce {
            decoded.nonce = Some(nonce.text().to_owned());
            trail.nonce(nonce);
            return Some(nonce);
        }
        let text = self
            .carried
            .form
            .get("_nonce")
            .or_else(|| self.carried.form.get("nonce"));
        decoded.nonce = text.map(|text| String::from_utf8_lossy(text).into_owned());
        let reason = Reason::NoNonce {
            found: decoded.nonce.clone(),
        };
        // Nothing of the encrypted form shows without it; the signed form does.
        let stop = match self.sealed.scheme() {
            Scheme::Hmac => Outcome::Skipped,
            Scheme::Rc4 => Outcome::Unknown,
        };
        trail.no_nonce(stop, nonce.and_then(Result::err), &reason);
        decoded.reason = Some(reason);
        None
    }

    /// The encrypted form: the key that fits, and what it opens.
    fn encrypted(&self, decoded: &mut Decoded, trail: &mut Trail) -> Option<Opened<'_>> {
        let Some(nonce) = self.nonce(decoded, trail) else {
            decoded.state = State::Unreadable;
            return None;
        };
        let damaged = self.sealed.ssecurity().and_then(Result::err);
        if let Some(error) = damaged {
            trail.damaged_key(OWN, error);
        }
        let Some(mut opened) = self.fitting(nonce, trail) else {
            decoded.state = State::Locked;
            let reason = match (damaged, self.candidates().len()) {
                (Some(error), 0) => Reason::KeyDamaged(error.clone()),
                (_, 0) => Reason::NoKey,
                (_, _) => Reason::wrong_keys(self.candidates(), &self.flow.request.headers),
            };
            trail.no_key(Outcome::Unknown, &reason);
            decoded.reason = Some(reason);
            return None;
        };
        let request = &opened.request;
        let matches = |check: &Check| *check == Check::Match;
        let (signature, hash) = (matches(&request.signed.check), matches(&request.rc4_hash));
        let own_is_other = self.sealed.ssecurity().is_some() && opened.key.session.is_some();
        let readable = signature || hash || self.reads(request);
        (decoded.state, decoded.reason) = match (signature, hash) {
            (true, true) if own_is_other => (State::Decrypted, Some(Reason::OwnKeyDiffers)),
            (true, true) => (State::Verified, None),
            (true, false) if request.rc4_hash == Check::Absent => {
                (State::Decrypted, Some(Reason::HashAbsent))
            }
            (true, false) => (State::Decrypted, Some(Reason::HashDiffers)),
            (false, true) if request.signed.check == Check::Absent => {
                (State::Decrypted, Some(Reason::SignatureAbsent))
            }
            (false, true) => (State::Decrypted, Some(Reason::SignatureDiffers)),
            (false, false) if readable => (State::Decrypted, Some(Reason::BothDiffer)),
            (false, false) => (State::Unreadable, Some(self.does_not_verify(request))),
        };
        decoded.signature = request.signed.check.clone();
        decoded.rc4_hash = request.rc4_hash.clone();
        decoded.style = readable.then_some(request.style);
        self.settle(&opened.key, nonce, readable, decoded, trail);
        self.show(&mut opened.request, decoded, trail);
        Some(opened)
    }

    /// Settles on a key. One that yields noise has opened nothing, so it is not
    /// called the flow's.
    fn settle(
        &self,
        key: &Key<'_>,
        nonce: &Nonce,
        readable: bool,
        decoded: &mut Decoded,
        trail: &mut Trail,
    ) {
        let says = || {
            let proof = match (&decoded.signature, &decoded.rc4_hash) {
                (Check::Match, _) => "the signature proves it",
                (_, Check::Match) => "rc4_hash__ proves it",
                _ if !readable => "nothing proves it, and no other fits",
                _ => "nothing proves it",
            };
            format!("{} ({}): {proof}", key.ssecurity.id(), key.from())
        };
        let repairs = match key.session {
            None => self.sealed.repairs_of("ssecurity"),
            Some(_) => Repairs::NONE,
        };
        trail.key(key.ssecurity, says, repairs);
        trail.signed_nonce(key.ssecurity, nonce, &key.signed_nonce);
        decoded.key = readable.then(|| KeyUse {
            id: key.ssecurity.id(),
            from: key.from(),
        });
    }
}

/// Which key it is.
impl Opening<'_> {
    fn place(&self) -> Place<'_> {
        Place {
            method: &self.flow.request.method,
            host: self.flow.request.url.host(),
            path: &self.path,
        }
    }

    fn candidates(&self) -> &[&Session] {
        self.candidates
            .get_or_init(|| self.ring.candidates(&self.flow.request.headers))
    }

    /// The key that the form itself carries.
    fn own(&self, nonce: &Nonce) -> Option<Key<'_>> {
        let ssecurity: &Ssecurity = self.sealed.ssecurity()?.ok()?;
        Some(Key {
            ssecurity,
            signed_nonce: nonce.sign(ssecurity),
            session: None,
        })
    }

    /// The other keys, the likeliest first.
    fn others(&self, nonce: &Nonce) -> impl Iterator<Item = Key<'_>> {
        let own = self.sealed.ssecurity().and_then(Result::ok);
        let others = self.candidates().iter();
        others
            .filter(move |session| Some(&session.ssecurity) != own)
            .map(|session| of_session(session, nonce))
    }

    /// The key whose signature matches: the form's own first, then the ring's.
    fn proved(&self, nonce: &Nonce, trail: &mut Trail) -> Option<Key<'_>> {
        let own = self.own(nonce);
        let mut keys = own.into_iter().chain(self.others(nonce));
        keys.find(|key| {
            let signed = self.sealed.check_signature(self.place(), &key.signed_nonce);
            if signed.check != Check::Match {
                trail.tried(key.ssecurity, || key.from(), &signed.check, &Check::Absent);
            }
            signed.check == Check::Match
        })
    }

    /// The key that fits and what it opens: by signature, else (the signature
    /// itself may be damaged) by the hash inside, else the form's own.
    fn fitting(&self, nonce: &Nonce, trail: &mut Trail) -> Option<Opened<'_>> {
        let mark = trail.mark();
        if let Some(key) = self.proved(nonce, trail) {
            return Some(self.open(key));
        }
        trail.back_to(mark);
        let own = self.own(nonce).map(|key| self.open(key));
        if own.as_ref().is_some_and(Opened::is_proved_by_hash) {
            return own;
        }
        for key in self.others(nonce) {
            let opened = self.open(key);
            if opened.is_proved_by_hash() {
                if let Some(own) = own {
                    own.is_tried(trail);
                }
                return Some(opened);
            }
            opened.is_tried(trail);
        }
        own
    }

    fn open<'k>(&self, key: Key<'k>) -> Opened<'k> {
        let mut keystream = Keystream::new(&key.signed_nonce);
        let request = self
            .sealed
            .open(self.place(), &key.signed_nonce, &mut keystream);
        Opened {
            key,
            keystream,
            request,
        }
    }
}

fn of_session<'a>(session: &'a Session, nonce: &Nonce) -> Key<'a> {
    Key {
        ssecurity: &session.ssecurity,
        signed_nonce: nonce.sign(&session.ssecurity),
        session: Some(session),
    }
}

/// What came out.
impl Opening<'_> {
    /// The values but the hash, with what was decrypted.
    fn values<'o>(
        &'o self,
        opened: &'o OpenedRequest,
    ) -> impl Iterator<Item = (&'o str, &'o Result<Vec<u8>, Error>)> {
        let names = self.sealed.params().iter().map(SealedParam::name);
        let values = names.zip(&opened.values);
        values.filter(|(name, _)| *name != RC4_HASH)
    }

    /// The name of the parameter that the call is in.
    fn main_param(&self) -> Option<&str> {
        let mut names = self.sealed.params().iter().map(SealedParam::name);
        let first = names.clone().find(|name| *name != RC4_HASH);
        names.find(|name| *name == "data").or(first)
    }

    /// Whether what came out reads as a call, though no check says so.
    fn reads(&self, opened: &OpenedRequest) -> bool {
        let is = |value: &Result<Vec<u8>, Error>, fits: fn(&[u8]) -> bool| {
            value.as_ref().is_ok_and(|bytes| match self.unpack(bytes) {
                Some(Gunzip::Whole(bytes)) => fits(&bytes),
                _ => fits(bytes),
            })
        };
        let mut values = self.values(opened);
        match self.values(opened).find(|(name, _)| *name == "data") {
            Some((_, data)) => is(data, is_json_like),
            None => opened.values.len() > 1 && values.all(|(_, value)| is(value, is_text)),
        }
    }

    fn does_not_verify(&self, opened: &OpenedRequest) -> Reason {
        let main = self.main_param();
        let found = self.values(opened).find(|(name, _)| Some(*name) == main);
        match found {
            Some((param, Err(error))) => Reason::RequestNotBase64 {
                param: param.to_owned(),
                error: error.clone(),
            },
            Some((_, Ok(bytes))) => Reason::DoesNotVerify {
                head: bytes.iter().copied().take(4).collect(),
            },
            None => Reason::DoesNotVerify { head: Vec::new() },
        }
    }

    /// Gzip inside a value undone, should a client ever do that.
    fn unpack(&self, bytes: &[u8]) -> Option<Gunzip> {
        is_gzip(bytes).then(|| gunzip(bytes, self.options.gunzip_limit))
    }

    /// Shows what was decrypted, unless it is noise.
    fn show(&self, opened: &mut OpenedRequest, decoded: &mut Decoded, trail: &mut Trail) {
        let readable = decoded.key.is_some();
        let failure = decoded.reason.as_ref().filter(|_| !readable);
        let mode = (opened.style.keystream, opened.rc4_hash == Check::Match);
        let offsets = opened.layout.iter().flat_map(|layout| &layout.offsets);
        let values = std::mem::take(&mut opened.values).into_iter().zip(offsets);
        let main = self.main_param();
        let side = &mut decoded.request;
        if readable {
            side.steps.extend(self.steps());
        }
        for (index, (value, offset)) in values.enumerate() {
            let name = self.sealed.params()[index].name();
            let shown = readable && name != RC4_HASH;
            let bytes = match value {
                Ok(bytes) => bytes,
                Err(error) => {
                    side.warnings
                        .extend(shown.then(|| format!("{name}: {error}")));
                    continue;
                }
            };
            let unpacked = self.unpack(&bytes).filter(|_| shown);
            trail.value(&Taken {
                index,
                name,
                is_main: Some(name) == main,
                offset: *offset,
                mode,
                decrypted: &bytes,
                unpacked: unpacked.as_ref(),
                failure,
            });
            if !shown {
                continue;
            }
            let (bytes, gzip) = match unpacked {
                Some(Gunzip::Whole(unpacked)) => (unpacked, Some(Step::Gzip)),
                _ => (bytes, None),
            };
            if name == "data" && side.plaintext.is_none() {
                side.steps
                    .extend([Step::Base64, Step::Rc4].into_iter().chain(gzip));
                side.plaintext = Some(bytes);
            } else {
                side.params.push((name.to_owned(), bytes));
            }
        }
        if side.plaintext.is_none() && !side.params.is_empty() {
            side.steps.extend([Step::Base64, Step::Rc4]);
        }
    }

    /// Tells both checks, with the strings that were hashed.
    fn tell_checks(&self, opened: Option<&Opened<'_>>, decoded: &Decoded, trail: &mut Trail) {
        let checked = Checked {
            sealed: &self.sealed,
            place: self.place(),
            opened: opened.map(|opened| (&opened.request, &opened.key.signed_nonce)),
        };
        trail.signature(&checked, &decoded.signature);
        if self.sealed.scheme() == Scheme::Rc4 {
            trail.rc4_hash(&checked, &decoded.rc4_hash);
        }
    }
}
