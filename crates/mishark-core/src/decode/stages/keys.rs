//! Nonce, key, and the signed nonce made of both.

use super::envelope::{Envelope, Opened};
use super::trail::Trail;
use super::{Kind, MAX_TAKEN_APART, Outcome, words};
use crate::decode::{Reason, State, place};
use crate::flow::Moment;
use crate::protocol::cipher::Keystream;
use crate::protocol::key::{Nonce, Ssecurity};
use crate::protocol::request::Scheme;
use crate::protocol::signature::Check;
use crate::text;

/// How many keys that do not fit are tried again and told one by one.
const MAX_KEYS: usize = 8;

/// What the form's own key is said to come from.
const OWN: &str = "the request's own form";

/// Tells nonce, keys and signed nonce; returns what the key made of the form.
pub(super) fn walk(envelope: &Envelope<'_>, trail: &mut Trail) -> Option<Opened> {
    let nonce = nonce(envelope, trail)?;
    let used = key(envelope, trail, nonce)?;
    let opened = open(envelope, nonce, used);
    let signed_nonce = &opened.signed_nonce;
    let (key, with) = (words::bytes(used.bytes().len()), words::bytes(nonce.len()));
    let says = format!("SHA-256 of the key's {key} and the nonce's {with}");
    trail.say(Kind::SignedNonce, Outcome::Done, says);
    trail
        .yields(signed_nonce.bytes())
        .offers("the signed nonce", signed_nonce.text().as_bytes())
        .is_secret();
    Some(opened)
}

fn open(envelope: &Envelope<'_>, nonce: &Nonce, ssecurity: &Ssecurity) -> Opened {
    let signed_nonce = nonce.sign(ssecurity);
    let mut keystream = Keystream::new(&signed_nonce);
    let request = envelope.sealed.open(
        place(envelope.flow),
        &signed_nonce,
        &mut keystream,
        envelope.options.gunzip_limit,
    );
    Opened {
        signed_nonce,
        keystream,
        request,
    }
}

fn nonce<'e>(envelope: &'e Envelope<'_>, trail: &mut Trail) -> Option<&'e Nonce> {
    let Some(Ok(nonce)) = envelope.sealed.nonce() else {
        let found = envelope.decoded.nonce.clone();
        let says = Reason::NoNonce { found }.message();
        let says = match envelope.sealed.nonce() {
            Some(Err(error)) => format!("{error}: {says}"),
            _ => says,
        };
        trail.say(Kind::Nonce, envelope.stop(), says);
        return None;
    };
    let size = words::bytes(nonce.len());
    let minutes = nonce.minutes().and_then(|minutes| {
        let moment = Moment::from_millis(i64::from(minutes) * 60_000)?;
        let minutes = words::grouped(usize::try_from(minutes).ok()?);
        Some(format!(": 8 at random, then minute {minutes}, {moment}"))
    });
    let repaired = words::repaired(nonce.repairs());
    let says = format!("{size}{}{repaired}", minutes.unwrap_or_default());
    trail.say(Kind::Nonce, Outcome::Done, says);
    trail
        .yields(nonce.bytes())
        .offers("the nonce", nonce.text().as_bytes());
    Some(nonce)
}

