//! `klavi belvo mock`.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use crate::{assert_refused, klavi};

#[test]
fn it_prints_where_it_is_and_ends_with_sigterm() {
    let mut child =
        crate::command(&["belvo", "mock", "--listen", "127.0.0.1:0", "--seed", "7", "--secret-id", "my-id"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
    let mut block = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        block.push_str(&line);
        block.push('\n');
        if line.contains("Ctrl-C") {
            break;
        }
    }
    let base = block.lines().find_map(|line| line.trim().strip_prefix("base URL")).unwrap().trim();
    assert!(base.starts_with("http://127.0.0.1:"), "{block}");
    assert!(block.contains("secret id        my-id") && block.contains("secret password  mock-"), "{block}");
    assert!(block.contains(&format!("widget           {base}/widget?access_token=")), "{block}");

    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_it_cannot_do_is_one_sentence() {
    let start = ["belvo", "mock", "--listen", "127.0.0.1:0"];
    let refused = klavi(&[&start[..], &["--webhook-url", "http://partner.example"]].concat(), b"");
    let sentence = "klavi: --webhook-url: a webhook is an absolute https URL (http only to this machine); \
                    --allow-http-webhooks allows http to any host";
    assert_refused(&refused, 2, sentence);
    for key in ["--secret-id", "--secret-password"] {
        let sentence = format!("klavi: {key}: the {} is empty", key[2..].replace('-', " "));
        assert_refused(&klavi(&[&start[..], &[key, ""]].concat(), b""), 2, &sentence);
    }
    let file = ["--webhook-authorization-file", "/nowhere/authorization"];
    let refused = klavi(&[&start[..], &file].concat(), b"");
    let sentence = "klavi: /nowhere/authorization cannot be read: No such file or directory (os error 2)";
    assert_refused(&refused, 2, sentence);
}
