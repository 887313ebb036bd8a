//! A cloud on this machine, as strict as the real one is said to be.
//!
//! It checks signature and `rc4_hash__` in its own code, written from the
//! protocol's description and not from mishark's, so that a mistake has to be
//! made twice to pass. It speaks HTTP and HTTPS, keeps connections alive, and
//! can be told to be slow, to cut its answers, or to send something else.

mod answers;
mod captured;
mod envelope;
mod http;
mod tls;

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

pub(crate) use envelope::Account;
pub(crate) use http::{Connection, Request};

/// How a cloud answers what it has accepted.
#[derive(Debug, Clone, Default)]
pub(crate) enum Behaviour {
    /// As it should.
    #[default]
    Honest,
    /// Half of the body, and then the connection ends.
    Cut,
    /// A head that promises a body, and nothing more; the connection stays.
    Silent,
    /// So many bytes.
    Huge(usize),
    /// A page, with this status.
    Page(u16),
    /// A redirect to this place.
    Redirect(String),
    /// Sealed under another key.
    WrongKey,
    /// Clock and signature: refuses with this `Date`.
    Clock(String),
    /// What is no HTTP.
    NotHttp,
}

/// What reached the cloud.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The plaintext parameters, if it was accepted.
    pub(crate) params: Vec<(String, Vec<u8>)>,
    /// The keystream and order that its hash proves.
    pub(crate) mode: &'static str,
}

struct State {
    accounts: Vec<Account>,
    behaviour: Behaviour,
    answers: HashMap<String, Value>,
    properties: HashMap<String, Value>,
    seen: Vec<Seen>,
    connections: usize,
}

/// A running cloud. It ends with the process.
#[derive(Clone)]
pub(crate) struct Cloud {
    address: SocketAddr,
    tls: Option<Arc<tls::Identity>>,
    state: Arc<Mutex<State>>,
}

impl Cloud {
    /// One that speaks HTTP.
    pub(crate) fn http(accounts: Vec<Account>) -> Self {
        Self::start("127.0.0.1:0", None, accounts).unwrap()
    }

    /// One that speaks HTTPS, by a certificate that nobody vouches for.
    pub(crate) fn https(accounts: Vec<Account>) -> Self {
        let identity = Arc::new(tls::Identity::new());
        Self::start("127.0.0.1:0", Some(identity), accounts).unwrap()
    }

    /// One that speaks HTTP at this address.
    pub(crate) fn at(address: &str, accounts: Vec<Account>) -> io::Result<Self> {
        Self::start(address, None, accounts)
    }

    fn start(
        address: &str,
        tls: Option<Arc<tls::Identity>>,
        accounts: Vec<Account>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let cloud = Self {
            address: listener.local_addr()?,
            tls,
            state: Arc::new(Mutex::new(State {
                accounts,
                behaviour: Behaviour::Honest,
                answers: HashMap::new(),
                properties: HashMap::new(),
                seen: Vec::new(),
                connections: 0,
            })),
        };
        let serving = cloud.clone();
        thread::spawn(move || {
            for stream in listener.incoming().filter_map(Result::ok) {
                serving.state.lock().unwrap().connections += 1;
                let cloud = serving.clone();
                // A client that leaves is no concern of the others.
                thread::spawn(move || drop(cloud.serve(stream)));
            }
        });
        Ok(cloud)
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn base(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The authority that vouches for it, as PEM.
    pub(crate) fn authority(&self) -> Option<&str> {
        self.tls.as_deref().map(tls::Identity::authority)
    }

    /// Lets it behave so from now on.
    pub(crate) fn behave(&self, behaviour: Behaviour) {
        self.state.lock().unwrap().behaviour = behaviour;
    }

    /// Gives the calls of a path this result.
    pub(crate) fn answer(&self, path: &str, result: Value) {
        let mut state = self.state.lock().unwrap();
        state.answers.insert(path.to_owned(), result);
    }

    /// Gives a device's property this value.
    pub(crate) fn property(&self, did: &str, siid: u64, piid: u64, value: Value) {
        self.item(json!({"did": did, "siid": siid, "piid": piid, "value": value, "code": 0}));
    }

    /// Lets a property be answered with this very item.
    pub(crate) fn item(&self, item: Value) {
        let name = answers::name(&item);
        self.state.lock().unwrap().properties.insert(name, item);
    }

    /// What has reached it, and takes it off the list.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.state.lock().unwrap().seen)
    }

    /// How many connections it has taken.
    pub(crate) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    fn serve(&self, stream: TcpStream) -> io::Result<()> {
        match &self.tls {
            None => self.serve_all(Connection::new(stream)),
            Some(identity) => self.serve_all(Connection::new(identity.wrap(stream)?)),
        }
    }

    fn serve_all(&self, mut connection: Connection<impl io::Read + Write>) -> io::Result<()> {
        while let Some(request) = connection.request()? {
            self.respond(&request, &mut connection)?;
        }
        Ok(())
    }

    fn respond(
        &self,
        request: &Request,
        connection: &mut Connection<impl io::Read + Write>,
    ) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        let opened = envelope::open(request, &state.accounts);
        let mut seen = Seen {
            method: request.method.clone(),
            target: request.target.clone(),
            headers: request.headers.clone(),
            body: request.body.clone(),
            params: Vec::new(),
            mode: "refused",
        };
        if let Ok(opened) = &opened {
            seen.params.clone_from(&opened.params);
            seen.mode = opened.mode;
        }
        state.seen.push(seen);
        let behaviour = state.behaviour.clone();
        match behaviour {
            Behaviour::Honest | Behaviour::WrongKey | Behaviour::Cut => {}
            Behaviour::Silent => {
                drop(state);
                return connection.promise(1000);
            }
            Behaviour::Huge(size) => {
                drop(state);
                return connection.respond(200, &[], &vec![b'A'; size]);
            }
            Behaviour::Page(status) => {
                let page = b"<html><head><title>captive portal</title></head></html>";
                return connection.respond(status, &[("content-type", "text/html")], page);
            }
            Behaviour::Redirect(to) => return connection.respond(302, &[("location", &to)], b""),
            Behaviour::Clock(date) => {
                let body = br#"{"code":0,"message":"invalid signature"}"#;
                return connection.respond(401, &[("date", &date)], body);
            }
            Behaviour::NotHttp => return connection.raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"),
        }
        let opened = match opened {
            Ok(opened) => opened,
            Err(refusal) => {
                let body = json!({"code": refusal.code, "message": refusal.message}).to_string();
                return connection.respond(401, &[], body.as_bytes());
            }
        };
        let result = answers::result(
            &opened,
            &request.path(),
            &state.answers.clone(),
            &mut state.properties,
        );
        drop(state);
        let body = json!({"code": 0, "message": "ok", "result": result}).to_string();
        let wants_gzip = request
            .header("miot-accept-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case("gzip"));
        let wrong_key = matches!(behaviour, Behaviour::WrongKey);
        let sealed = opened.seal(body.as_bytes(), wants_gzip, wrong_key);
        let headers: &[(&str, &str)] = if wants_gzip && opened.is_encrypted() {
            &[("MIOT-CONTENT-ENCODING", "GZIP")]
        } else {
            &[]
        };
        match behaviour {
            Behaviour::Cut => connection.cut(headers, &sealed),
            _ => connection.respond(200, headers, &sealed),
        }
    }
}
