//! Settings of `klavi receive` and of the mocks: their forms, and what is refused before anything is opened.

use std::io::{BufRead, BufReader};
use std::process::{Command, Output, Stdio};

use klavi_webhook::klavi::SigningKey;

use crate::receive::{FORWARD_KEY, KEY, Receive};
use crate::{assert_refused, command, klavi, run, stderr, stdout};

/// Refused as wrong usage, with these words, and nothing was opened.
#[track_caller]
fn assert_wrong_usage(arguments: &[&str], words: &[&str]) {
    let output = klavi(arguments, b"");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
    assert_eq!(stdout(&output), "");
    for words in words {
        assert!(stderr(&output).contains(words), "{words:?} is not in {}", stderr(&output));
    }
}

/// A `klavi receive` without any setting but its form of log.
pub(crate) fn bare() -> Command {
    let mut command = command(&["receive", "--log", "json"]);
    command.env("RUST_LOG", "info").stdin(Stdio::null()).stdout(Stdio::null());
    command
}

#[test]
fn an_address_without_a_port_or_with_an_unknown_host_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("inbox.db");
    let inbox = format!("sqlite:{}", file.display());
    let forms = ["a port of this machine (4010)", "localhost:4010", "0.0.0.0:8080", "[::1]:8080"];
    for address in [":4010", "127.0.0.1", "receiver.example:8080", "http://127.0.0.1:8080", "65536"] {
        for (flag, other) in [("--listen", "--admin"), ("--admin", "--listen")] {
            let given = format!("{flag} <ADDRESS>");
            let arguments = ["receive", "--inbox", &inbox, "--secret-key", "k", flag, address, other, "0"];
            assert_wrong_usage(&arguments, &[&[given.as_str(), address], &forms[..]].concat());
        }
        for mock in [&["mock"][..], &["belvo", "mock"]] {
            let arguments = [mock, &["--listen", address]].concat();
            assert_wrong_usage(&arguments, &[&["--listen <ADDRESS>", address], &forms[..]].concat());
        }
    }
    assert!(!file.exists());
}

#[test]
fn a_receiver_listens_on_loopback_where_a_port_alone_is_given() {
    let arguments = ["--inbox", "memory:", "--listen", "0", "--admin", "localhost:0"];
    let receive = Receive::spawn(bare().args(arguments).env("KLAVI_SECRET_KEY", KEY));
    assert!(receive.address.starts_with("127.0.0.1:"), "{}", receive.address);
    assert!(receive.admin.starts_with("127.0.0.1:"), "{}", receive.admin);
    assert_eq!(receive.stop(), Some(0));
}

#[test]
fn a_mock_listens_on_loopback_where_a_port_alone_is_given() {
    for mock in [&["mock"][..], &["belvo", "mock"]] {
        for address in ["0", "localhost:0"] {
            let mut command = command(&[mock, &["--listen", address]].concat());
            let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
            let lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let base_url = lines.map(Result::unwrap).find(|line| line.contains("base URL"));
            assert!(base_url.unwrap().contains("http://127.0.0.1:"), "{mock:?} {address}");
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }
}

#[test]
fn a_secret_in_quotes_is_refused_without_being_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    let file = file.to_str().unwrap();
    let receive = ["receive", "--listen", "0", "--inbox", "memory:"];
    let forward = [&receive[..], &["--secret-key", "k", "--forward", "http://127.0.0.1:1/"]].concat();
    let belvo = [&receive[..], &["--provider", "belvo"]].concat();
    let sources = [
        (receive.to_vec(), "KLAVI_SECRET_KEY", "--secret-key-file"),
        (vec!["sign"], "KLAVI_SECRET_KEY", "--secret-key-file"),
        (forward, "KLAVI_FORWARD_SECRET", "--forward-secret-file"),
        (belvo, "BELVO_WEBHOOK_AUTHORIZATION", "--authorization-file"),
    ];
    let assert_named = |output: &Output, source: &str| {
        assert_refused(
            output,
            2,
            &format!(
                "klavi: the secret in {source} begins or ends with a quote, which would be part of it: remove the quotes, \
                 or write one more pair of quotes around the secret if they do belong to it"
            ),
        );
    };
    for quoted in ["\"hidden\"", "'hidden'", "hidden\"", " 'hidden' "] {
        std::fs::write(file, format!("{quoted}\n")).unwrap();
        for (arguments, variable, flag) in &sources {
            assert_named(&run(command(arguments).env(variable, quoted), b""), variable);
            assert_named(&klavi(&[&arguments[..], &[*flag, file]].concat(), b""), file);
        }
        assert_named(&klavi(&["sign", "--secret-key", quoted], b""), "--secret-key");
    }
    // Each of several.
    for quoted in ["new,'hidden'", "\"new,hidden\""] {
        assert_named(&run(command(&receive).env("KLAVI_SECRET_KEY", quoted), b""), "KLAVI_SECRET_KEY");
    }
}

#[test]
fn blanks_around_a_key_are_no_part_of_it_and_one_more_pair_keeps_its_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    for (given, key) in [(" key\t", "key"), ("'\"key\"'", "\"key\"")] {
        let expected = format!("{}\n", SigningKey::from(key).sign(b"body"));
        std::fs::write(&file, format!("\u{feff}{given}\r\n")).unwrap();
        let of_the_file = klavi(&["sign", "--secret-key-file", file.to_str().unwrap()], b"body");
        let of_the_flag = klavi(&["sign", "--secret-key", given], b"body");
        let of_the_environment = run(command(&["sign"]).env("KLAVI_SECRET_KEY", given), b"body");
        for output in [of_the_file, of_the_flag, of_the_environment] {
            assert_eq!(stdout(&output), expected, "{}", stderr(&output));
        }
    }
}

#[test]
fn forwarding_over_plain_http_is_told_unless_it_stays_on_this_machine() {
    let start = |url: &str| {
        let arguments = ["--inbox", "memory:", "--listen", "0", "--admin", "0", "--forward", url];
        let environment = [("KLAVI_SECRET_KEY", KEY), ("KLAVI_FORWARD_SECRET", FORWARD_KEY)];
        let receive = Receive::spawn(bare().args(arguments).envs(environment));
        let told: Vec<_> =
            receive.said.iter().filter(|message| message.contains("--forward")).cloned().collect();
        assert_eq!(receive.stop(), Some(0));
        told
    };
    let sentence = "--forward sends bodies unencrypted over the network: use an https URL, or an endpoint on this machine";
    for url in ["http://user:hidden@192.0.2.1/", "http://app.invalid:3000/klavi", "http://localhost.invalid/"]
    {
        assert_eq!(start(url), [sentence], "{url}");
    }
    for url in [
        "https://192.0.2.1/",
        "http://127.0.0.1:1/",
        "http://127.8.9.10:1/",
        "http://[::1]:1/",
        "http://LOCALHOST:1/",
        "http://app.localhost:1/",
    ] {
        assert_eq!(start(url), [""; 0], "{url}");
    }
}
