//! One request over the wire, one answer back.
//!
//! The exchange has a thread of its own, so that [`Cancel`] lets go at once,
//! whatever it hangs in: looking a name up can not be interrupted.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, RequestBuilder, Timeout};

use super::cancel::{Cancel, Outcome};
use super::destination::Endpoint;
use super::failure::SendError;
use super::signed::SignedRequest;
use crate::flow::{Body, Flow, Headers, Moment, Request, Response};

/// How many bytes an answer's head may have; the cloud's have one or two
/// thousand.
const HEAD_LIMIT: usize = 64 << 10;

/// Sends a request and waits for the answer, which is a flow like any other:
/// [`decode`](crate::decode::decode) opens it.
///
/// Blocks until the answer is there, the endpoint's times are over, or `cancel`
/// is used. No redirect is followed, and no proxy is taken from the
/// environment.
///
/// # Errors
/// By the stage that failed. Before anything else, if the endpoint
/// [refuses](Endpoint::check) the request.
pub fn send(request: &SignedRequest, endpoint: &Endpoint, cancel: &Cancel) -> Outcome {
    endpoint.check(request)?;
    let outcome = send_trusting(request, endpoint, cancel, Trust::of(endpoint));
    match outcome {
        // A container often has no authorities of its own. Nothing was sent.
        Err(SendError::Tls { ref why, .. }) if why.contains(NO_AUTHORITIES) => {
            send_trusting(request, endpoint, cancel, Trust::Usual)
        }
        outcome => outcome,
    }
}

/// What the system's verifier says when it knows nobody.
const NO_AUTHORITIES: &str = "No CA certificates";

/// Whose word is taken for who a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// Whom the system trusts.
    System,
    /// Whom browsers usually trust, and whom the user named.
    Usual,
}

impl Trust {
    /// Root sets are exclusive: the user's certificates come with the usual
    /// ones.
    fn of(endpoint: &Endpoint) -> Self {
        match endpoint.certificates {
            Some(_) => Self::Usual,
            None => Self::System,
        }
    }
}

fn send_trusting(
    request: &SignedRequest,
    endpoint: &Endpoint,
    cancel: &Cancel,
    trust: Trust,
) -> Outcome {
    let exchange = Exchange::new(request, endpoint);
    let agent = agent(endpoint, trust);
    let (done, answer): (Sender<Outcome>, Receiver<Outcome>) = channel();
    cancel.start(&agent, &done)?;
    let worker = thread::Builder::new().name("mishark-send".to_owned());
    let spawned = worker.spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| exchange.run(&agent)));
        let failed = |_| SendError::Unsendable {
            why: "the HTTP client broke down".to_owned(),
        };
        // Nobody waits any more if it was cancelled.
        let _ = done.send(outcome.map_err(failed).flatten());
    });
    let outcome = match spawned {
        Ok(_) => answer.recv().unwrap_or(Err(SendError::Cancelled)),
        Err(error) => Err(SendError::Unsendable {
            why: error.to_string(),
        }),
    };
    cancel.finish();
    outcome
}

fn agent(endpoint: &Endpoint, trust: Trust) -> Agent {
    let roots = match trust {
        Trust::System => RootCerts::PlatformVerifier,
        Trust::Usual => {
            let usual = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
            let usual = usual.map(|certificate| ureq::tls::Certificate::from_der(certificate));
            let given = endpoint.certificates.iter().flat_map(|given| &given.0);
            let all = usual.chain(given.cloned());
            RootCerts::new_with_certs(
                &all.map(|certificate| certificate.to_owned())
                    .collect::<Vec<_>>(),
            )
        }
    };
    let tls = TlsConfig::builder().root_certs(roots).build();
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .allow_non_standard_methods(true)
        .max_response_header_size(HEAD_LIMIT)
        .max_idle_connections(0)
        .user_agent("")
        .accept("")
        .accept_encoding("")
        .proxy(endpoint.proxy.as_ref().map(|proxy| proxy.0.clone()))
        // One for each stage, and none over all: which one has passed tells
        // whether the request was sent.
        .timeout_resolve(Some(endpoint.connect_timeout))
        .timeout_connect(Some(endpoint.connect_timeout))
        .timeout_send_request(Some(endpoint.timeout))
        .timeout_send_body(Some(endpoint.timeout))
        .timeout_recv_response(Some(endpoint.timeout))
        .timeout_recv_body(Some(endpoint.timeout))
        .tls_config(tls)
        .build();
    config.new_agent()
}

