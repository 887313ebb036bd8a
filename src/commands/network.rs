//! Where requests go, as it is said on the command line.

use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cli::Network;
use mishark_core::flow::Base;
use mishark_core::replay::{Certificates, Endpoint, Proxy};

/// The longest that is waited for an answer, in seconds: a day.
const LONGEST_TIMEOUT: f64 = 86_400.0;

/// Where requests go.
///
/// # Errors
/// If an address is none, or the file of authorities can not be read.
pub(super) fn endpoint(options: &Network) -> Result<Endpoint> {
    let mut endpoint = Endpoint::default();
    if let Some(text) = &options.base_url {
        let base = Base::parse(text).with_context(|| format!("--base-url {text}"))?;
        // Who names this machine means it.
        if base.is_loopback() {
            endpoint.confirm(base.host());
        }
        endpoint.base = Some(base);
    }
    if let Some(text) = &options.proxy {
        let proxy = Proxy::parse(text);
        endpoint.proxy = Some(proxy.context("--proxy: expected http://, https:// or socks5://")?);
    }
    if let Some(path) = &options.cacert {
        let certificates = Certificates::read(path);
        let what = || format!("--cacert {}", path.display());
        endpoint.certificates = Some(certificates.with_context(what)?);
    }
    if !(options.timeout > 0.0 && options.timeout <= LONGEST_TIMEOUT) {
        bail!(
            "--timeout {}: expected seconds, up to a day",
            options.timeout
        );
    }
    endpoint.timeout = Duration::from_secs_f64(options.timeout);
    endpoint.answer_limit = options.answer_limit;
    Ok(endpoint)
}
