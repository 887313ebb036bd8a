//! Servers that lie, break off and never end, and what is said of each. What a
//! server has had whole is never called "not sent".

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use mishark_core::replay::{
    Base, Cancel, Certificates, Draft, Endpoint, SendError, fresh_nonce, send, sign,
};
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::home::session;

/// What a server does with a connection.
enum Lie {
    /// Reads the request, and answers in the clear.
    Http(Answer),
    /// The same inside TLS.
    Https(Answer),
    /// Reads the request inside TLS, and writes bytes beside it.
    Beside(&'static [u8]),
    /// Writes bytes where the handshake should be.
    Instead(&'static [u8]),
    /// Ends the connection before it has read anything.
    Gone,
    /// Ends the connection after the client's first words of TLS.
    GoneInHandshake,
    /// Shows a certificate of that kind.
    Certificate(Kind),
}

/// What comes, and how it ends.
struct Answer {
    bytes: Vec<u8>,
    end: End,
}

enum End {
    /// The connection is closed.
    Close,
    /// Nothing more comes, and the connection stays.
    Hold,
    /// These bytes come over and over.
    Endless(&'static [u8]),
}

#[derive(Clone, Copy)]
enum Kind {
    Good,
    Expired,
    NotYet,
    OtherName,
    SelfSignedAuthority,
    SelfSigned,
}

fn closed(bytes: impl AsRef<[u8]>) -> Answer {
    let bytes = bytes.as_ref().to_vec();
    Answer {
        bytes,
        end: End::Close,
    }
}

fn held(bytes: impl AsRef<[u8]>) -> Answer {
    Answer {
        end: End::Hold,
        ..closed(bytes)
    }
}

fn endless(bytes: impl AsRef<[u8]>, more: &'static [u8]) -> Answer {
    Answer {
        end: End::Endless(more),
        ..closed(bytes)
    }
}

/// A certificate and its key; the authority's PEM, if one is to be trusted.
fn identity(kind: Kind) -> (ServerConfig, Option<String>) {
    let name = match kind {
        Kind::OtherName => "elsewhere.example",
        _ => "127.0.0.1",
    };
    let mut params = CertificateParams::new([name.to_owned()]).unwrap();
    match kind {
        Kind::Expired => {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 3, 4);
        }
        Kind::NotYet => params.not_before = date_time_ymd(2400, 1, 1),
        Kind::SelfSignedAuthority => params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained),
        Kind::Good | Kind::OtherName | Kind::SelfSigned => {}
    }
    let key = KeyPair::generate().unwrap();
    let (certificate, authority) = match kind {
        Kind::SelfSigned | Kind::SelfSignedAuthority => (params.self_signed(&key).unwrap(), None),
        _ => {
            let mut authority = CertificateParams::new(Vec::new()).unwrap();
            authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            let authority_key = KeyPair::generate().unwrap();
            let authority = rcgen::CertifiedIssuer::self_signed(authority, authority_key).unwrap();
            let pem = authority.pem();
            (params.signed_by(&key, &authority).unwrap(), Some(pem))
        }
    };
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (config, authority)
}

/// Reads a request to its end; tells whether it came whole.
fn read_whole(stream: &mut impl Read) -> bool {
    let mut read = Vec::new();
    loop {
        let mut chunk = [0; 4096];
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => return false,
            Ok(count) => read.extend_from_slice(&chunk[..count]),
        }
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.split_once("content-length: ").unwrap().1;
        let length: usize = length.split("\r\n").next().unwrap().parse().unwrap();
        if body.len() >= length {
            return true;
        }
    }
}

/// Answers, until the client has gone.
fn write(stream: &mut impl Write, answer: &Answer, raw: &mut TcpStream) -> io::Result<()> {
    stream.write_all(&answer.bytes)?;
    stream.flush()?;
    match answer.end {
        End::Close => Ok(()),
        End::Hold => raw.read(&mut [0]).map(drop),
        End::Endless(more) => loop {
            stream.write_all(more)?;
            stream.flush()?;
        },
    }
}

