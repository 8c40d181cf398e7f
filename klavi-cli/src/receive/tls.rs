//! TLS of the receiver's own, for where no proxy does it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::Context;
use klavi_webhook::Accept;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};
use tokio_rustls::server::TlsStream;

/// A certificate with its key, to be renewed while it is in use.
#[derive(Clone)]
pub(super) struct Tls(Arc<RwLock<TlsAcceptor>>);

/// PEM files.
pub(super) struct Files {
    /// The certificate, then those that lead to its root.
    pub(super) certificate: PathBuf,
    pub(super) key: PathBuf,
    /// Roots of the certificates that clients have to show.
    pub(super) client_roots: Option<PathBuf>,
}

impl Tls {
    pub(super) fn load(files: &Files) -> anyhow::Result<Self> {
        Ok(Self(Arc::new(RwLock::new(files.acceptor()?))))
    }

    /// Takes the place of the one in use, for connections to come.
    pub(super) fn renew(&self, used: &Self) {
        *used.0.write().unwrap_or_else(PoisonError::into_inner) = self.current();
    }

    fn current(&self) -> TlsAcceptor {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Accept for Tls {
    type Stream = TlsStream<TcpStream>;

    async fn accept(&self, socket: TcpStream) -> io::Result<Self::Stream> {
        self.current().accept(socket).await
    }
}

impl Files {
    fn acceptor(&self) -> anyhow::Result<TlsAcceptor> {
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .with_context(|| format!("{} holds no private key", self.key.display()))?;
        let provider = Arc::new(aws_lc_rs::default_provider());
        let builder =
            ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions()?;
        let builder = match &self.client_roots {
            None => builder.with_no_client_auth(),
            Some(file) => {
                let mut roots = RootCertStore::empty();
                for root in certificates(file)? {
                    roots.add(root).with_context(|| format!("{} holds no root", file.display()))?;
                }
                let verifier =
                    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build()?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut config = builder
            .with_single_cert(certificates(&self.certificate)?, key)
            .context("certificate and key do not go together")?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }
}

fn certificates(file: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let read = || CertificateDer::pem_file_iter(file)?.collect::<Result<Vec<_>, _>>();
    let found = read().with_context(|| format!("{} cannot be read", file.display()))?;
    anyhow::ensure!(!found.is_empty(), "{} holds no certificate", file.display());
    Ok(found)
}
