//! The address of a receiver and connections to it, plain or over TLS. Knows no HTTP.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use rustls_platform_verifier::Verifier;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use url::{Host, Position, Url};

use super::exchange::NoAnswer;
use crate::exit::Failure;

/// A connection to the receiver.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Where the receiver is. Closed to `Debug`: the path may carry a token.
pub(super) struct Address {
    /// Without the brackets of an IPv6 address.
    host: String,
    port: u16,
    is_loopback: bool,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    /// For the header `Host`.
    pub(super) authority: String,
    /// With the query.
    pub(super) path: String,
}

impl Address {
    /// Reads a URL. Errors do not hold it.
    pub(super) fn read(url: &str, roots: &[PathBuf]) -> Result<Self, Failure> {
        let invalid = || Failure::unreadable(anyhow!("--to is no absolute http or https URL"));
        let url = Url::parse(url).map_err(|_| invalid())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(invalid());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Failure::unreadable(anyhow!(
                "--to holds a user name or a password, which Klavi does not send: remove it"
            )));
        }
        let host = match url.host().ok_or_else(invalid)? {
            Host::Domain(name) => name.to_owned(),
            Host::Ipv4(address) => address.to_string(),
            Host::Ipv6(address) => address.to_string(),
        };
        let is_loopback = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            _ => host == "localhost" || host.ends_with(".localhost"),
        };
        let tls = if url.scheme() == "https" {
            let name = ServerName::try_from(host.clone()).map_err(|_| invalid())?;
            Some((connector(roots).map_err(Failure::unreadable)?, name))
        } else {
            None
        };
        Ok(Self {
            port: url.port_or_known_default().ok_or_else(invalid)?,
            is_loopback,
            tls,
            authority: url[Position::BeforeHost..Position::AfterPort].to_owned(),
            path: url[Position::BeforePath..Position::AfterQuery].to_owned(),
            host,
        })
    }

    /// Whether connections are encrypted.
    pub(super) fn is_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// Whether the receiver is on this machine.
    pub(super) fn is_loopback(&self) -> bool {
        self.is_loopback
    }

    pub(super) async fn connect(&self) -> Result<Box<dyn Stream>, NoAnswer> {
        let no_connection = |error: io::Error| NoAnswer::NoConnection(error.to_string());
        let socket = TcpStream::connect((self.host.as_str(), self.port)).await.map_err(no_connection)?;
        // The last bytes of a body do not wait for an acknowledgement of the others.
        socket.set_nodelay(true).map_err(no_connection)?;
        match &self.tls {
            None => Ok(Box::new(socket)),
            Some((connector, name)) => {
                let stream = connector.connect(name.clone(), socket).await;
                Ok(Box::new(stream.map_err(|error| NoAnswer::NoTls(error.to_string()))?))
            }
        }
    }
}

/// Trusts the roots of the system and those in the files.
fn connector(files: &[PathBuf]) -> anyhow::Result<TlsConnector> {
    let mut roots: Vec<CertificateDer<'static>> = Vec::new();
    for file in files {
        let named = || format!("--tls-ca: {} holds no certificates", file.display());
        let read: Result<Vec<_>, _> = CertificateDer::pem_file_iter(file).with_context(named)?.collect();
        let read = read.with_context(named)?;
        anyhow::ensure!(!read.is_empty(), named());
        roots.extend(read);
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new_with_extra_roots(roots, provider.clone())
        .context("the root certificates cannot be read")?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
