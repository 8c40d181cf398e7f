//! How the provided transport connects.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::Limits;
use super::egress::{EgressRule, FilteredResolver};
use reqwest::{Certificate, ClientBuilder, Identity, Proxy};

/// Long enough for a slow TLS handshake across an ocean, short enough to leave time for a second try.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may stay silent within an answer that it has begun.
const READ_TIMEOUT: Duration = Duration::from_secs(15);

/// Far above any documented answer; a guard against a server gone wild, not a quota.
const MAX_RESPONSE_BYTES: usize = 64 * 1024 * 1024;

/// Limits, TLS identity and proxy of a [`ReqwestTransport`](super::ReqwestTransport).
///
/// Without further options the certificates that the machine trusts are trusted, and the proxy settings of the
/// environment hold (`HTTPS_PROXY`, `NO_PROXY` …). Plain `http` to this very machine never goes through a proxy.
/// `Debug` shows no key and no password.
///
/// ```no_run
/// use std::time::Duration;
/// use provider_call::{ReqwestTransport, TransportOptions};
///
/// # fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let options = TransportOptions::new()
///     .read_timeout(Duration::from_secs(60))
///     .client_certificate(std::fs::read("client.pem")?) // certificate chain and key
///     .proxy("http://user:password@proxy.internal:3128");
/// let transport = ReqwestTransport::new(&options)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use]
pub struct TransportOptions {
    connect_timeout: Duration,
    read_timeout: Duration,
    max_response_bytes: usize,
    roots: Vec<Vec<u8>>,
    only_these_roots: bool,
    client_certificate: Option<Vec<u8>>,
    proxy: ProxyChoice,
    egress: Option<Arc<EgressRule>>,
}

#[derive(Clone)]
enum ProxyChoice {
    OfTheEnvironment,
    None,
    Url(String),
}

