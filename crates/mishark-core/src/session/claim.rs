//! Tokens of requests that name no key: whose they are is told by the
//! signature, as soon as the key is known.

use super::{KeyOrigin, Place, Secret, Session};
use crate::flow::carrier::carrier;
use crate::flow::{Flow, Moment};
use crate::protocol::form::Form;
use crate::protocol::key::Ssecurity;
use crate::protocol::request::{Place as Signed, SealedRequest};
use crate::protocol::signature::Check;

/// How many bytes of a packed form are read.
const MAX_FORM: u64 = 1 << 20;

/// A token that was sent with a signed form.
#[derive(Clone)]
pub(super) struct Claim {
    token: Secret,
    user_id: Option<String>,
    c_user_id: Option<String>,
    method: String,
    host: String,
    path: String,
    form: Form,
    is_encrypted: bool,
    started: Option<Moment>,
    place: Place,
}

impl Claim {
    /// The claim that a request makes, if it has a token and a signature.
    pub(super) fn of(flow: &Flow, place: &Place) -> Option<Self> {
        let (headers, url) = (&flow.request.headers, &flow.request.url);
        let token = Secret::new(headers.cookie("serviceToken")?);
        let form = carrier(flow, MAX_FORM)?.form;
        form.get("signature")?;
        Some(Self {
            token,
            user_id: headers.cookie("userId").map(str::to_owned),
            c_user_id: headers.cookie("cUserId").map(str::to_owned),
            method: flow.request.method.clone(),
            host: url.host().to_owned(),
            path: url.wire_path().into_owned(),
            form,
            is_encrypted: headers.get("miot-encrypt-algorithm").is_some(),
            started: flow.started,
            place: place.clone(),
        })
    }

    pub(super) fn token(&self) -> &Secret {
        &self.token
    }

    /// What the claim adds to the session of a key, if the signature is that
    /// key's.
    pub(super) fn granted(&self, ssecurity: &Ssecurity) -> Option<Session> {
        let algorithm = self.is_encrypted.then_some("ENCRYPT-RC4");
        let sealed = SealedRequest::recognise(&self.form, algorithm)?;
        let place = Signed {
            method: &self.method,
            host: &self.host,
            path: &self.path,
        };
        let signed_nonce = sealed.nonce()?.ok()?.sign(ssecurity);
        if sealed.check_signature(place, &signed_nonce).check != Check::Match {
            return None;
        }
        let mut session = Session::new(ssecurity.clone(), KeyOrigin::Form(self.place.clone()));
        session.user_id.clone_from(&self.user_id);
        session.c_user_id.clone_from(&self.c_user_id);
        session.service_tokens = vec![self.token.clone()];
        session.hosts = vec![self.host.clone()];
        session.last_seen = self.started;
        Some(session)
    }
}
