//! Behind nginx, with the configuration that is handed out.

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use klavi_webhook::klavi::SigningKey;

use crate::receive::{KEY, Receive};
use crate::tls::certificate;

const CONFIGURATION: &str = include_str!("../../../deploy/nginx.conf");

struct Nginx(Child);

impl Drop for Nginx {
    fn drop(&mut self) {
        if !matches!(self.0.try_wait(), Ok(None)) {
            return;
        }
        // The master ends its workers on SIGTERM, not when it is killed.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let _ = self.0.wait();
    }
}

/// nginx in front of that address, on a port of its own.
fn nginx(folder: &Path, receiver: &str) -> (Nginx, u16) {
    certificate(folder, "hooks.partner.example");
    // Between the choice of a port and its use somebody else may take it.
    let started = (0..5).find_map(|_| {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        start(folder, receiver, port).map(|nginx| (nginx, port))
    });
    started.unwrap_or_else(|| panic!("nginx does not start: {}", errors(folder)))
}

fn errors(folder: &Path) -> String {
    fs::read_to_string(folder.join("error.log")).unwrap_or_default()
}

/// nginx on that port, once it listens; `None` where it gave up.
fn start(folder: &Path, receiver: &str, port: u16) -> Option<Nginx> {
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    let site = CONFIGURATION
        .replace("server 127.0.0.1:8080;", &format!("server {receiver};"))
        .replace("listen 443 ssl;", &format!("listen 127.0.0.1:{port} ssl;"))
        .replace("/etc/ssl/hooks.crt", &certificate.display().to_string())
        .replace("/etc/ssl/hooks.key", &key.display().to_string());
    let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {}/{kind};", folder.display()))
        .join("\n");
    let whole = format!(
        "pid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\n{temporary}\n{site}\n}}\n",
        folder = folder.display()
    );
    let file = folder.join("nginx.conf");
    fs::write(&file, whole).unwrap();
    let child = Command::new("nginx")
        .arg("-p")
        .arg(folder)
        .arg("-c")
        .arg(&file)
        .args(["-g", "daemon off;"])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut nginx = Nginx(child);
    // It writes its number down once it has bound its port.
    while !fs::read_to_string(folder.join("nginx.pid")).is_ok_and(|pid| pid.ends_with('\n')) {
        if nginx.0.try_wait().unwrap().is_some() {
            return None;
        }
        std::thread::yield_now();
    }
    Some(nginx)
}

/// What somebody at that address gets as an answer.
fn post(from: &str, port: u16, body: &Path, signature: &str, more: &[&str]) -> String {
    let output = Command::new("curl")
        .args(["-sSk", "--interface", from])
        .args(["-o", "/dev/null", "-w", "%{http_code}", "-H", &format!("x-klavi-signature: {signature}")])
        .args(more)
        .arg("--data-binary")
        .arg(format!("@{}", body.display()))
        .arg(format!("https://127.0.0.1:{port}/klavi"))
        .output()
        .unwrap();
    let of_nginx = errors(body.parent().unwrap());
    assert!(output.stderr.is_empty(), "{}{of_nginx}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
#[ignore = "needs nginx, curl and openssl"]
fn nginx_hands_on_the_bytes_and_the_true_address() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive =
        Receive::start(&["--inbox", &inbox, "--trusted-proxy", "127.0.0.1", "--allow", "127.0.0.3"], &[]);
    let (nginx, port) = nginx(folder.path(), &receive.address);
    // Larger than every buffer on the way, with what a careless proxy would change.
    let report = format!(
        "{{\"productName\":\"pf_balance\", \"productReportId\":\"r-1\",\r\n \"note\":\"a\\u00e7\\/{}\"}}",
        "x".repeat(3 << 20)
    );
    let body = folder.path().join("body.json");
    fs::write(&body, &report).unwrap();
    let signature = SigningKey::from(KEY).sign(report.as_bytes()).to_string();

    assert_eq!(post("127.0.0.3", port, &body, &signature, &[]), "200");
    assert_eq!(post("127.0.0.2", port, &body, &signature, &[]), "403");
    for spoofed in
        ["X-Forwarded-For: 127.0.0.3", "X-Forwarded-For: 18.230.43.17, 127.0.0.3", "X-Real-IP: 127.0.0.3"]
    {
        assert_eq!(post("127.0.0.2", port, &body, &signature, &["-H", spoofed]), "403", "{spoofed}");
    }
    let chunked = ["-H", "Transfer-Encoding: chunked"];
    assert_eq!(post("127.0.0.3", port, &body, &signature, &chunked), "200");
    assert_eq!(post("127.0.0.3", port, &body, &"0".repeat(64), &[]), "401");
    let stored = crate::klavi(&["inbox", "--inbox", &inbox, "show", "1", "--raw"], b"");
    assert!(stored.stdout == report.as_bytes(), "the bytes came as they were sent");
    drop(nginx);
    assert_eq!(receive.stop(), Some(0));
}