/// Why a [`ReqwestTransport`](super::ReqwestTransport) cannot be set up. Holds no key and no password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportSetupError {
    /// There is no certificate among the root certificates.
    #[error("there is no certificate among the root certificates")]
    NoRootCertificates,
    /// The root certificates are not PEM, or cannot be used.
    #[error("the root certificates cannot be used")]
    RootCertificates(#[source] Box<dyn Error + Send + Sync>),
    /// The client certificate is not PEM, or has no key, or its key does not fit.
    #[error("the client certificate cannot be used")]
    ClientCertificate(#[source] Box<dyn Error + Send + Sync>),
    /// The proxy's address is not an `http` or `https` URL.
    #[error("the proxy's address is not an http or https URL")]
    Proxy,
    /// TLS cannot be set up, for instance because the machine has no root certificates.
    #[error("TLS cannot be set up")]
    Tls(#[source] Box<dyn Error + Send + Sync>),
}

type Cause = Box<dyn Error + Send + Sync>;

impl Default for TransportOptions {
    fn default() -> Self {
        Self {
            connect_timeout: CONNECT_TIMEOUT,
            read_timeout: READ_TIMEOUT,
            max_response_bytes: MAX_RESPONSE_BYTES,
            roots: Vec::new(),
            only_these_roots: false,
            client_certificate: None,
            proxy: ProxyChoice::OfTheEnvironment,
            egress: None,
        }
    }
}

impl TransportOptions {
    /// The default options.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long a connection may take to come about, TLS included. Default: 5 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the server may stay silent within an answer that it has begun. Default: 15 s. How long it may take to
    /// begin is a matter of the call: its attempt timeout.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// The largest answer that is read, in bytes, unpacked where it came packed. Default: 64 MiB.
    pub fn max_response_bytes(mut self, bytes: usize) -> Self {
        self.max_response_bytes = bytes;
        self
    }

    /// Trusts these authorities as well, one or more certificates in PEM; for a gateway with a certificate of its own.
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots.push(pem.into());
        self
    }

    /// Trusts no other authorities than those of [`root_certificates`](Self::root_certificates).
    pub fn only_these_roots(mut self) -> Self {
        self.only_these_roots = true;
        self
    }

    /// Shows the server who is calling (mutual TLS): the certificate, those between it and its authority, and the
    /// private key, all in PEM (PKCS#8, PKCS#1 or SEC1).
    pub fn client_certificate(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.client_certificate = Some(pem.into());
        self
    }

    /// Sends everything through this proxy, whatever the environment says: `http://user:password@host:port`.
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = ProxyChoice::Url(url.into());
        self
    }

    /// Uses no proxy, whatever the environment says.
    pub fn no_proxy(mut self) -> Self {
        self.proxy = ProxyChoice::None;
        self
    }

    /// Connects to the servers that this rule allows, and to no other; a request to another is
    /// [not sent](crate::TransportErrorKind::NotSent). It uses no proxy: a proxy would look names up by itself.
    pub fn egress(mut self, rule: EgressRule) -> Self {
        self.egress = Some(Arc::new(rule));
        self.no_proxy()
    }

    pub(super) fn egress_rule(&self) -> Option<&EgressRule> {
        self.egress.as_deref()
    }

    pub(super) fn limits(&self) -> Limits {
        Limits { bytes: self.max_response_bytes, silence: self.read_timeout }
    }

    /// A client for `https`.
    pub(super) fn client(&self) -> Result<reqwest::Client, TransportSetupError> {
        let (roots, identity) = (self.root_store()?, self.identity()?);
        let builder = with_roots(self.builder(), &roots, self.only_these_roots);
        let builder = with_identity(builder, identity.as_ref());
        let builder = match &self.proxy {
            ProxyChoice::OfTheEnvironment => builder,
            ProxyChoice::None => builder.no_proxy(),
            ProxyChoice::Url(url) => builder.proxy(proxy(url)?),
        };
        builder.build().map_err(|error| self.blame(error, &roots, identity.as_ref()))
    }

    /// A client for plain `http` to this machine. It never speaks TLS, so it need not load any certificates; and a
    /// proxy would carry the credential off the machine in clear text.
    pub(super) fn loopback_client(&self) -> Result<reqwest::Client, TransportSetupError> {
        self.builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .map_err(|error| TransportSetupError::Tls(cause(error)))
    }

    fn builder(&self) -> ClientBuilder {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(self.connect_timeout);
        match &self.egress {
            Some(rule) => builder.dns_resolver(FilteredResolver(Arc::clone(rule))),
            None => builder,
        }
    }

    fn root_store(&self) -> Result<Vec<Certificate>, TransportSetupError> {
        let mut roots = Vec::new();
        for pem in &self.roots {
            let found = Certificate::from_pem_bundle(pem)
                .map_err(|error| TransportSetupError::RootCertificates(cause(error)))?;
            if found.is_empty() {
                return Err(TransportSetupError::NoRootCertificates);
            }
            roots.extend(found);
        }
        if self.only_these_roots && roots.is_empty() {
            return Err(TransportSetupError::NoRootCertificates);
        }
        Ok(roots)
    }

    fn identity(&self) -> Result<Option<Identity>, TransportSetupError> {
        let read = |pem: &Vec<u8>| {
            Identity::from_pem(pem).map_err(|error| TransportSetupError::ClientCertificate(cause(error)))
        };
        self.client_certificate.as_ref().map(read).transpose()
    }

    /// Some flaws show only when all is put together: tells whose flaw it is by trying each part alone.
    fn blame(
        &self,
        error: reqwest::Error,
        roots: &[Certificate],
        identity: Option<&Identity>,
    ) -> TransportSetupError {
        if let Err(error) = with_roots(self.builder(), roots, true).build() {
            return TransportSetupError::RootCertificates(cause(error));
        }
        if let Err(error) = with_identity(self.builder().tls_certs_only([]), identity).build() {
            return TransportSetupError::ClientCertificate(cause(error));
        }
        TransportSetupError::Tls(cause(error))
    }
}

fn with_roots(builder: ClientBuilder, roots: &[Certificate], only_these: bool) -> ClientBuilder {
    let roots = roots.iter().cloned();
    if only_these { builder.tls_certs_only(roots) } else { builder.tls_certs_merge(roots) }
}

fn with_identity(builder: ClientBuilder, identity: Option<&Identity>) -> ClientBuilder {
    match identity {
        Some(identity) => builder.identity(identity.clone()),
        None => builder,
    }
}

fn proxy(url: &str) -> Result<Proxy, TransportSetupError> {
    let http = url.starts_with("http://") || url.starts_with("https://");
    // The cause is left out: it may hold the password.
    if http {
        Proxy::all(url).map_err(|_| TransportSetupError::Proxy)
    } else {
        Err(TransportSetupError::Proxy)
    }
}

fn cause(error: reqwest::Error) -> Cause {
    error.without_url().into()
}

impl fmt::Debug for TransportOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("read_timeout", &self.read_timeout)
            .field("max_response_bytes", &self.max_response_bytes)
            .field("root_certificates", &self.roots.len())
            .field("only_these_roots", &self.only_these_roots)
            .field("client_certificate", &self.client_certificate.is_some())
            .field("proxy", &matches!(self.proxy, ProxyChoice::Url(_)))
            .field("egress", &self.egress)
            .finish()
    }
}
