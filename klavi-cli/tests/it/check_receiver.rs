//! `klavi check-receiver`: against our own receiver, against receivers with one fault each, and against those of the
//! examples.

mod faulty;
mod peers;
mod raw;
mod receivers;

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::process::Output;
use std::sync::Arc;

use klavi_webhook::klavi::Klavi;
use klavi_webhook::{EntryKind, Filter, Inbox, MemoryInbox, Page, Receiver};
use serde_json::Value;

use self::receivers::{RUNTIME, accept, serve, serve_app};
use crate::receive::{KEY, Receive};
use crate::{assert_refused, command, klavi, run, stderr, stdout};

/// What a run said of each case: verdict and reason.
type Said = BTreeMap<String, (String, String)>;

fn check(arguments: &[&str]) -> Output {
    run(command(&[&["check-receiver"], arguments].concat()).env("KLAVI_SECRET_KEY", KEY), b"")
}

/// The one document of a run.
fn document(output: &Output) -> Value {
    serde_json::from_str(stdout(output)).unwrap_or_else(|_| panic!("{output:?}"))
}

/// A run, which fails where a case does.
#[track_caller]
fn said(to: &str, only: &[&str]) -> Said {
    let mut arguments = vec!["--to", to, "--json"];
    arguments.extend(only.iter().flat_map(|case| ["--only", case]));
    let output = check(&arguments);
    let said: Said = document(&output)["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let text = |name: &str| case[name].as_str().unwrap().to_owned();
            (text("case"), (text("verdict"), text("reason")))
        })
        .collect();
    let fails = said.values().any(|(verdict, _)| verdict == "fail");
    assert_eq!(output.status.code(), Some(i32::from(fails)), "{output:?}");
    said
}

/// All cases pass but that for https, which says nothing on this machine.
#[track_caller]
fn assert_passes(to: &str) -> Value {
    let output = check(&["--to", to, "--json"]);
    let document = document(&output);
    let others: Vec<_> =
        document["cases"].as_array().unwrap().iter().filter(|case| case["verdict"] != "pass").collect();
    assert!(matches!(&others[..], [https] if https["case"] == "https"), "{others:#?}");
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    document
}

#[test]
fn our_own_receiver_passes_and_stores_what_it_should() {
    let inbox = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Klavi::new(KEY), inbox.clone());
    let to = serve_app(axum::Router::new().nest("/klavi", receiver.into_router()));
    let document = assert_passes(&format!("{to}/klavi?tenant=7"));

    let all = Filter::all().of_kind(EntryKind::Report);
    let entries = RUNTIME.block_on(inbox.list(&all, Page::first(1_000))).unwrap();
    let ids = document["ids"].as_array().unwrap();
    assert_eq!(ids.iter().filter(|id| id["expected"] == 1).count(), 4, "{ids:#?}");
    assert_eq!(ids.iter().filter(|id| id["expected"] == 0).count(), 6, "{ids:#?}");
    for id in ids {
        let key = id["id"].as_str().unwrap();
        let stored = entries.iter().filter(|entry| entry.dedup_key.contains(key)).count();
        assert_eq!(id["expected"], stored, "{id}");
    }
    let run = document["run"].as_str().unwrap();
    let of_the_run = entries.iter().filter(|entry| entry.request_id.as_deref() == Some(run)).count();
    assert!(of_the_run > 40, "{of_the_run} of {} reports are marked", entries.len());
}

#[test]
fn a_receiver_over_tls_passes_where_its_root_is_trusted() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let made = |name: &str| {
        let rcgen::CertifiedKey { cert, signing_key } =
            rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        std::fs::write(file(&format!("{name}.pem")), cert.pem()).unwrap();
        std::fs::write(file(&format!("{name}.key")), signing_key.serialize_pem()).unwrap();
    };
    made("own");
    made("other");
    let (cert, key, other) = (file("own.pem"), file("own.key"), file("other.pem"));
    let arguments = ["--inbox", "memory:", "--no-allow-list", "--tls-cert", &cert, "--tls-key", &key];
    let receive = Receive::start(&arguments, &[]);
    let to = format!("https://{}/klavi", receive.address);
    let only = ["--only", "https", "--only", "large", "--only", "cut-off", "--only", "burst"];
    let output = check(&[&["--to", &to, "--tls-ca", &cert], &only[..]].concat());
    assert_eq!(
        (output.status.code(), stdout(&output).matches("\npass ").count()),
        (Some(0), 3),
        "{output:?}"
    );

    let untrusted = check(&["--to", &to, "--tls-ca", &other, "--only", "burst"]);
    assert_eq!(untrusted.status.code(), Some(1));
    let reason =
        "fail     report                no answer to a signed report, no TLS connection could be made: ";
    assert!(stdout(&untrusted).starts_with(reason), "{untrusted:?}");
    assert!(stdout(&untrusted).contains(": serve the whole certificate chain"), "{untrusted:?}");
    assert_eq!(receive.stop(), Some(0));
}

