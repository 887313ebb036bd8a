//! Both checks, with the very strings that were hashed.

use super::envelope::{Envelope, Opened};
use super::trail::Trail;
use super::{Kind, Outcome, words};
use crate::decode::place;
use crate::protocol::request::{KeystreamMode, Order, Proof, RC4_HASH, Scheme, Style};
use crate::protocol::signature::{Check, PathForm};

/// What is signed: the ciphertexts, or in the HMAC form the plaintexts.
pub(super) fn signature(envelope: &Envelope<'_>, trail: &mut Trail, opened: Option<&Opened>) {
    let place = place(envelope.flow);
    let sealed = &envelope.sealed;
    let tried: Vec<Proof> = sealed.proofs(place).collect();
    let proof = opened
        .and_then(|opened| sealed.prove(place, &opened.signed_nonce))
        .or(tried.first().copied());
    let algorithm = match sealed.scheme() {
        Scheme::Hmac => "HMAC-SHA-256",
        Scheme::Rc4 => "SHA-1",
    };
    let repaired = envelope.repaired("signature");
    let check = &envelope.decoded.signature;
    let says = match (check, proof) {
        (Check::Match, Some(proof)) => {
            let how = with(proof.path, proof.order, &tried);
            format!("{algorithm} of the signed string equals what was sent: {how}{repaired}")
        }
        _ => unequal(
            check,
            algorithm,
            "signature",
            &paths_and_orders(&tried),
            opened.is_some(),
        ),
    };
    trail.say(Kind::Signature, outcome(check), says);
    if matches!(check, Check::Absent) {
        return;
    }
    let (Some(opened), Some(proof)) = (opened, proof) else {
        return;
    };
    let style = Style {
        path: proof.path,
        order: proof.order,
        ..opened.request.style
    };
    if let Some(string) = sealed.signature_string(place, &style, &opened.signed_nonce) {
        trail.offers("the signed string", &string).is_secret();
    }
}

/// The hash of the plaintexts, which the encrypted form alone has.
pub(super) fn rc4_hash(envelope: &Envelope<'_>, trail: &mut Trail, opened: Option<&mut Opened>) {
    if envelope.sealed.scheme() == Scheme::Hmac {
        return;
    }
    let place = place(envelope.flow);
    let check = &envelope.decoded.rc4_hash;
    let tried: Vec<Proof> = envelope.sealed.proofs(place).collect();
    let layout = opened
        .as_ref()
        .and_then(|opened| opened.request.layout.clone());
    let says = match (check, &opened, &layout) {
        (Check::Match, Some(opened), Some(layout)) => {
            let mode = match opened.request.style.keystream {
                KeystreamMode::Chained => "chained keystream",
                KeystreamMode::Fresh => "fresh keystream",
                KeystreamMode::Undecided => "chained and fresh are the same",
            };
            let how = with(layout.path, layout.order, &tried);
            format!("SHA-1 of the plaintext's string equals what was sent: {mode}, {how}")
        }
        _ => {
            let tried = format!("chained and fresh, {}", paths_and_orders(&tried));
            unequal(check, "SHA-1", RC4_HASH, &tried, opened.is_some())
        }
    };
    trail.say(Kind::Rc4Hash, outcome(check), says);
    if matches!(check, Check::Absent | Check::Unknown) {
        return;
    }
    let (Some(opened), Some(layout)) = (opened, layout) else {
        return;
    };
    let (signed_nonce, keystream) = (&opened.signed_nonce, &mut opened.keystream);
    let sealed = &envelope.sealed;
    if let Some(string) = sealed.hash_string(place, &layout, signed_nonce, keystream) {
        trail.offers("the hashed string", &string).is_secret();
    }
}

/// What is said of a check that does not match.
fn unequal(check: &Check, algorithm: &str, field: &str, tried: &str, has_key: bool) -> String {
    match check {
        Check::Absent => format!("no {field} was sent"),
        Check::Match => format!("{algorithm} equals what was sent"),
        Check::Mismatch { expected, found } if has_key => {
            let found = words::short(found);
            format!("{algorithm} is {expected}, sent was {found}; tried: {tried}")
        }
        Check::Mismatch { expected, found } => {
            format!("sent was {}, no {expected}", words::short(found))
        }
        Check::Unknown if has_key => "can not be recomputed: a value is no base64".to_owned(),
        Check::Unknown => "can not be recomputed without nonce and key".to_owned(),
    }
}

fn outcome(check: &Check) -> Outcome {
    match check {
        Check::Absent => Outcome::Skipped,
        Check::Match => Outcome::Done,
        Check::Mismatch { .. } => Outcome::Differs,
        Check::Unknown => Outcome::Unknown,
    }
}

/// Path and order of a match; the order only where there was more than one.
fn with(path: PathForm, order: Order, tried: &[Proof]) -> String {
    let has_choice = tried.iter().any(|proof| proof.order != order);
    if has_choice {
        format!("{}, {}", path_name(path), order_name(order))
    } else {
        path_name(path).to_owned()
    }
}

fn paths_and_orders(tried: &[Proof]) -> String {
    let mut names: Vec<&str> = Vec::new();
    let paths = tried.iter().map(|proof| path_name(proof.path));
    let orders = tried.iter().map(|proof| order_name(proof.order));
    for name in paths.chain(orders) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join(", ")
}

fn path_name(path: PathForm) -> &'static str {
    match path {
        PathForm::Stripped => "path without /app",
        PathForm::Whole => "path as sent",
    }
}

fn order_name(order: Order) -> &'static str {
    match order {
        Order::Received => "fields as received",
        Order::Sorted => "fields sorted",
    }
}
