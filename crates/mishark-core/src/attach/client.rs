//! Questions over HTTP, and their answers within limits.

use std::io::{self, Read};
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Timeout};

use super::error::Trouble;
use super::target::Target;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);

/// How long an answer may take to begin, and then to come.
const ANSWER: Duration = Duration::from_secs(20);

/// How long a connection is kept for the next question; whistle closes it after
/// five seconds.
const IDLE: Duration = Duration::from_secs(4);

/// How many bytes an answer's head may have.
const HEAD_LIMIT: usize = 64 << 10;

/// An answer that came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// What the server calls itself.
    pub(super) server: String,
    pub(super) etag: Option<String>,
    pub(super) body: Vec<u8>,
}

/// Asks one server.
#[derive(Debug)]
pub(super) struct Client {
    target: Target,
    agent: Agent,
}

impl Client {
    pub(super) fn new(target: Target) -> Self {
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::PlatformVerifier)
            .build();
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // Only the address that was named is contacted.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .max_response_header_size(HEAD_LIMIT)
            // One after the other, over one connection.
            .max_idle_connections(1)
            .max_idle_age(IDLE)
            .user_agent("")
            .accept("")
            .accept_encoding("identity")
            .timeout_resolve(Some(CONNECT))
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(ANSWER))
            .timeout_recv_body(Some(ANSWER))
            .tls_config(tls)
            .build();
        Self {
            target,
            agent: config.new_agent(),
        }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    fn ask(
        &self,
        path: &str,
        known: Option<&str>,
    ) -> Result<ureq::http::Response<ureq::Body>, Trouble> {
        let mut question = self.agent.get(self.target.url(path).as_str());
        if let Some(authorization) = self.target.authorization() {
            question = question.header("Authorization", authorization);
        }
        if let Some(known) = known {
            question = question.header("If-None-Match", known);
        }
        question.call().map_err(|error| trouble(&error))
    }

    /// Asks for a path. `known` is the mark of an answer that is here already:
    /// the same again is told by status 304, and not sent.
    pub(super) fn get(
        &self,
        path: &str,
        known: Option<&str>,
        limit: u64,
    ) -> Result<Answer, Trouble> {
        let response = match self.ask(path, known) {
            // A connection that was kept, and that the server has closed.
            Err(Trouble::Cut) => self.ask(path, known)?,
            response => response?,
        };
        let (parts, body) = response.into_parts();
        let status = parts.status.as_u16();
        if matches!(status, 401 | 407) {
            return Err(Trouble::Refused { status });
        }
        let field = |name: &str| {
            let value = parts.headers.get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        if body.content_length().is_some_and(|length| length > limit) {
            return Err(Trouble::TooBig { limit });
        }
        Ok(Answer {
            status,
            server: field("server").unwrap_or_default(),
            etag: field("etag"),
            body: read(body, limit)?,
        })
    }
}

fn read(body: ureq::Body, limit: u64) -> Result<Vec<u8>, Trouble> {
    let promised = body.content_length();
    let mut bytes = Vec::new();
    let mut reader = body.into_reader().take(limit.saturating_add(1));
    if let Err(error) = reader.read_to_end(&mut bytes) {
        return Err(match ureq::Error::from(error) {
            ureq::Error::Timeout(_) => Trouble::Silent,
            _ => Trouble::Cut,
        });
    }
    let had = bytes.len() as u64;
    if had > limit {
        return Err(Trouble::TooBig { limit });
    }
    match promised {
        Some(promised) if promised > had => Err(Trouble::Cut),
        _ => Ok(bytes),
    }
}

fn trouble(error: &ureq::Error) -> Trouble {
    let unreachable = |why: &str| Trouble::Unreachable {
        why: why.to_owned(),
    };
    match error {
        ureq::Error::HostNotFound => unreachable("the host is not known"),
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => unreachable("timed out"),
        ureq::Error::Timeout(_) => Trouble::Silent,
        ureq::Error::Io(error) => match error.kind() {
            io::ErrorKind::UnexpectedEof
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted => Trouble::Cut,
            io::ErrorKind::ConnectionRefused => unreachable("refused"),
            kind => unreachable(&kind.to_string()),
        },
        ureq::Error::Rustls(_) | ureq::Error::Tls(_) => {
            unreachable("its certificate is not trusted, or it speaks no TLS")
        }
        ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => Trouble::Neither,
        _ => unreachable("it failed"),
    }
}
