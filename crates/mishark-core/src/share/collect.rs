//! Finding what is not for others: secrets by `redact`, people's numbers and
//! names by what lists tell and by the members they stand in.

use super::kind::{Kind, of_member};
use super::stand_ins::StandIns;
use super::texts::member_key;
use crate::call::rpc_did;
use crate::decode::{Decoded, Side};
use crate::directory::{Directory, Findings};
use crate::flow::{Body, Flow, Headers};
use crate::json::{Tree, looks_like};
use crate::redact::{self, Found, in_header, in_text};
use crate::session::{Secret, Session};
use crate::workspace::FlowId;

/// How deep JSON inside of strings is looked through.
const DEEPEST: usize = 3;

/// Collects values, flow by flow.
pub(super) struct Collector {
    names: bool,
    stand_ins: StandIns,
    directory: Directory,
}

impl Collector {
    pub(super) fn new(names: bool) -> Self {
        Self {
            names,
            stand_ins: StandIns::default(),
            directory: Directory::default(),
        }
    }

    /// All that a login holds.
    pub(super) fn session(&mut self, session: &Session) {
        use redact::Kind::{Account, Key, Token};
        self.add(Kind::Secret(Key), session.ssecurity.encode().as_bytes());
        for token in &session.service_tokens {
            self.add(Kind::Secret(Token), token.reveal().as_bytes());
        }
        let accounts = [&session.user_id, &session.c_user_id];
        for account in accounts.into_iter().flatten() {
            self.add(Kind::Secret(Account), account.as_bytes());
        }
    }

    /// What one flow tells.
    pub(super) fn flow(&mut self, id: FlowId, flow: &Flow, decoded: &Decoded) {
        if let Some(findings) = Findings::of(flow, decoded) {
            self.directory.learn(findings, id);
        }
        let request = &flow.request;
        self.text(request.url.as_str().as_bytes());
        if let Some(did) = rpc_did(request.url.path().trim_end_matches('/')) {
            self.add(Kind::Did, did.as_bytes());
        }
        self.headers(&request.headers);
        self.body(&request.body);
        self.side(&decoded.request);
        if let Some(response) = &flow.response {
            self.headers(&response.headers);
            self.body(&response.body);
        }
        if let Some(side) = &decoded.response {
            self.side(side);
        }
    }

    /// All values, with what the lists told.
    pub(super) fn end(mut self) -> StandIns {
        let directory = std::mem::take(&mut self.directory);
        let token = Kind::Secret(redact::Kind::Token);
        let key = Kind::Secret(redact::Kind::Key);
        for device in directory.devices() {
            self.add(Kind::Did, device.did.as_bytes());
            let secret = |secret: &Option<Secret>| secret.as_ref().map(|it| it.reveal().to_owned());
            let told = [
                (token, secret(&device.token)),
                (key, secret(&device.beacon_key)),
                (Kind::Mac, device.mac.as_deref().map(str::to_owned)),
                (Kind::Address, device.ip.as_deref().map(str::to_owned)),
                (Kind::Did, device.parent.as_deref().map(str::to_owned)),
            ];
            for (kind, value) in told {
                self.add(kind, value.unwrap_or_default().as_bytes());
            }
            self.name(device.name.as_deref());
        }
        for home in directory.homes() {
            self.add(Kind::Home, home.id.as_bytes());
            let owner = home.owner.as_deref().unwrap_or_default();
            self.add(Kind::Secret(redact::Kind::Account), owner.as_bytes());
            self.name(Some(&home.name));
        }
        for room in directory.rooms() {
            self.add(Kind::Room, room.id.as_bytes());
            self.name(Some(&room.name));
        }
        for scene in directory.scenes() {
            self.add(Kind::Scene, scene.id.as_bytes());
            self.name(Some(&scene.name));
        }
        self.stand_ins
    }

    fn add(&mut self, kind: Kind, value: &[u8]) {
        self.stand_ins.add(kind, value);
    }

    fn name(&mut self, name: Option<&str>) {
        if let (true, Some(name)) = (self.names, name) {
            self.add(Kind::Name, name.as_bytes());
        }
    }

    fn found(&mut self, found: &[Found]) {
        for found in found {
            self.add(Kind::Secret(found.kind), found.secret());
        }
    }

    fn text(&mut self, text: &[u8]) {
        self.found(&in_text(text));
    }

    fn headers(&mut self, headers: &Headers) {
        for (name, value) in headers.iter() {
            self.found(&in_header(name, value));
        }
    }

    fn body(&mut self, body: &Body) {
        match body {
            Body::Bytes(bytes) => self.document(bytes, 0),
            Body::Params(params) => {
                for (name, value) in params {
                    self.parameter(name, value.as_bytes());
                }
            }
            Body::Frames(frames) => {
                for frame in frames {
                    self.document(&frame.bytes, 0);
                }
            }
            Body::Absent | Body::Dropped { .. } => {}
        }
    }

    fn side(&mut self, side: &Side) {
        if let Some(plaintext) = &side.plaintext {
            self.document(plaintext, 0);
        }
        for (name, value) in &side.params {
            self.parameter(name, value);
        }
    }

    fn parameter(&mut self, name: &str, value: &[u8]) {
        if let Some(kind) = super::texts::parameter_kind(name) {
            self.add(Kind::Secret(kind), value);
        }
        self.document(value, 0);
    }

    /// A text; as JSON its members tell of people, too.
    fn document(&mut self, text: &[u8], depth: usize) {
        if depth == 0 {
            self.text(text);
        }
        let json = crate::protocol::response::behind_prefix(text).unwrap_or(text);
        if !looks_like(json) {
            return;
        }
        let Ok(tree) = Tree::parse(json) else { return };
        for row in 0..tree.len() {
            let Some(value) = tree.scalar(row) else {
                continue;
            };
            if let Some(kind) = member_key(&tree, row).and_then(of_member) {
                self.add(kind, value.as_bytes());
            } else if depth < DEEPEST && value.starts_with(['{', '[']) {
                self.document(value.as_bytes(), depth + 1);
            }
        }
    }
}
