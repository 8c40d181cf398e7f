//! TLS of the receiver's own, with openssl and curl on the other side.

use std::path::Path;
use std::process::{Command, Stdio};

use klavi_webhook::klavi::SigningKey;

use crate::receive::{KEY, Receive};
use crate::{klavi, stderr};

const EVENT: &str = r#"[{"eventId":"1","eventName":"link_created"}]"#;

/// A self-signed certificate for 127.0.0.1 under that name.
pub(crate) fn certificate(folder: &Path, name: &str) {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", &format!("/CN={name}"), "-addext", "subjectAltName=IP:127.0.0.1"])
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("cert.pem"))
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success());
}

/// A client's certificate, signed with the other one.
fn client_certificate(folder: &Path) {
    std::fs::write(folder.join("extensions"), "basicConstraints=CA:FALSE\nextendedKeyUsage=clientAuth\n")
        .unwrap();
    for command in [
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=client -keyout client.key -out client.csr",
        "x509 -req -in client.csr -CA cert.pem -CAkey key.pem -days 2 -extfile extensions -out client.pem",
    ] {
        let made = Command::new("openssl").args(command.split(' ')).current_dir(folder).output().unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
}

/// What a client that knows the certificate gets.
fn post(address: &str, folder: &Path, more: &[&str]) -> String {
    let signature = SigningKey::from(KEY).sign(EVENT.as_bytes()).to_string();
    let output = Command::new("curl")
        .args(["-s", "-o", "/dev/null", "-w", "%{http_code} %{certs}", "--cacert"])
        .arg(folder.join("cert.pem"))
        .args(["-H", &format!("x-klavi-signature: {signature}"), "--data-binary", EVENT])
        .args(more)
        .arg(format!("https://{address}/"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs openssl and curl"]
fn deliveries_come_over_tls_and_a_renewed_certificate_is_taken_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    certificate(folder.path(), "first");
    let (cert, key) = (file("cert.pem"), file("key.pem"));
    let receive = Receive::start(
        &["--inbox", "memory:", "--no-allow-list", "--tls-cert", &cert, "--tls-key", &key],
        &[],
    );
    assert!(post(&receive.address, folder.path(), &[]).starts_with("200 "));
    let plain = Command::new("curl").args(["-s", &format!("http://{}/", receive.address)]).output().unwrap();
    assert!(!plain.status.success(), "nothing but TLS is spoken");

    // A renewal that went wrong changes nothing; one that is right is there for the next connection.
    std::fs::write(&key, "nonsense").unwrap();
    receive.hang_up("the configuration in use stays");
    assert!(post(&receive.address, folder.path(), &[]).starts_with("200 "));
    certificate(folder.path(), "second");
    assert!(post(&receive.address, folder.path(), &[]).starts_with("000 "), "the old one is still in use");
    receive.hang_up("configuration read again");
    assert!(post(&receive.address, folder.path(), &[]).starts_with("200 "));
    assert_eq!(receive.stop(), Some(0));
}

#[test]
#[ignore = "needs openssl and curl"]
fn clients_show_a_certificate_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    certificate(folder.path(), "root");
    client_certificate(folder.path());
    let (cert, key) = (file("cert.pem"), file("key.pem"));
    let receive = Receive::start(
        &[
            "--inbox",
            "memory:",
            "--no-allow-list",
            "--tls-cert",
            &cert,
            "--tls-key",
            &key,
            "--tls-client-ca",
            &cert,
        ],
        &[],
    );
    assert!(post(&receive.address, folder.path(), &[]).starts_with("000 "));
    let shown = ["--cert", &file("client.pem"), "--key", &file("client.key")];
    assert!(post(&receive.address, folder.path(), &shown).starts_with("200 "));
    assert_eq!(receive.stop(), Some(0));
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.pem").display().to_string();
    std::fs::write(&file, "").unwrap();
    let receive = |arguments: &[&str]| {
        let fixed = ["receive", "--listen", "127.0.0.1:0", "--inbox", "memory:", "--secret-key", "k"];
        let output = klavi(&[&fixed, arguments].concat(), b"");
        assert_eq!(output.status.code(), Some(2));
        stderr(&output).to_owned()
    };
    assert!(receive(&["--tls-cert", &file, "--tls-key", &file]).contains("empty.pem holds no private key"));
    assert!(receive(&["--tls-cert", &file]).contains("--tls-key"));
}
