//! Node judges how we encode text inside a URL.

use std::io::Write;
use std::process::{Command, Stdio};

use klavi_sdk::encode_uri_component;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/uri_component.mjs");

/// Every character that text in Rust can hold: all code points but the surrogates.
const SCALARS: usize = 0x11_0000 - 0x800;

/// How many texts go into a line.
const CHUNK: usize = 4_096;

#[test]
#[ignore = "needs node"]
fn every_scalar_is_encoded_as_node_does() {
    let scalars: Vec<String> = ('\0'..=char::MAX).map(String::from).collect();
    assert_eq!(scalars.len(), SCALARS);
    assert_alike(&scalars);
}

#[test]
#[ignore = "needs node"]
fn generated_texts_are_encoded_as_node_does() {
    let mut random = fastrand::Rng::with_seed(20);
    let texts: Vec<String> = (0..50_000).map(|_| text(&mut random)).collect();
    assert!(texts.iter().any(String::is_empty) && texts.iter().any(|text| text.len() > 100));
    assert_alike(&texts);
}

/// URLs, forms and anything: ASCII mostly, so that neighbours of every kind meet.
fn text(random: &mut fastrand::Rng) -> String {
    let length = random.usize(0..100);
    let mut text = String::new();
    while text.chars().count() < length {
        match random.u8(0..8) {
            0 => text.push(random.char(..)),
            1 => text.push(random.char('\u{80}'..='\u{7ff}')),
            2 => text.push_str("%2f"),
            3 => text.push_str("://"),
            _ => text.push(random.char('\0'..='\u{7f}')),
        }
    }
    text
}

#[track_caller]
fn assert_alike(texts: &[String]) {
    let lines: Vec<String> =
        texts.chunks(CHUNK).map(|chunk| serde_json::to_string(chunk).unwrap() + "\n").collect();
    let answers = ask(&lines.concat());
    let answers: Vec<&str> = answers.lines().flat_map(|line| line.split(' ')).collect();
    assert_eq!(answers.len(), texts.len());
    for (text, theirs) in texts.iter().zip(answers) {
        assert_eq!(encode_uri_component(text), theirs, "{text:?}");
    }
}

/// The peer reads everything before it writes.
fn ask(lines: &str) -> String {
    let mut peer =
        Command::new("node").arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    peer.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    let output = peer.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}
