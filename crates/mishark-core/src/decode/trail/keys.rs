//! Nonce, key, and the signed nonce made of both.

use super::{Told, Trail, words};
use crate::decode::Reason;
use crate::decode::stages::{Kind, Outcome};
use crate::flow::Moment;
use crate::protocol::base64::Repairs;
use crate::protocol::error::Error;
use crate::protocol::key::{Nonce, SignedNonce, Ssecurity};
use crate::protocol::signature::Check;
use crate::text;

/// How many keys that do not fit are told one by one.
const MAX_KEYS: usize = 8;

impl Trail {
    /// The nonce was read.
    pub(in crate::decode) fn nonce(&mut self, nonce: &Nonce) {
        let Some(told) = &mut self.0 else { return };
        let minutes = nonce.minutes().and_then(|minutes| {
            let moment = Moment::from_millis(i64::from(minutes) * 60_000)?;
            let minutes = words::grouped(usize::try_from(minutes).ok()?);
            Some(format!(": 8 at random, then minute {minutes}, {moment}"))
        });
        let (size, minutes) = (words::bytes(nonce.len()), minutes.unwrap_or_default());
        let says = format!("{size}{minutes}{}", words::repaired(nonce.repairs()));
        told.say(Kind::Nonce, Outcome::Done, says)
            .yields(nonce.bytes())
            .offers("the nonce", nonce.text().as_bytes());
    }

    /// There is no nonce, or none that can be read.
    pub(in crate::decode) fn no_nonce(
        &mut self,
        outcome: Outcome,
        error: Option<&Error>,
        reason: &Reason,
    ) {
        let Some(told) = &mut self.0 else { return };
        let error = error.map_or_else(String::new, |error| format!("{error}: "));
        told.say(Kind::Nonce, outcome, format!("{error}{}", reason.message()));
    }

    /// The form's own key is none.
    pub(in crate::decode) fn damaged_key(&mut self, from: &str, error: &Error) {
        let Some(told) = &mut self.0 else { return };
        let says = format!("ssecurity in {from}: {error}");
        told.say(Kind::Key, Outcome::Failed, says);
    }

    /// A key was tried and does not fit, and by what one knows; `from` says
    /// where it came from.
    pub(in crate::decode) fn tried(
        &mut self,
        ssecurity: &Ssecurity,
        from: impl Fn() -> String,
        signature: &Check,
        rc4_hash: &Check,
    ) {
        let Some(told) = &mut self.0 else { return };
        let before = told.stages.iter().rev();
        let before = before.take_while(|stage| stage.kind == Kind::Key).count();
        if before >= MAX_KEYS {
            told.more_keys += 1;
            return;
        }
        let signature = match signature {
            Check::Absent => "no signature was sent".to_owned(),
            Check::Match => "the signature matches".to_owned(),
            Check::Mismatch { expected, .. } => {
                format!("signature differs, it would be {expected}")
            }
            Check::Unknown => "signature unknown".to_owned(),
        };
        let hash = match rc4_hash {
            Check::Mismatch { .. } => ", rc4_hash__ differs",
            Check::Match => ", rc4_hash__ matches",
            Check::Absent | Check::Unknown => "",
        };
        let says = format!("{} ({}): {signature}{hash}", ssecurity.id(), from());
        told.key(Outcome::Differs, &says, ssecurity);
    }

    /// No key fits, and why.
    pub(in crate::decode) fn no_key(&mut self, outcome: Outcome, reason: &Reason) {
        let Some(told) = &mut self.0 else { return };
        told.count_keys();
        told.say(Kind::Key, outcome, reason.message());
    }

    /// The key that was settled on; `says` which, and by what proof.
    pub(in crate::decode) fn key(
        &mut self,
        ssecurity: &Ssecurity,
        says: impl Fn() -> String,
        repairs: Repairs,
    ) {
        let Some(told) = &mut self.0 else { return };
        told.count_keys();
        let says = format!("{}{}", says(), words::repaired(repairs));
        told.key(Outcome::Done, &says, ssecurity);
    }

    /// What a key makes of the nonce.
    pub(in crate::decode) fn signed_nonce(
        &mut self,
        ssecurity: &Ssecurity,
        nonce: &Nonce,
        signed_nonce: &SignedNonce,
    ) {
        let Some(told) = &mut self.0 else { return };
        let key = words::bytes(ssecurity.bytes().len());
        let with = words::bytes(nonce.len());
        let says = format!("SHA-256 of the key's {key} and the nonce's {with}");
        told.say(Kind::SignedNonce, Outcome::Done, says)
            .yields(signed_nonce.bytes())
            .offers("the signed nonce", signed_nonce.text().as_bytes())
            .masked_if(true);
    }
}

impl Told {
    fn key(&mut self, outcome: Outcome, says: &str, ssecurity: &Ssecurity) {
        self.say(Kind::Key, outcome, says)
            .yields(ssecurity.bytes())
            .offers("the key", ssecurity.encode().as_bytes())
            .masked_if(true);
    }

    fn count_keys(&mut self) {
        if self.more_keys > 0 {
            let more = text::count(self.more_keys, "key");
            let says = format!("{more} more, which do not fit either");
            self.say(Kind::Key, Outcome::Differs, says);
        }
    }
}
