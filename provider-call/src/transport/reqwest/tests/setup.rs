//! What cannot be set up says whose flaw it is, and shows no key.

use super::tls::Authority;
use super::*;

fn refused(options: &TransportOptions) -> TransportSetupError {
    ReqwestTransport::new(options).unwrap_err()
}

#[test]
fn each_flaw_has_its_error() {
    let pem = |label: &str| format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n");
    for bad in [String::new(), "no PEM at all".to_owned(), Authority::new().client_pem()[..200].to_owned()] {
        for options in [
            TransportOptions::new().root_certificates(bad.clone()),
            TransportOptions::new().root_certificates(bad.clone()).only_these_roots(),
        ] {
            let error = refused(&options);
            // A text without a certificate is no broken one.
            let is_empty = !bad.contains("BEGIN");
            assert_eq!(matches!(error, TransportSetupError::NoRootCertificates), is_empty, "{bad} {error}");
            assert_eq!(matches!(error, TransportSetupError::RootCertificates(_)), !is_empty, "{bad} {error}");
        }
        let options = TransportOptions::new().client_certificate(bad.clone());
        assert!(matches!(refused(&options), TransportSetupError::ClientCertificate(_)), "{bad}");
    }
    let options = TransportOptions::new().root_certificates(pem("CERTIFICATE")).only_these_roots();
    assert!(matches!(refused(&options), TransportSetupError::RootCertificates(_)));
    let options = TransportOptions::new().only_these_roots();
    assert!(matches!(refused(&options), TransportSetupError::NoRootCertificates));
    let broken = pem("CERTIFICATE") + &pem("PRIVATE KEY");
    let options = TransportOptions::new().client_certificate(broken);
    assert!(matches!(refused(&options), TransportSetupError::ClientCertificate(_)));
    for url in ["", "proxy:3128", "socks5://proxy:1080", "http://", "http://user:s3cret@"] {
        assert!(matches!(refused(&TransportOptions::new().proxy(url)), TransportSetupError::Proxy), "{url}");
    }
}

#[test]
fn keys_and_passwords_show_nowhere() {
    let (one, other) = (Authority::new().client_pem(), Authority::new().client_pem());
    // The certificate of the one with the key of the other.
    let (certificate, _) = one.split_at(one.find("-----BEGIN PRIVATE").unwrap());
    let (_, key) = other.split_at(other.find("-----BEGIN PRIVATE").unwrap());
    let options = TransportOptions::new()
        .client_certificate(format!("{certificate}{key}"))
        .proxy("http://user:s3cret@proxy.example:3128");
    let error = refused(&options);
    assert!(matches!(error, TransportSetupError::ClientCertificate(_)), "{error:?}");
    let secret_line = key.lines().nth(1).unwrap();
    let proxy = refused(&TransportOptions::new().proxy("ftp://user:s3cret@proxy.example"));
    let text = format!("{options:?} {error} {error:?} {:?} {proxy} {proxy:?}", error.source());
    assert!(!text.contains(secret_line) && !text.contains("s3cret"), "{text}");
}
