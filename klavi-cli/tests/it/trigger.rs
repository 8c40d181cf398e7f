//! `klavi trigger`: what a receiver gets and what a script sees.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Output, Stdio};

use klavi_webhook::klavi::SigningKey;
use serde_json::Value;
use synthetic_data::RecipeError;

use crate::receive::{KEY, Receive};
use crate::{assert_refused, command, klavi, run, stderr, stdout};

/// Where nobody is.
fn nobody() -> String {
    format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap())
}

fn trigger(arguments: &[&str]) -> Output {
    run(command(&[&["trigger"], arguments].concat()).env("KLAVI_SECRET_KEY", KEY), b"")
}

/// A request of a connection: its head and how long its body is declared to be.
fn head(stream: &mut impl BufRead) -> (String, usize) {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).unwrap(), 0, "it broke off");
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let length = length.parse().unwrap();
    (head, length)
}

#[test]
fn what_is_sent_gets_into_the_inbox() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(&["--inbox", &url, "--no-allow-list"], &[]);
    let to = format!("http://{}/klavi", receive.address);
    for arguments in [
        &["--event", "consent_authorised"][..],
        &["--product", "pf_categorized_checking_l3", "--transactions", "200"],
        &["--product", "pj_loans", "--times", "3", "--same-id"],
        &["--event", "link_created", "--times", "2"],
        &["--product", "pf_identity", "--encoded-cpf"],
    ] {
        let output = trigger(&[&["--to", &to], arguments].concat());
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""), "{arguments:?}");
        assert!(stdout(&output).lines().all(|line| line.contains(", attempt 1: HTTP 200, ")), "{output:?}");
    }
    let list = klavi(&["inbox", "--inbox", &url, "list", "--json"], b"");
    let list: Value = serde_json::from_str(stdout(&list)).unwrap();
    let mut names: Vec<_> =
        list["entries"].as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "consent_authorised",
            "link_created",
            "link_created",
            "pf_categorized_checking_l3",
            "pf_identity",
            "pj_loans"
        ]
    );
    assert_eq!(receive.stop(), Some(0));
}

#[test]
fn what_is_refused_is_1_and_every_attempt_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("inbox.db").display());
    let receive = Receive::start(&["--inbox", &url, "--no-allow-list"], &[]);
    let to = format!("http://{}/klavi", receive.address);
    let quick = ["--to", &to, "--event", "link_created", "--retry-base-ms", "0"];
    for wrong in [&["--secret-key", "another"][..], &["--unsigned"]] {
        let output = trigger(&[&quick, wrong].concat());
        assert_eq!((output.status.code(), stderr(&output)), (Some(1), "klavi: 1 of 1 was not taken\n"));
        let numbers: Vec<_> =
            stdout(&output).lines().filter_map(|line| line.split(", attempt ").nth(1)?.get(..11)).collect();
        let all: Vec<_> = (1..=6).map(|number| format!("{number}: HTTP 401")).collect();
        assert_eq!(numbers, all);
    }

    let arguments =
        ["--to", &nobody(), "--event", "link_created", "--retry-base-ms", "0", "--times", "2", "--json"];
    let output = trigger(&arguments);
    assert_eq!((output.status.code(), stderr(&output)), (Some(1), "klavi: 2 of 2 were not taken\n"));
    let json: Value = serde_json::from_str(stdout(&output)).unwrap();
    for delivery in json["deliveries"].as_array().unwrap() {
        assert_eq!((&delivery["state"], &delivery["name"]), (&"failed".into(), &"link_created".into()));
        let attempts = delivery["attempts"].as_array().unwrap();
        assert_eq!(attempts.len(), 6);
        assert!(
            attempts.iter().all(|attempt| attempt["error"] == "no connection" && attempt["at"].is_string())
        );
    }
    assert_ne!(json["deliveries"][0]["key"], json["deliveries"][1]["key"]);
}

#[test]
fn wrong_usage_is_2() {
    let to = nobody();
    let refused = |arguments: &[&str], sentence: &str| {
        assert_refused(&trigger(&[&["--to", &to], arguments].concat()), 2, sentence);
    };
    let sentence = format!("klavi: {}", RecipeError::UnknownProduct("pf_dance".to_owned()));
    refused(&["--product", "pf_dance"], &sentence);
    refused(
        &["--product", "pf_balance", "--transactions", "1"],
        "klavi: a report of pf_balance has no transactions",
    );
    let keyless = klavi(&["trigger", "--to", &to, "--event", "link_created"], b"");
    assert_refused(&keyless, 2, "klavi: no key: give --secret-key, --secret-key-file or KLAVI_SECRET_KEY");
    let addressless = trigger(&["--to", "s3cret.example", "--event", "link_created"]);
    assert_refused(&addressless, 2, "klavi: the address to send to is no absolute http or https URL");
    let unknown = trigger(&["--to", &to, "--event", "dance"]);
    assert!(stderr(&unknown).contains("an event is one of link_created, consent_authorised,"), "{unknown:?}");
    assert_eq!(unknown.status.code(), Some(2));
    for arguments in [
        &["--event", "link_created"][..],
        &["--to", &to],
        &["--to", &to, "--event", "link_created", "--product", "pf_loans"],
        &["--to", &to, "--event", "link_created", "--transactions", "1"],
        &["--to", &to, "--event", "link_created", "--times", "0"],
        &["--to", &to, "--product", "pf_loans", "--version", "V3"],
    ] {
        assert_eq!(trigger(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

/// What it needs is read once all has been sent, before it is answered.
#[cfg(target_os = "linux")]
#[test]
fn a_report_of_any_size_takes_the_memory_of_a_small_one() {
    let peak = |transactions: &str| -> (usize, usize) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = format!("http://{}/", listener.local_addr().unwrap());
        let arguments =
            ["trigger", "--to", &to, "--product", "pf_checking_account", "--transactions", transactions];
        let mut child = command(&[&arguments[..], &["--secret-key", KEY]].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stream = BufReader::new(listener.accept().unwrap().0);
        let (head, length) = head(&mut stream);
        let mut body = Vec::new();
        stream.by_ref().take(length as u64).read_to_end(&mut body).unwrap();
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        stream.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let signature = SigningKey::from(KEY).sign(&body).to_string();
        assert!(head.contains(&format!("x-klavi-signature: {signature}\r\n")), "{head}");
        assert_eq!(body.len(), length);
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        (peak.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10, length)
    };
    let ((small, _), (large, length)) = (peak("3000"), peak("60000"));
    assert!(length > 24 << 20, "{length}");
    assert!(large < small + (8 << 20), "{small} bytes, then {large}");
}
