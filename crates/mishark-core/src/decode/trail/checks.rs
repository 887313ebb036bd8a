//! Both checks, with the very strings that were hashed.

use super::{Trail, words};
use crate::decode::stages::{Kind, Outcome};
use crate::protocol::cipher::Keystream;
use crate::protocol::key::SignedNonce;
use crate::protocol::request::{
    KeystreamMode, OpenedRequest, Order, Place, Proof, RC4_HASH, Scheme, SealedRequest, Style,
};
use crate::protocol::signature::{Check, PathForm};

/// A form, and what a key made of it, if there is one.
pub(in crate::decode) struct Checked<'a> {
    pub(in crate::decode) sealed: &'a SealedRequest<'a>,
    pub(in crate::decode) place: Place<'a>,
    pub(in crate::decode) opened: Option<(&'a OpenedRequest, &'a SignedNonce)>,
}

impl Trail {
    /// What is signed was checked: the ciphertexts, or in the HMAC form the
    /// plaintexts.
    pub(in crate::decode) fn signature(&mut self, checked: &Checked<'_>, check: &Check) {
        let Some(told) = &mut self.0 else { return };
        let sealed = checked.sealed;
        let tried: Vec<Proof> = sealed.proofs(checked.place).collect();
        let algorithm = match sealed.scheme() {
            Scheme::Hmac => "HMAC-SHA-256",
            Scheme::Rc4 => "SHA-1",
        };
        let says = match (check, checked.opened) {
            (Check::Match, Some((opened, _))) => {
                let how = with(opened.signed.proof, &tried);
                let repaired = words::repaired(sealed.repairs_of("signature"));
                format!("{algorithm} of the signed string equals what was sent: {how}{repaired}")
            }
            (_, opened) => {
                let tried = paths_and_orders(&tried);
                unequal(check, algorithm, "signature", &tried, opened.is_some())
            }
        };
        let stage = told.say(Kind::Signature, outcome(check), says);
        let Some((opened, signed_nonce)) = checked.opened else {
            return;
        };
        let Proof { path, order, .. } = opened.signed.proof;
        let style = Style {
            path,
            order,
            ..opened.style
        };
        if *check != Check::Absent
            && let Some(string) = sealed.signature_string(checked.place, &style, signed_nonce)
        {
            stage.offers("the signed string", &string).masked_if(true);
        }
    }

    /// The hash of the plaintexts was checked, which the encrypted form alone
    /// has.
    pub(in crate::decode) fn rc4_hash(&mut self, checked: &Checked<'_>, check: &Check) {
        let Some(told) = &mut self.0 else { return };
        let sealed = checked.sealed;
        let tried: Vec<Proof> = sealed.proofs(checked.place).collect();
        let opened = checked.opened.and_then(|(opened, signed_nonce)| {
            Some((opened.style, opened.layout.as_ref()?, signed_nonce))
        });
        let says = match (check, opened) {
            (Check::Match, Some((style, layout, _))) => {
                let mode = match style.keystream {
                    KeystreamMode::Chained => "chained keystream",
                    KeystreamMode::Fresh => "fresh keystream",
                    KeystreamMode::Undecided => "chained and fresh are the same",
                };
                let proof = Proof {
                    path: layout.path,
                    order: layout.order,
                    skips_empty: false,
                };
                let how = with(proof, &tried);
                format!("SHA-1 of the plaintext's string equals what was sent: {mode}, {how}")
            }
            _ => {
                let tried = format!("chained and fresh, {}", paths_and_orders(&tried));
                unequal(check, "SHA-1", RC4_HASH, &tried, opened.is_some())
            }
        };
        let stage = told.say(Kind::Rc4Hash, outcome(check), says);
        if let Check::Match | Check::Mismatch { .. } = check
            && let Some((_, layout, signed_nonce)) = opened
        {
            let mut keystream = Keystream::new(signed_nonce);
            let string = sealed.hash_string(checked.place, layout, signed_nonce, &mut keystream);
            if let Some(string) = string {
                stage.offers("the hashed string", &string).masked_if(true);
            }
        }
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
fn with(proof: Proof, tried: &[Proof]) -> String {
    let (path, order) = names(proof);
    if tried.iter().any(|other| other.order != proof.order) {
        format!("{path}, {order}")
    } else {
        path.to_owned()
    }
}

fn paths_and_orders(tried: &[Proof]) -> String {
    let paths = tried.iter().map(|proof| names(*proof).0);
    let orders = tried.iter().map(|proof| names(*proof).1);
    let mut all: Vec<&str> = Vec::new();
    for name in paths.chain(orders) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all.join(", ")
}

fn names(proof: Proof) -> (&'static str, &'static str) {
    let path = match proof.path {
        PathForm::Stripped => "path without /app",
        PathForm::Whole => "path as sent",
    };
    let order = match proof.order {
        Order::Received => "fields as received",
        Order::Sorted => "fields sorted",
    };
    (path, order)
}
