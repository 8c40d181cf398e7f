//! Endpoints whose certificate is wrong, and right again.

use std::sync::Arc;

use klavi_webhook::{Breaker, EntryState, Inbox};
use provider_call::TransportOptions;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use super::faults::{attempt, forwarding, transport};
use crate::entries;

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

fn acceptor(authority: &Authority) -> TlsAcceptor {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    TlsAcceptor::from(Arc::new(config.with_single_cert(vec![certificate.der().clone()], key).unwrap()))
}

/// Shows one certificate after the other, one for each connection, and the last to all further ones.
async fn endpoint(acceptors: Vec<TlsAcceptor>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        for number in 0.. {
            let (socket, _) = listener.accept().await.unwrap();
            let Ok(mut stream) = acceptors[number.min(acceptors.len() - 1)].accept(socket).await else {
                continue;
            };
            let _ = stream.read(&mut vec![0; 16 * 1024]).await;
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                .await
                .unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    url
}

#[tokio::test]
async fn a_certificate_that_changed_is_an_outage_that_ends() {
    let (trusted, other) = (authority(), authority());
    let options = || TransportOptions::new().root_certificates(trusted.pem()).only_these_roots();
    let url = endpoint(vec![acceptor(&other)]).await;
    let (entry, down) = attempt(&url, transport(options())).await;
    let down = down.expect("the target is down");
    assert!(down.starts_with("the server's TLS certificate was not accepted: "), "{down}");
    assert_eq!((entry.state, entry.attempts), (EntryState::Pending, 0));

    let url = endpoint(vec![acceptor(&other), acceptor(&other), acceptor(&trusted)]).await;
    let eager = Breaker::new(usize::MAX, std::time::Duration::ZERO, std::time::Duration::ZERO);
    let (inbox, dispatcher) = forwarding(&url, transport(options()), eager).await;
    assert_eq!(dispatcher.run_due().await.unwrap(), 3);
    assert_eq!(entries(&*inbox, None).await[0].state, EntryState::Done);
    assert_eq!(inbox.targets().await.unwrap()[0].down, None);
}

#[tokio::test]
async fn an_endpoint_that_speaks_no_tls_is_an_outage() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut vec![0; 16 * 1024]).await;
        socket.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    });
    let options = TransportOptions::new().root_certificates(authority().pem()).only_these_roots();
    let (entry, down) = attempt(&url, transport(options)).await;
    let down = down.expect("the target is down");
    assert!(down.starts_with("TLS could not be agreed on with the server: "), "{down}");
    assert_eq!(entry.attempts, 0);
}