/// All that one exchange needs, owned, so that it can outlive who asked.
struct Exchange {
    sent: Request,
    host: String,
    proxy: Option<String>,
    timeout: Duration,
    limit: u64,
}

impl Exchange {
    fn new(request: &SignedRequest, endpoint: &Endpoint) -> Self {
        let base = endpoint.base_of(request);
        let mut headers = Headers::default();
        headers.push("Host", base.authority());
        for (name, value) in request.headers() {
            headers.push(name.as_str(), value.as_str());
        }
        // As the app sends it: there is gzip inside the encryption already.
        headers.push("Accept-Encoding", "identity");
        let body = match request.body() {
            [] => Body::Absent,
            body => Body::Bytes(body.to_vec()),
        };
        Self {
            sent: Request {
                method: request.method().to_owned(),
                url: endpoint.url(request),
                http_version: "HTTP/1.1".to_owned(),
                headers,
                body,
            },
            host: base.authority().to_owned(),
            proxy: endpoint.proxy.as_ref().map(super::Proxy::authority),
            timeout: endpoint.timeout,
            limit: endpoint.answer_limit,
        }
    }

    fn run(&self, agent: &Agent) -> Outcome {
        let started = Moment::now();
        let clock = Instant::now();
        let response = self.ask(agent).map_err(|error| self.failure(&error, 0))?;
        let (parts, body) = response.into_parts();
        let body = self.read(body)?;
        let mut headers = Headers::default();
        for (name, value) in &parts.headers {
            headers.push(name.as_str(), String::from_utf8_lossy(value.as_bytes()));
        }
        Ok(Flow {
            started,
            duration_ms: Some(clock.elapsed().as_secs_f64() * 1000.0),
            request: self.sent.clone(),
            response: Some(Response {
                status: Some(parts.status.as_u16()),
                headers,
                body: Body::Bytes(body),
            }),
            ..Flow::default()
        })
    }