/// One connection; tells whether the whole request came.
fn serve(mut stream: TcpStream, lie: &Lie, config: Arc<ServerConfig>, had: &AtomicBool) {
    let mut raw = stream.try_clone().unwrap();
    let tls = |stream| StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
    let note = |whole| {
        had.store(whole, Ordering::SeqCst);
        whole
    };
    match lie {
        Lie::Gone => {}
        Lie::GoneInHandshake => drop(stream.read(&mut [0; 16])),
        Lie::Instead(bytes) => {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(bytes);
        }
        Lie::Http(answer) => {
            if note(read_whole(&mut stream)) {
                let _ = write(&mut stream, answer, &mut raw);
            }
        }
        Lie::Https(answer) => {
            let mut stream = tls(stream);
            if note(read_whole(&mut stream)) {
                let _ = write(&mut stream, answer, &mut raw);
            }
        }
        Lie::Beside(bytes) => {
            let mut stream = tls(stream);
            if note(read_whole(&mut stream)) {
                let _ = raw.write_all(bytes);
            }
        }
        Lie::Certificate(_) => {
            note(read_whole(&mut tls(stream)));
        }
    }
    let _ = raw.shutdown(Shutdown::Write);
    // What is left unread would reset the connection, and the answer with it.
    let _ = raw.set_read_timeout(Some(Duration::from_secs(2)));
    while raw.read(&mut [0; 4096]).is_ok_and(|count| count > 0) {}
}

/// What is said of a server, and whether it had the whole request.
fn said(lie: Lie) -> (Result<u16, SendError>, bool) {
    let kind = match &lie {
        Lie::Certificate(kind) => *kind,
        _ => Kind::Good,
    };
    let (config, authority) = identity(kind);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let scheme = match &lie {
        Lie::Http(_) | Lie::Gone => "http",
        _ => "https",
    };
    let mut endpoint = Endpoint::default();
    endpoint.base = Some(Base::parse(&format!("{scheme}://127.0.0.1:{port}")).unwrap());
    // Whom the system trusts is not asked: somebody has to be named.
    let other = identity(Kind::Good).1.unwrap();
    let pem = authority.unwrap_or(other);
    endpoint.certificates = Some(Certificates::parse(pem.as_bytes()).unwrap());
    endpoint.confirm("127.0.0.1");
    endpoint.timeout = Duration::from_millis(700);
    let had = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&had);
    let server = thread::spawn(move || {
        let (stream, _) = listener.accept().unwrap();
        serve(stream, &lie, Arc::new(config), &noted);
    });
    let call = r#"{"params":[{"did":"1","siid":2,"piid":1,"value":false}]}"#;
    let mut draft = Draft::new("https://api.io.mi.com", "/app/miotspec/prop/set", call);
    draft.session = Some(session().id());
    let request = sign(&draft, &session(), fresh_nonce().unwrap()).unwrap();
    let sent = send(&request, &endpoint, &Cancel::new());
    server.join().unwrap();
    let status = sent.map(|flow| flow.response.unwrap().status.unwrap());
    (status, had.load(Ordering::SeqCst))
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const LENGTH: &str = "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n";

fn fields(count: usize) -> String {
    let fields: String = (0..count).map(|at| format!("x-{at}: 1\r\n")).collect();
    format!("HTTP/1.1 200 OK\r\n{fields}content-length: 2\r\n\r\n{{}}")
}

