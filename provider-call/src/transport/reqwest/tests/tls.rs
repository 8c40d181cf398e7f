//! TLS against a server of our own: whom the client trusts, and how it shows who it is.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::*;

/// An authority, and what it has signed.
pub(super) struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, format!("authority {}", fastrand::u64(..)));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self { issuer: CertifiedIssuer::self_signed(params, key).unwrap() }
    }

    pub(super) fn pem(&self) -> String {
        self.issuer.pem()
    }

    fn der(&self) -> CertificateDer<'static> {
        self.issuer.der().clone()
    }

    fn sign(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }

    /// Certificate and key of a client, in one file.
    pub(super) fn client_pem(&self) -> String {
        let (certificate, key) = self.sign("partner.example");
        certificate.pem() + &key.serialize_pem()
    }
}

/// A server for `name` that answers 200 with the number of certificates that the client showed.
async fn serve(authority: &Authority, name: &str, clients_of: Option<&Authority>) -> String {
    let provider = Arc::new(default_provider());
    let config =
        ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
    let config = match clients_of {
        None => config.with_no_client_auth(),
        Some(clients) => {
            let mut roots = RootCertStore::empty();
            roots.add(clients.der()).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            config.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let (certificate, key) = authority.sign(name);
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = config.with_single_cert(vec![certificate.der().clone()], key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/path?cpf=12345678909", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        let acceptor = TlsAcceptor::from(Arc::new(config));
        while let Ok((socket, _)) = listener.accept().await {
            let mut stream = match acceptor.accept(socket).into_fallible().await {
                Ok(stream) => stream,
                Err((_, mut socket)) => {
                    // Read to the end: closed with bytes unread, the connection would break before the alert is seen.
                    tokio::io::copy(&mut socket, &mut tokio::io::sink()).await.ok();
                    continue;
                }
            };
            let shown = stream.get_ref().1.peer_certificates().map_or(0, <[_]>::len);
            let mut request = vec![0; 16 * 1024];
            if !stream.read(&mut request).await.is_ok_and(|read| read > 0) {
                continue;
            }
            let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{shown}");
            stream.write_all(answer.as_bytes()).await.ok();
            stream.shutdown().await.ok();
        }
    });
    url
}

async fn ask(url: &str, options: TransportOptions) -> Result<Bytes, TransportError> {
    let transport = ReqwestTransport::new(&options.no_proxy()).unwrap();
    let request = Request::get(url).body(Bytes::new()).unwrap();
    transport.send(request).await.map(Response::into_body)
}

#[tokio::test]
async fn an_authority_of_ones_own_is_trusted_beside_others_or_alone() {
    let authority = Authority::new();
    let url = serve(&authority, "localhost", None).await;
    let trusting = TransportOptions::new().root_certificates(authority.pem());
    assert_eq!(ask(&url, trusting.clone().only_these_roots()).await.unwrap(), "0");
    let two = Authority::new().pem() + &authority.pem();
    assert_eq!(
        ask(&url, TransportOptions::new().root_certificates(two).only_these_roots()).await.unwrap(),
        "0"
    );
}

#[tokio::test]
async fn a_certificate_of_somebody_else_is_not_accepted_and_nothing_is_sent() {
    let (authority, other) = (Authority::new(), Authority::new());
    let unknown = serve(&authority, "localhost", None).await;
    let misnamed = serve(&other, "bank.example", None).await;
    for url in [unknown, misnamed] {
        let options = TransportOptions::new().root_certificates(other.pem()).only_these_roots();
        let error = ask(&url, options).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Certificate, "{}", full_text(&error));
        assert!(error.is_provably_unsent());
        assert!(!full_text(&error).contains("12345678909"));
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_told_from_one_that_is_away() {
    let (url, _seen) = serve_once(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let error = ask(&url.replace("http:", "https:"), TransportOptions::new()).await.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Tls, "{}", full_text(&error));
    assert!(error.is_provably_unsent() && error.kind().is_passing());
}

#[tokio::test]
async fn a_client_certificate_is_shown_to_a_server_that_asks_for_one() {
    let authority = Authority::new();
    let url = serve(&authority, "localhost", Some(&authority)).await;
    let trusting = || TransportOptions::new().root_certificates(authority.pem()).only_these_roots();
    assert_eq!(ask(&url, trusting().client_certificate(authority.client_pem())).await.unwrap(), "1");

    for options in [trusting(), trusting().client_certificate(Authority::new().client_pem())] {
        let error = ask(&url, options).await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::ClientCertificate, "{}", full_text(&error));
        assert!(error.is_provably_unsent());
    }
}
