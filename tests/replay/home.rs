//! The accounts of a made-up home, and the way to the cloud that knows them.

use mishark_core::protocol::key::Ssecurity;
use mishark_core::replay::{Base, Certificates, Endpoint};
use mishark_core::session::{KeyOrigin, Secret, Session};

use crate::support::cloud::{Account, Cloud};

/// A login on both sides.
#[derive(Clone, Copy)]
pub(crate) struct Login {
    key: &'static str,
    token: &'static str,
    sid: &'static str,
}

pub(crate) const ACCOUNT: Login = Login {
    key: "rAnKuwnp8Nqby2BclfOCRg==",
    token: "HOME-TOKEN",
    sid: "xiaomiio",
};

pub(crate) const FITNESS: Login = Login {
    key: "pOwGNxkmm74O4nna6QTASA==",
    token: "FITNESS-TOKEN",
    sid: "miothealth",
};

impl Login {
    pub(crate) fn session(self) -> Session {
        let key = Ssecurity::parse(self.key.as_bytes()).unwrap();
        let mut session = Session::new(key, KeyOrigin::Given);
        session.sid = Some(self.sid.to_owned());
        session.user_id = Some("1000000017".to_owned());
        session.service_tokens = vec![Secret::new(self.token)];
        session
    }
}

impl From<Login> for Account {
    fn from(login: Login) -> Self {
        Self {
            is_fitness: login.sid == "miothealth",
            ..Self::new(login.key, login.token)
        }
    }
}

pub(crate) fn session() -> Session {
    ACCOUNT.session()
}

/// To that cloud, whatever the request's own host is; the user has said yes.
pub(crate) fn endpoint(cloud: &Cloud) -> Endpoint {
    let mut endpoint = Endpoint::default();
    endpoint.base = Some(Base::parse(&cloud.base()).unwrap());
    endpoint.certificates = cloud
        .authority()
        .map(|pem| Certificates::parse(pem.as_bytes()).unwrap());
    endpoint.confirm("127.0.0.1");
    endpoint
}
