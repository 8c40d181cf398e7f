//! Node and openssl judge what we encrypt; and we judge what they encrypt.

use std::io::Write;
use std::process::{Command, Stdio};

use data_encoding::HEXLOWER;
use klavi_webhook::klavi::FieldCipher;

use super::{CPF, Configuration, IV, configurations};

const NODE: [&str; 2] = ["node", concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/peers/field_cipher.mjs")];
const OPENSSL: [&str; 2] = ["bash", concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/peers/field_cipher.sh")];

/// A CPF, text that is no ASCII, whole blocks.
const TEXTS: [&str; 3] = [CPF, "Conceição d'Ávila", "12345678909-12345678909-12345678"];

#[test]
#[ignore = "needs node"]
fn node_agrees_in_every_configuration() {
    agrees(NODE, &configurations());
}

#[test]
#[ignore = "needs openssl"]
fn openssl_agrees_in_every_configuration_it_knows() {
    let mut known = configurations();
    known.retain(|configuration| !configuration.mode.starts_with("gcm"));
    assert_eq!(known.len(), 48);
    agrees(OPENSSL, &known);
}

fn agrees(command: [&str; 2], configurations: &[Configuration]) {
    let mut lines = String::new();
    for (configuration, plain) in each(configurations) {
        let Configuration { mode, derivation, encoding, key, cipher } = configuration;
        let text = cipher.encrypt(plain).unwrap();
        let settings = format!("{mode}\t{derivation}\t{encoding}\t{key}\t{}", HEXLOWER.encode(IV.as_ref()));
        lines += &format!("decrypt\t{settings}\t{text}\nencrypt\t{settings}\t{plain}\n");
    }
    let answers = ask(command, lines);
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(answers.len(), configurations.len() * TEXTS.len() * 2);
    for ((configuration, plain), answers) in each(configurations).zip(answers.chunks(2)) {
        let Configuration { mode, cipher, .. } = configuration;
        let name = configuration.name();
        assert_eq!(answers[0], plain, "the peer decrypts ours: {name}");
        assert_eq!(cipher.decrypt(answers[1]).unwrap().expose(), plain, "we decrypt the peer's: {name}");
        if matches!(*mode, "ecb" | "cbc-fixed") {
            assert_eq!(cipher.encrypt(plain).unwrap(), answers[1], "both encrypt alike: {name}");
        }
    }
}

fn each(configurations: &[Configuration]) -> impl Iterator<Item = (&Configuration, &'static str)> {
    configurations.iter().flat_map(|configuration| TEXTS.map(|plain| (configuration, plain)))
}

fn ask([program, script]: [&str; 2], lines: String) -> String {
    let mut peer =
        Command::new(program).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = peer.stdin.take().unwrap();
    // Beside the reading: neither pipe may wait for the other.
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = peer.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