/// Each lie with how what is said of it begins; `200` is an answer.
fn lies() -> Vec<(&'static str, Lie, &'static str)> {
    let http = |answer| Lie::Http(answer);
    let https = |answer| Lie::Https(answer);
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let chunk: &'static [u8] = Box::leak(chunk.into_bytes().into_boxed_slice());
    let head = |text: &str| format!("HTTP/1.1 200 OK\r\n{text}\r\n\r\n");
    vec![
        ("a status line cut", http(closed("HTTP/1.1 200")), "sent"),
        (
            "nothing at all",
            http(closed("")),
            "sent, the connection ended before an answer",
        ),
        ("silence", http(held("")), "sent, no answer in 0.7 s"),
        (
            "half a head, then silence",
            http(held("HTTP/1.1 200 OK\r\ncontent-")),
            "sent, no answer in 0.7 s",
        ),
        (
            "half a head, then the end",
            http(closed("HTTP/1.1 200 OK\r\ncontent-")),
            "sent, the connection ended before an answer",
        ),
        (
            "another protocol",
            http(closed("SSH-2.0-OpenSSH_9.6\r\n")),
            "answered, but not by HTTP",
        ),
        (
            "a page without a head",
            http(closed("<html>hello</html>\r\n\r\n")),
            "answered, but not by HTTP",
        ),
        (
            "random bytes",
            http(closed(b"\x00\x01\x02\xff\xfe\r\n\r\n")),
            "answered, but not by HTTP",
        ),
        (
            "HTTP of another version",
            http(closed("HTTP/9.9 200 OK\r\n\r\n")),
            "answered, but not by HTTP",
        ),
        (
            "a status of letters",
            http(closed("HTTP/1.1 abc OK\r\n\r\n")),
            "answered, but not by HTTP",
        ),
        (
            "a field with a line break in its name",
            http(closed(head("a\0b: c"))),
            "answered, but not by HTTP",
        ),
        (
            "a head without end",
            http(endless(
                "HTTP/1.1 200 OK\r\n",
                b"x: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n",
            )),
            "sent; the answer could not be read: its head has more than",
        ),
        (
            "one field without end",
            http(endless(
                "HTTP/1.1 200 OK\r\nx: ",
                b"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy",
            )),
            "sent; the answer could not be read: its head has more than 65536 bytes",
        ),
        ("over a hundred fields", http(closed(fields(110))), "200"),
        (
            "two hundred fields",
            http(closed(fields(200))),
            "sent; the answer could not be read: its head has more than 128 fields",
        ),
        (
            "a length that is no number",
            http(closed(head("content-length: ten"))),
            "sent; the answer could not be read",
        ),
        (
            "a length below nothing",
            http(closed(head("content-length: -1"))),
            "sent; the answer could not be read",
        ),
        (
            "two lengths",
            http(closed(head("content-length: 1\r\ncontent-length: 2"))),
            "sent; the answer could not be read",
        ),
        (
            "a length beyond the limit",
            http(closed(head("content-length: 99999999999"))),
            "answered, but with more than 8388608 bytes",
        ),
        (
            "a length beyond all numbers",
            http(closed(head("content-length: 99999999999999999999999999"))),
            "sent; the answer could not be read",
        ),
        (
            "less than its length",
            http(closed(format!("{LENGTH}abc"))),
            "sent, the connection ended in the answer, after 3 bytes",
        ),
        (
            "less than its length, then silence",
            http(held(format!("{LENGTH}abc"))),
            "sent; the answer could not be read: it did not end in 0.7 s",
        ),
        (
            "more than its length",
            http(closed(format!("{LENGTH}0123456789more"))),
            "200",
        ),
        (
            "a body without length and end",
            http(endless(head("content-type: text/plain"), &[b'x'; 4096])),
            "answered, but with more than 8388608 bytes",
        ),
        (
            "a chunk of letters",
            http(closed(format!("{CHUNKED}xyz\r\n"))),
            "sent; the answer could not be read",
        ),
        (
            "a chunk larger than all numbers",
            http(closed(format!("{CHUNKED}ffffffffffffffffffffff\r\n"))),
            "sent; the answer could not be read",
        ),
        (
            "a chunk extension without end",
            http(endless(
                format!("{CHUNKED}5;"),
                b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            )),
            "sent; the answer could not be read",
        ),
        (
            "a chunk size without end",
            http(endless(
                CHUNKED,
                b"00000000000000000000000000000000000000000000000000",
            )),
            "sent; the answer could not be read",
        ),
        (
            "a chunk without its line break",
            http(closed(format!("{CHUNKED}3\r\nabcdef"))),
            "sent; the answer could not be read",
        ),
        (
            "chunks cut",
            http(closed(format!("{CHUNKED}5\r\nab"))),
            "sent, the connection ended in the answer, after 2 bytes",
        ),
        (
            "chunks without the last",
            http(closed(format!("{CHUNKED}2\r\nab\r\n"))),
            "sent, the connection ended in the answer, after 2 bytes",
        ),
        (
            "a trailer without end",
            http(endless(
                format!("{CHUNKED}0\r\n"),
                b"t: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n",
            )),
            "sent; the answer could not be read",
        ),
        (
            "one trailer field without end",
            http(endless(
                format!("{CHUNKED}0\r\nt: "),
                b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            )),
            "sent; the answer could not be read",
        ),
        (
            "chunks without end",
            http(endless(CHUNKED, chunk)),
            "answered, but with more than 8388608 bytes",
        ),
        (
            "chunks and a length",
            http(closed(head(
                "transfer-encoding: chunked\r\ncontent-length: 3",
            ))),
            "sent",
        ),
        (
            "go-on answers without end",
            http(endless("", b"HTTP/1.1 100 Continue\r\n\r\n")),
            "sent",
        ),
        (
            "the connection is gone at once",
            Lie::Gone,
            "sent, the connection ended before an answer",
        ),
        (
            "TLS: garbage for an answer",
            https(closed(b"\x00\x01garbage\r\n\r\n")),
            "answered, but not by HTTP",
        ),
        ("TLS: silence", https(held("")), "sent, no answer in 0.7 s"),
        (
            "TLS: nothing at all",
            https(closed("")),
            "sent, the connection ended before an answer",
        ),
        (
            "TLS: less than its length",
            https(closed(format!("{LENGTH}abc"))),
            "sent, the connection ended in the answer, after 3 bytes",
        ),
        (
            "TLS: a chunk extension without end",
            https(endless(
                format!("{CHUNKED}5;"),
                b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            )),
            "sent; the answer could not be read",
        ),
        (
            "TLS: a broken record",
            Lie::Beside(b"\x17\x03\x03\x00\x20abcdefghijklmnopabcdefghijklmnop"),
            "sent; the answer could not be read: a record was damaged",
        ),
        (
            "TLS: bytes that are no record",
            Lie::Beside(b"garbage that is no record at all"),
            "sent; the answer could not be read: what came is no TLS",
        ),
        (
            "TLS: an alert that is not encrypted",
            Lie::Beside(b"\x15\x03\x03\x00\x02\x02\x50"),
            "sent; the answer could not be read",
        ),
        (
            "TLS: HTTP that is not encrypted",
            Lie::Beside(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
            "sent; the answer could not be read",
        ),
        (
            "TLS: half a record",
            Lie::Beside(b"\x17\x03\x03\x00\x20abc"),
            "sent, the connection ended before an answer",
        ),
        (
            "no TLS where it should be",
            Lie::Instead(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            "not sent: TLS with 127.0.0.1",
        ),
        (
            "an alert in the handshake",
            Lie::Instead(b"\x15\x03\x03\x00\x02\x02\x28"),
            "not sent: TLS with 127.0.0.1",
        ),
        (
            "gone in the handshake",
            Lie::GoneInHandshake,
            "not sent: TLS with 127.0.0.1",
        ),
        (
            "an expired certificate",
            Lie::Certificate(Kind::Expired),
            "not sent: TLS with 127.0.0.1",
        ),
        (
            "a certificate of the future",
            Lie::Certificate(Kind::NotYet),
            "not sent: TLS with 127.0.0.1",
        ),
        (
            "a certificate of another name",
            Lie::Certificate(Kind::OtherName),
            "not sent: TLS with 127.0.0.1",
        ),
        (
            "an authority that shows itself",
            Lie::Certificate(Kind::SelfSignedAuthority),
            "not sent: TLS with 127.0.0.1",
        ),
        (
            "a certificate of its own",
            Lie::Certificate(Kind::SelfSigned),
            "not sent: TLS with 127.0.0.1",
        ),
    ]
}

#[test]
fn of_fifty_lying_servers_it_is_said_what_happened() {
    let lies = lies();
    assert!(lies.len() >= 50, "{}", lies.len());
    let mut wrong = Vec::new();
    for (name, lie, expected) in lies {
        let (outcome, had) = said(lie);
        let (told, may) = match &outcome {
            Ok(status) => (status.to_string(), true),
            Err(error) => (error.to_string(), error.may_have_arrived()),
        };
        if !told.starts_with(expected) || (had && !may) {
            wrong.push(format!(
                "{name}: {told:?} (had it: {had}), expected {expected:?}"
            ));
        }
        // What may have been done is said of a write.
        if let Err(error) = outcome {
            let hint = error.hint(true);
            assert_eq!(
                hint.contains("It may have been done"),
                may,
                "{name}: {hint}"
            );
            assert_eq!(told.starts_with("not sent"), !may, "{name}: {told}");
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
