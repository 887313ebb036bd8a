//! The way to a server, watched: how far it was gone, and how many bytes of the
//! request were handed to it. What went out is known from these, not from the
//! text of an error.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, NextTimeout, RustlsConnector,
    SocksConnector, TcpConnector, Transport,
};
use ureq::{Agent, Error};

use super::destination::Endpoint;

/// How many bytes an answer's head may have; the cloud's have one or two
/// thousand.
pub(super) const HEAD_LIMIT: usize = 64 << 10;

/// How far an exchange is gone. Clones are one.
#[derive(Debug, Clone, Default)]
pub(super) struct Gone(Arc<Far>);

#[derive(Debug, Default)]
struct Far {
    connected: AtomicBool,
    written: AtomicU64,
    answered: AtomicU64,
}

impl Gone {
    /// Whether there is a connection to the server itself, through all proxies.
    pub(super) fn is_connected(&self) -> bool {
        self.0.connected.load(Ordering::Acquire)
    }

    /// How many bytes of the request were handed to the server, encrypted or
    /// not. They are counted before they are written: what fails on the way may
    /// have gone out all the same.
    pub(super) fn written(&self) -> u64 {
        self.0.written.load(Ordering::Acquire)
    }

    /// How often something of the answer has come.
    pub(super) fn answered(&self) -> u64 {
        self.0.answered.load(Ordering::Acquire)
    }
}

/// Whose word is taken for who a server is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trust {
    /// Whom the system trusts.
    System,
    /// Whom browsers usually trust, and whom the user named.
    Usual,
}

impl Trust {
    /// Root sets are exclusive: the user's certificates come with the usual
    /// ones.
    pub(super) fn of(endpoint: &Endpoint) -> Self {
        match endpoint.certificates {
            Some(_) => Self::Usual,
            None => Self::System,
        }
    }
}

/// A client for one exchange.
pub(super) fn agent(endpoint: &Endpoint, trust: Trust, gone: &Gone) -> Agent {
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
        .timeout_resolve(Some(endpoint.connect_timeout))
        .timeout_connect(Some(endpoint.connect_timeout))
        .timeout_send_request(Some(endpoint.timeout))
        .timeout_send_body(Some(endpoint.timeout))
        .timeout_recv_response(Some(endpoint.timeout))
        .timeout_recv_body(Some(endpoint.timeout))
        .tls_config(TlsConfig::builder().root_certs(roots).build())
        .build();
    let watch = |at| Watch {
        at,
        has_proxy: endpoint.proxy.is_some(),
        gone: gone.clone(),
    };
    // ureq's own chain, watched where it is connected and where it is ready.
    let way =
        ().chain(SocksConnector::default())
            .chain(ConnectProxyConnector::default())
            .chain(TcpConnector::default())
            .chain(watch(At::Connected))
            .chain(RustlsConnector::default())
            .chain(watch(At::Ready));
    Agent::with_parts(config, way, Names::default())
}

/// Looks names up; what goes wrong with that has one name.
#[derive(Debug, Default)]
struct Names(DefaultResolver);

impl Resolver for Names {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        match self.0.resolve(uri, config, timeout) {
            Err(Error::Io(_)) => Err(Error::HostNotFound),
            resolved => resolved,
        }
    }
}

/// Where in the chain it is watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// Behind proxies, before TLS.
    Connected,
    /// Behind TLS, whose handshake is over: what is written is the request.
    Ready,
}

#[derive(Debug)]
struct Watch {
    at: At,
    has_proxy: bool,
    gone: Gone,
}

impl<In: Transport> Connector<In> for Watch {
    type Out = Watched<In>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Watched<In>>, Error> {
        // The connection to an HTTP proxy goes through this chain too, with a
        // configuration that names no proxy.
        let is_to_proxy = self.has_proxy && details.config.proxy().is_none();
        if !is_to_proxy {
            self.gone.0.connected.store(true, Ordering::Release);
        }
        let counts = self.at == At::Ready && !is_to_proxy;
        Ok(chained.map(|transport| Watched {
            transport,
            gone: counts.then(|| self.gone.clone()),
        }))
    }
}

/// A connection whose request is counted.
#[derive(Debug)]
struct Watched<T> {
    transport: T,
    /// `None` if what goes over it is no request.
    gone: Option<Gone>,
}

impl<T: Transport> Transport for Watched<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.transport.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if let Some(gone) = &self.gone {
            gone.0.written.fetch_add(amount as u64, Ordering::AcqRel);
        }
        self.transport.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let has_come = self.transport.await_input(timeout)?;
        if let (true, Some(gone)) = (has_come, &self.gone) {
            gone.0.answered.fetch_add(1, Ordering::AcqRel);
        }
        Ok(has_come)
    }

    fn is_open(&mut self) -> bool {
        self.transport.is_open()
    }

    fn is_tls(&self) -> bool {
        self.transport.is_tls()
    }
}