    /// Sends the request, the case of its header names kept.
    fn ask(&self, agent: &Agent) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let (url, body) = (self.sent.url.as_str(), self.sent.body.bytes());
        let with_body = match self.sent.method.as_str() {
            "PATCH" => agent.patch(url),
            "POST" => agent.post(url),
            "PUT" => agent.put(url),
            method => {
                let without_body = match method {
                    "DELETE" => agent.delete(url),
                    "GET" => agent.get(url),
                    "HEAD" => agent.head(url),
                    "OPTIONS" => agent.options(url),
                    _ => return self.ask_oddly(agent),
                };
                let Some(body) = body else {
                    return self.with_headers(without_body).call();
                };
                return self.with_headers(without_body.force_send_body()).send(body);
            }
        };
        // An empty POST still has a length, as the token extractor sends it.
        self.with_headers(with_body).send(body.unwrap_or_default())
    }

    /// A method of its own: header names go out in small letters then.
    fn ask_oddly(&self, agent: &Agent) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let mut builder = ureq::http::Request::builder()
            .method(self.sent.method.as_str())
            .uri(self.sent.url.as_str());
        for (name, value) in self.own_headers() {
            builder = builder.header(name, value);
        }
        agent.run(builder.body(self.sent.body.bytes().unwrap_or_default())?)
    }

    fn with_headers<B>(&self, builder: RequestBuilder<B>) -> RequestBuilder<B> {
        self.own_headers().fold(builder, |builder, (name, value)| {
            builder.header_raw(name, value.as_bytes())
        })
    }

    /// The fields that the client does not write by itself.
    fn own_headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let headers = self.sent.headers.iter();
        headers.filter(|(name, _)| *name != "Host")
    }

    fn read(&self, body: ureq::Body) -> Result<Vec<u8>, SendError> {
        let too_big = SendError::TooBig { limit: self.limit };
        if body
            .content_length()
            .is_some_and(|length| length > self.limit)
        {
            return Err(too_big);
        }
        let mut bytes = Vec::new();
        let mut reader = body.into_reader().take(self.limit.saturating_add(1));
        loop {
            let mut chunk = [0; 16 << 10];
            match reader.read(&mut chunk) {
                Ok(0) => return Ok(bytes),
                Ok(count) => bytes.extend_from_slice(&chunk[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let had = bytes.len() as u64;
                    return Err(self.failure(&ureq::Error::from(error), had));
                }
            }
            if bytes.len() as u64 > self.limit {
                return Err(too_big);
            }
        }
    }

    /// The stage that an error of the HTTP client belongs to.
    fn failure(&self, error: &ureq::Error, had: u64) -> SendError {
        let why = error.to_string();
        match error {
            ureq::Error::HostNotFound => self.unknown_name(),
            ureq::Error::ConnectProxyFailed(said) => SendError::Proxy {
                proxy: self.proxy.clone().unwrap_or_default(),
                why: format!("refused: {said}"),
            },
            ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
                self.unconnected("did not answer in time".to_owned())
            }
            ureq::Error::Timeout(_) => SendError::NoAnswer {
                after: self.timeout,
            },
            ureq::Error::Rustls(_) | ureq::Error::Tls(_) | ureq::Error::Pem(_) => {
                self.untrusted(&why)
            }
            ureq::Error::Io(error) => self.io_failure(error, had),
            ureq::Error::ConnectionFailed => self.unconnected("it failed".to_owned()),
            ureq::Error::LargeResponseHeader(..) => SendError::NotHttp {
                why: format!("its head has more than {HEAD_LIMIT} bytes"),
            },
            ureq::Error::Protocol(_) if had > 0 => SendError::Cut { had },
            ureq::Error::Protocol(error) => SendError::NotHttp {
                why: error.to_string(),
            },
            _ => SendError::Unsendable {
                why: why.chars().take(80).collect(),
            },
        }
    }

    fn io_failure(&self, error: &io::Error, had: u64) -> SendError {
        use io::ErrorKind as Kind;
        let why = error.to_string();
        // rustls comes wrapped; it has no type here to ask for.
        let of_tls = [
            "certificate",
            "handshake",
            "TLS",
            "corrupt message",
            "Alert",
        ];
        match error.kind() {
            // The standard library has no kind for it. The number is Windows'.
            _ if why.contains("lookup address") || error.raw_os_error() == Some(11_001) => {
                self.unknown_name()
            }
            Kind::InvalidData if of_tls.iter().any(|word| why.contains(word)) => {
                self.untrusted(&why)
            }
            Kind::InvalidData if self.is_https() && had == 0 => self.untrusted(&why),
            Kind::UnexpectedEof if why.contains("handshake") => self.untrusted(&why),
            Kind::UnexpectedEof
            | Kind::ConnectionReset
            | Kind::ConnectionAborted
            | Kind::BrokenPipe
            | Kind::NotConnected => SendError::Cut { had },
            Kind::TimedOut | Kind::WouldBlock => SendError::NoAnswer {
                after: self.timeout,
            },
            _ if had > 0 => SendError::Cut { had },
            // What no system call says, the SOCKS proxy has said.
            _ if error.raw_os_error().is_none() && self.proxy.is_some() => SendError::Proxy {
                proxy: self.proxy.clone().unwrap_or_default(),
                why: format!("refused: {why}"),
            },
            Kind::ConnectionRefused => self.unconnected("refused".to_owned()),
            _ => self.unconnected(why),
        }
    }

    /// The name of the proxy, if one was to be used: that looks the rest up.
    fn unknown_name(&self) -> SendError {
        SendError::Name {
            host: self.proxy.as_ref().unwrap_or(&self.host).clone(),
        }
    }

    fn is_https(&self) -> bool {
        self.sent.url.as_str().starts_with("https://")
    }

    /// No connection: to the proxy, if one was to be used.
    fn unconnected(&self, why: String) -> SendError {
        match &self.proxy {
            None => SendError::Connect {
                host: self.host.clone(),
                why,
            },
            Some(proxy) => SendError::Proxy {
                proxy: proxy.clone(),
                why: format!("could not be reached: {why}"),
            },
        }
    }

    fn untrusted(&self, why: &str) -> SendError {
        // Two authorities of one name, as each installation of mitmproxy makes
        // its own, show as a bad signature.
        let unknown_issuer = why.contains("UnknownIssuer") || why.contains("BadSignature");
        SendError::Tls {
            host: self.host.clone(),
            why: match why.rsplit_once("certificate: ") {
                Some(_) if unknown_issuer => {
                    "nobody known to this machine vouches for its certificate".to_owned()
                }
                Some((_, what)) => format!("its certificate is not valid: {what}"),
                None => why.to_owned(),
            },
            unknown_issuer,
        }
    }
}