/// The key that decode settled on, with those that it could not.
fn key<'e>(envelope: &'e Envelope<'_>, trail: &mut Trail, nonce: &Nonce) -> Option<&'e Ssecurity> {
    let decoded = envelope.decoded;
    let own = match envelope.sealed.ssecurity() {
        Some(Ok(own)) => Some(own),
        Some(Err(error)) => {
            let says = format!("ssecurity in {OWN}: {error}");
            trail.say(Kind::Key, Outcome::Failed, says);
            None
        }
        None => None,
    };
    let used = used(envelope, own);
    if let Some(own) = own.filter(|own| Some(*own) != used) {
        tried(envelope, trail, nonce, own, OWN);
    }
    if !envelope.is_readable() {
        others(envelope, trail, nonce, used);
    }
    let Some(ssecurity) = used else {
        let says = match &decoded.key {
            Some(key) => format!("{} is no longer in the ring of keys", key.id),
            None => envelope.reason(),
        };
        trail.say(Kind::Key, envelope.stop(), says);
        return None;
    };
    let from = decoded.key.as_ref().map_or(OWN, |key| &key.from);
    let proof = match (&decoded.signature, &decoded.rc4_hash) {
        (Check::Match, _) => "the signature proves it",
        (_, Check::Match) => "rc4_hash__ proves it",
        _ if !envelope.is_readable() => "nothing proves it, and no other fits",
        _ => "nothing proves it",
    };
    let repaired = if own == used {
        envelope.repaired("ssecurity")
    } else {
        String::new()
    };
    let says = format!("{} ({from}): {proof}{repaired}", ssecurity.id());
    trail.say(Kind::Key, Outcome::Done, words::line(&says));
    trail
        .yields(ssecurity.bytes())
        .offers("the key", ssecurity.encode().as_bytes())
        .is_secret();
    Some(ssecurity)
}

/// The key that decode used: its own, or one of the ring.
fn used<'e>(envelope: &'e Envelope<'_>, own: Option<&'e Ssecurity>) -> Option<&'e Ssecurity> {
    let decoded = envelope.decoded;
    match &decoded.key {
        Some(key) => {
            let sessions = envelope.ring.sessions().iter();
            let ring = sessions.map(|session| &session.ssecurity);
            own.into_iter()
                .chain(ring)
                .find(|known| known.id() == key.id)
        }
        // What yields noise is not called the flow's key, but noise is shown.
        None => own.filter(|_| {
            envelope.sealed.scheme() == Scheme::Rc4 && decoded.state == State::Unreadable
        }),
    }
}

/// The keys of the ring, none of which fits.
fn others(envelope: &Envelope<'_>, trail: &mut Trail, nonce: &Nonce, used: Option<&Ssecurity>) {
    let candidates = envelope.ring.candidates(&envelope.flow.request.headers);
    let candidates = candidates
        .into_iter()
        .filter(|session| Some(&session.ssecurity) != used);
    let candidates: Vec<_> = candidates.collect();
    // Each opens the whole form.
    let size: usize = envelope
        .sealed
        .params()
        .iter()
        .map(|param| param.text().len())
        .sum();
    let shown = (MAX_TAKEN_APART / size.max(1)).clamp(1, MAX_KEYS);
    for session in candidates.iter().take(shown) {
        let from = session.origin.to_string();
        tried(envelope, trail, nonce, &session.ssecurity, &from);
    }
    if candidates.len() > shown {
        let more = text::count(candidates.len() - shown, "key");
        let says = format!("{more} more, which do not fit either");
        trail.say(Kind::Key, Outcome::Differs, says);
    }
}

/// One key that does not fit, and by what one knows.
fn tried(
    envelope: &Envelope<'_>,
    trail: &mut Trail,
    nonce: &Nonce,
    ssecurity: &Ssecurity,
    from: &str,
) {
    let opened = open(envelope, nonce, ssecurity);
    let signature = match &opened.request.signature {
        Check::Absent => "no signature was sent".to_owned(),
        Check::Match => "the signature matches".to_owned(),
        Check::Mismatch { expected, .. } => format!("signature differs, it would be {expected}"),
        Check::Unknown => "signature unknown".to_owned(),
    };
    let hash = match &opened.request.rc4_hash {
        Check::Mismatch { .. } => ", rc4_hash__ differs",
        Check::Match => ", rc4_hash__ matches",
        Check::Absent | Check::Unknown => "",
    };
    let says = format!("{} ({from}): {signature}{hash}", ssecurity.id());
    trail.say(Kind::Key, Outcome::Differs, words::line(&says));
    trail
        .yields(ssecurity.bytes())
        .offers("the key", ssecurity.encode().as_bytes())
        .is_secret();
}
