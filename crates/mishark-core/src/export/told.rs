//! What JSON tells of an opened flow: the same in lines and in a HAR.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::decode::{Decoded, Side};

/// How far a flow could be opened, and how it was checked.
#[derive(Serialize)]
pub(super) struct Opened<'a> {
    state: &'static str,
    scheme: Option<&'static str>,
    keystream: Option<&'static str>,
    nonce: Option<&'a str>,
    key: Option<Key<'a>>,
    signature: &'static str,
    rc4_hash: &'static str,
    reason: Option<Reason>,
}

#[derive(Serialize)]
struct Key<'a> {
    id: String,
    from: &'a str,
}

#[derive(Serialize)]
struct Reason {
    code: &'static str,
    message: String,
    hint: &'static str,
}

impl<'a> Opened<'a> {
    pub(super) fn of(decoded: &'a Decoded) -> Self {
        Self {
            state: decoded.state.name(),
            scheme: decoded.scheme.map(|scheme| scheme.name()),
            keystream: decoded.keystream().map(|mode| mode.name()),
            nonce: decoded.nonce.as_deref(),
            key: decoded.key.as_ref().map(|key| Key {
                id: key.id.to_string(),
                from: &key.from,
            }),
            signature: decoded.signature.word(),
            rc4_hash: decoded.rc4_hash.word(),
            reason: decoded.reason.as_ref().map(|reason| Reason {
                code: reason.code(),
                message: reason.message(),
                hint: reason.hint(),
            }),
        }
    }
}

/// A side's steps by their names.
pub(super) fn steps(side: &Side) -> Vec<&'static str> {
    side.steps.iter().map(|step| step.name()).collect()
}

/// Parameters as an object; a name that occurs more often has a list.
pub(super) struct Params<'a>(pub(super) &'a [(String, Vec<u8>)]);

impl Serialize for Params<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (index, (name, _)) in self.0.iter().enumerate() {
            if self.0[..index].iter().any(|(before, _)| before == name) {
                continue;
            }
            let same = self.0[index..].iter().filter(|(other, _)| other == name);
            let values: Vec<_> = same
                .map(|(_, value)| String::from_utf8_lossy(value))
                .collect();
            match values.as_slice() {
                [value] => object.serialize_entry(name, value)?,
                values => object.serialize_entry(name, values)?,
            }
        }
        object.end()
    }
}
