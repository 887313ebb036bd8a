//! One request over the wire, one answer back.
//!
//! The exchange has a thread of its own, so that [`Cancel`] lets go at once,
//! whatever it hangs in: looking a name up can not be interrupted.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use ureq::{Agent, RequestBuilder, Timeout};

use super::cancel::{Cancel, Outcome};
use super::destination::Endpoint;
use super::failure::SendError;
use super::signed::SignedRequest;
use super::tls::TlsFault;
use super::wire::{Gone, HEAD_LIMIT, Trust, agent};
use crate::flow::{Body, Flow, Headers, Moment, Request, Response};

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
        Err(SendError::Tls {
            fault: TlsFault::NoAuthorities,
            ..
        }) => send_trusting(request, endpoint, cancel, Trust::Usual),
        outcome => outcome,
    }
}

fn send_trusting(
    request: &SignedRequest,
    endpoint: &Endpoint,
    cancel: &Cancel,
    trust: Trust,
) -> Outcome {
    let exchange = Exchange::new(request, endpoint);
    let agent = agent(endpoint, trust, &exchange.gone);
    let (done, answer): (Sender<Outcome>, Receiver<Outcome>) = channel();
    cancel.start(&agent, &exchange.gone, &done)?;
    let worker = thread::Builder::new().name("mishark-send".to_owned());
    let spawned = worker.spawn(move || {
        let outcome = catch_unwind(AssertUnwindSafe(|| exchange.run(&agent)));
        let outcome = outcome
            .unwrap_or_else(|_| Err(exchange.unreadable("the HTTP client broke down".to_owned())));
        // Nobody waits any more if it was cancelled.
        let _ = done.send(outcome);
    });
    let outcome = match spawned {
        // A worker that ends has told how.
        Ok(_) => answer
            .recv()
            .unwrap_or(Err(SendError::Cancelled { sent: true })),
        Err(error) => Err(SendError::Unsendable {
            why: error.to_string(),
        }),
    };
    cancel.finish();
    outcome
}

/// All that one exchange needs, owned, so that it can outlive who asked.
struct Exchange {
    sent: Request,
    host: String,
    proxy: Option<String>,
    timeout: Duration,
    limit: u64,
    gone: Gone,
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
            gone: Gone::default(),
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

    /// What an error of the HTTP client means, by how far the request was gone.
    fn failure(&self, error: &ureq::Error, had: u64) -> SendError {
        match self.gone.written() {
            0 => self.not_sent(error),
            _ => self.not_answered(error, had),
        }
    }

    /// Not a byte of the request was written.
    fn not_sent(&self, error: &ureq::Error) -> SendError {
        use io::ErrorKind as Kind;
        let tls = |fault| SendError::Tls {
            host: self.host.clone(),
            fault,
        };
        match error {
            ureq::Error::HostNotFound => SendError::Name {
                // That of the proxy, if one was to be used: it looks the rest up.
                host: self.proxy.as_ref().unwrap_or(&self.host).clone(),
            },
            ureq::Error::ConnectProxyFailed(said) => self.refused_by_proxy(said),
            ureq::Error::Timeout(_) => self.unconnected("did not answer in time".to_owned()),
            ureq::Error::Rustls(error) => tls(TlsFault::of(error)),
            ureq::Error::Tls(why) => tls(TlsFault::Other((*why).to_owned())),
            ureq::Error::Io(error) => match (TlsFault::of_io(error), error.kind()) {
                (Some(fault), _) => tls(fault),
                (None, kind) if self.gone.is_connected() => tls(TlsFault::Other(match kind {
                    Kind::UnexpectedEof => "the server ended the connection".to_owned(),
                    _ => error.to_string(),
                })),
                // What no system call says, the SOCKS proxy has said.
                (None, _) if error.raw_os_error().is_none() && self.proxy.is_some() => {
                    self.refused_by_proxy(&error.to_string())
                }
                (None, Kind::ConnectionRefused) => self.unconnected("refused".to_owned()),
                (None, _) => self.unconnected(error.to_string()),
            },
            ureq::Error::ConnectionFailed => self.unconnected("it failed".to_owned()),
            error => SendError::Unsendable {
                why: error.to_string().chars().take(80).collect(),
            },
        }
    }

    /// The request, or a part of it, was written, and `had` bytes of the
    /// answer's body were read.
    fn not_answered(&self, error: &ureq::Error, had: u64) -> SendError {
        use io::ErrorKind as Kind;
        use ureq_proto::Error as Http;
        let after = self.timeout;
        match error {
            ureq::Error::Timeout(Timeout::RecvBody) if had > 0 || self.gone.answered() > 1 => {
                self.unreadable(format!("it did not end in {} s", after.as_secs_f32()))
            }
            ureq::Error::Timeout(_) => SendError::NoAnswer { after },
            ureq::Error::Io(error) => match (TlsFault::of_io(error), error.kind()) {
                (Some(fault), _) => self.unreadable(fault.to_string()),
                (
                    None,
                    Kind::UnexpectedEof
                    | Kind::ConnectionReset
                    | Kind::ConnectionAborted
                    | Kind::BrokenPipe
                    | Kind::NotConnected,
                ) => SendError::Cut { had },
                (None, Kind::TimedOut | Kind::WouldBlock) => SendError::NoAnswer { after },
                (None, _) => self.unreadable(error.to_string()),
            },
            ureq::Error::LargeResponseHeader(..) => {
                self.unreadable(format!("its head has more than {HEAD_LIMIT} bytes"))
            }
            ureq::Error::Protocol(Http::HttpParseTooManyHeaders) => self.unreadable(format!(
                "its head has more than {} fields",
                ureq_proto::client::MAX_RESPONSE_HEADERS
            )),
            ureq::Error::Protocol(error @ (Http::HttpParseFail(_) | Http::UnsupportedVersion)) => {
                SendError::NotHttp {
                    why: error.to_string(),
                }
            }
            error => self.unreadable(error.to_string()),
        }
    }

    /// What came makes no answer.
    fn unreadable(&self, why: String) -> SendError {
        match self.gone.written() {
            0 => SendError::Unsendable { why },
            _ => SendError::Unreadable {
                why: why.chars().take(80).collect(),
            },
        }
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

    fn refused_by_proxy(&self, said: &str) -> SendError {
        SendError::Proxy {
            proxy: self.proxy.clone().unwrap_or_default(),
            why: format!("refused: {said}"),
        }
    }
}
