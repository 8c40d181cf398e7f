//! Certificates for servers and clients of a test, made with openssl.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A root, and a certificate for 127.0.0.1 and one for a client that lead to it.
pub(super) struct Certificates(TempDir);

impl Certificates {
    pub(super) fn new() -> Self {
        let certificates = Self(tempfile::tempdir().unwrap());
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
        certificates.run(&format!("req -x509 {key} -days 2 -subj /CN=root -keyout root.key -out root.pem"));
        for (name, extensions) in [
            ("server", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth"),
            ("client", "extendedKeyUsage=clientAuth"),
        ] {
            std::fs::write(certificates.path().join("extensions"), extensions).unwrap();
            certificates.run(&format!("req {key} -subj /CN={name} -keyout {name}.key -out {name}.csr"));
            certificates.run(&format!(
                "x509 -req -in {name}.csr -CA root.pem -CAkey root.key -CAcreateserial -days 2 -extfile extensions \
                 -out {name}.pem"
            ));
        }
        certificates
    }

    fn run(&self, arguments: &str) {
        let openssl =
            Command::new("openssl").args(arguments.split(' ')).current_dir(self.path()).output().unwrap();
        assert!(openssl.status.success(), "{}", String::from_utf8_lossy(&openssl.stderr));
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// `root.pem`, `server.pem`, `server.key`, `client.pem`, `client.key`.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// The same as text.
    pub(super) fn name(&self, name: &str) -> String {
        self.file(name).display().to_string()
    }
}
