//! `klavi sign` and `klavi verify`.

use std::process::Command;

use crate::{assert_refused, command, klavi, run, stderr, stdout};

const BODY: &[u8] = b"The quick brown fox jumps over the lazy dog";

/// The well-known HMAC-SHA-256 of that text under `key`.
const SIGNATURE: &str = "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8";

#[test]
fn a_signature_is_printed_and_fits() {
    let signed = klavi(&["sign", "--secret-key", "key"], BODY);
    assert_eq!((signed.status.code(), stdout(&signed)), (Some(0), format!("{SIGNATURE}\n").as_str()));
    for keys in [&["--secret-key", "key"][..], &["--secret-key", "new", "--secret-key", "key"]] {
        let verified = klavi(&[&["verify", "--signature", SIGNATURE], keys].concat(), BODY);
        assert_eq!(verified.status.code(), Some(0), "{}", stderr(&verified));
    }
    // A comma is a character of the key like any other.
    assert_ne!(stdout(&klavi(&["sign", "--secret-key", "key,other"], BODY)).trim_end(), SIGNATURE);
}

#[test]
fn the_environment_counts_only_where_nothing_is_given() {
    let verify = |arguments: &[&str]| {
        let mut command = command(&[&["verify", "--signature", SIGNATURE], arguments].concat());
        run(command.env("KLAVI_SECRET_KEY", "new, key"), BODY).status.code()
    };
    assert_eq!(verify(&[]), Some(0));
    assert_eq!(verify(&["--secret-key", "wrong"]), Some(1));
}

#[test]
fn what_does_not_fit_is_1_and_what_cannot_be_read_is_2() {
    let wrong = klavi(&["verify", "--secret-key", "other", "--signature", SIGNATURE], BODY);
    assert_refused(&wrong, 1, "klavi: no key gives this signature for these 43 bytes");
    let garbled = klavi(&["verify", "--secret-key", "key", "--signature", "sha256=1"], BODY);
    assert_refused(&garbled, 2, "klavi: --signature: the signature is not 64 hexadecimal digits");
    let keyless = klavi(&["sign"], BODY);
    assert_refused(&keyless, 2, "klavi: no key: give --secret-key, --secret-key-file or KLAVI_SECRET_KEY");
    let fileless = klavi(&["sign", "--secret-key", "key", "no-such-file"], b"");
    assert_eq!(fileless.status.code(), Some(2));
    assert!(stderr(&fileless).starts_with("klavi: no-such-file cannot be read: "), "{}", stderr(&fileless));
}

#[test]
fn a_key_from_a_file_and_every_byte_of_a_body_count() {
    let folder = tempfile::tempdir().unwrap();
    let (key, body) = (folder.path().join("key"), folder.path().join("body"));
    std::fs::write(&key, "key\n").unwrap();
    std::fs::write(&body, BODY).unwrap();
    let arguments = ["sign", "--secret-key-file", key.to_str().unwrap(), body.to_str().unwrap()];
    assert_eq!(stdout(&klavi(&arguments, b"")).trim_end(), SIGNATURE);
    std::fs::write(&body, [BODY, b"\n"].concat()).unwrap();
    assert_ne!(stdout(&klavi(&arguments, b"")).trim_end(), SIGNATURE);
}

#[test]
#[ignore = "needs openssl"]
fn openssl_agrees() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body");
    let key = "A1B2C3D4-0000-4000-8000-ÇÃO";
    let bodies = [&b""[..], b"\0\xff\r\n", "{\"nome\":\"Conceição \\u00e7\"}\n".as_bytes(), &[b'x'; 200_000]];
    for body in bodies {
        std::fs::write(&file, body).unwrap();
        let openssl = Command::new("openssl")
            .args(["dgst", "-sha256", "-hmac", key, file.to_str().unwrap()])
            .output()
            .unwrap();
        let theirs = stdout(&openssl).trim_end().rsplit(' ').next().unwrap().to_owned();
        let ours = klavi(&["sign", "--secret-key", key, file.to_str().unwrap()], b"");
        assert_eq!(theirs.len(), 64);
        assert_eq!(stdout(&ours).trim_end(), theirs);
    }
}