#[test]
fn a_line_for_each_case_the_ids_to_count_and_the_counts() {
    let to = serve(accept);
    let output = check(&["--to", &to, "--only", "duplicate", "--only", "no-signature"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    let lines: Vec<_> = stdout(&output).lines().collect();
    let [refused, twice, "", heading, never, once, "", counts] = lines[..] else { panic!("{lines:?}") };
    assert_eq!(refused, "pass     no-signature          answered 401");
    assert!(twice.starts_with("pass     duplicate             answered 200 after "), "{twice}");
    assert_eq!(heading, "An answer does not show what was stored. Count these ids in your own data:");
    assert!(never.starts_with("never    no-signature          "), "{never}");
    assert!(once.starts_with("once     duplicate             "), "{once}");
    assert!(counts.starts_with("check-receiver-"), "{counts}");
    assert!(counts.ends_with(": 2 passed, 0 failed, 0 warned, 0 skipped"), "{counts}");
}

#[test]
fn where_no_receiver_is_the_first_case_fails_and_the_others_are_skipped() {
    let to = format!("http://{}/", TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap());
    let output = check(&["--to", &to, "--json", "--only", "duplicate", "--only", "wrong-secret"]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(1), "klavi: 1 of 3 cases failed\n"));
    let document = document(&output);
    let verdicts: Vec<_> =
        document["cases"].as_array().unwrap().iter().map(|case| case["verdict"].as_str().unwrap()).collect();
    assert_eq!(verdicts, ["fail", "skipped", "skipped"]);
    let reason = document["cases"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("no connection could be made: "), "{reason}");
    assert_eq!(document["cases"][1]["reason"], "the receiver could not be reached");
    assert_eq!((&document["failed"], &document["skipped"]), (&1.into(), &2.into()));
}

#[test]
fn a_receiver_that_refuses_everything_proves_nothing_about_signatures() {
    let to = serve(|_, _| 401);
    let said = said(&to, &["wrong-signature", "doubled-signature", "duplicate"]);
    assert_eq!(said["report"].0, "fail");
    assert_eq!(said["duplicate"].0, "fail");
    for case in ["wrong-signature", "doubled-signature"] {
        assert_eq!(said[case].0, "skipped", "{said:?}");
        assert!(said[case].1.contains("the case `report` is refused as well"), "{said:?}");
    }
}

#[test]
fn a_receiver_with_another_success_still_shows_what_it_verifies() {
    let to = serve(|headers, body| if accept(headers, body) == 200 { 204 } else { 401 });
    let said = said(&to, &["report", "wrong-signature"]);
    assert_eq!((&*said["report"].0, &*said["wrong-signature"].0), ("fail", "pass"), "{said:?}");
}

#[test]
fn options_come_from_the_environment_and_no_output_has_the_key_or_the_address() {
    let to = format!("{}/t0k3n", serve(|_, _| 500));
    for json in ["true", "false"] {
        let output = run(
            command(&["check-receiver"])
                .env("KLAVI_SECRET_KEY", KEY)
                .env("KLAVI_CHECK_RECEIVER_TO", &to)
                .env("KLAVI_CHECK_RECEIVER_ONLY", "duplicate,slow")
                .env("KLAVI_CHECK_RECEIVER_JSON", json),
            b"",
        );
        assert_eq!((output.status.code(), stderr(&output)), (Some(1), "klavi: 3 of 3 cases failed\n"));
        assert_eq!(stdout(&output).starts_with('{'), json == "true");
        assert!(!stdout(&output).contains(KEY) && !stdout(&output).contains("t0k3n"), "{output:?}");
    }
}

#[test]
fn wrong_usage_is_2() {
    let invalid = "klavi: --to is no absolute http or https URL";
    for to in ["partner.example/s3cret", "ftp://partner.example/s3cret", "https:///"] {
        assert_refused(&check(&["--to", to]), 2, invalid);
    }
    let sentence = "klavi: --to holds a user name or a password, which Klavi does not send: remove it";
    assert_refused(&check(&["--to", "https://user:s3cret@partner.example/"]), 2, sentence);
    let keyless = klavi(&["check-receiver", "--to", "http://127.0.0.1:1/"], b"");
    assert_refused(&keyless, 2, "klavi: no key: give --secret-key, --secret-key-file or KLAVI_SECRET_KEY");
    let rootless = check(&["--to", "https://127.0.0.1:1/", "--tls-ca", "no-such-file"]);
    assert_eq!(rootless.status.code(), Some(2));
    assert!(
        stderr(&rootless).starts_with("klavi: --tls-ca: no-such-file holds no certificates: "),
        "{rootless:?}"
    );
    for arguments in [&[][..], &["--to", "http://127.0.0.1:1/", "--only", "dance"]] {
        assert_eq!(check(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

/// The guide has one row for each case, in the words of the command.
#[test]
fn the_guide_describes_every_case() {
    let list = klavi(&["check-receiver", "--list", "--json"], b"");
    let rows: Vec<String> = document(&list)["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let text = |name: &str| case[name].as_str().unwrap();
            format!("| `{}` | {} | {} |", text("case"), text("sends"), text("expects"))
        })
        .collect();
    assert!(rows.len() > 40, "{rows:?}");
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/guides/check-receiver.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    let written: Vec<&str> =
        guide.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 2).collect();
    assert_eq!(written, rows, "{}", rows.join("\n"));

    let text = klavi(&["check-receiver", "--list"], b"");
    assert_eq!(stdout(&text).lines().count(), rows.len());
    assert!(stdout(&text).starts_with("report                a signed report: 200\n"), "{text:?}");
}
