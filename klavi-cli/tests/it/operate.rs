//! What an operator does with an inbox: look for entries, settle, erase, copy, without making one by mistake.

use std::time::Duration;

use jiff::Timestamp;
use klavi_webhook::{Inbox, Lease, LeaseRequest, SqliteInbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::place::Place;
use crate::receive::{REPORT, Receive, inbox, listed};
use crate::{assert_refused, klavi, stderr, stdout};

const EVENT: &str = r#"[{"eventId":"1","eventName":"link_created","payload":{"linkId":"l-1"}}]"#;

fn url(folder: &TempDir) -> String {
    format!("sqlite:{}", folder.path().join("inbox.db").display())
}

/// Leases what is due for a minute.
async fn lease(inbox: &SqliteInbox) -> Lease {
    inbox.lease(LeaseRequest::new(9)).await.unwrap()
}

/// An inbox with these deliveries.
async fn filled(folder: &TempDir, bodies: &[&str]) -> String {
    let url = url(folder);
    let receive = Receive::start(&["--inbox", &url, "--no-allow-list"], &[]);
    for body in bodies {
        assert_eq!(receive.post(body).await, 200);
    }
    assert_eq!(receive.stop(), Some(0));
    url
}

fn states(url: &str) -> Vec<Value> {
    listed(url, &[]).iter().map(|entry| json!([entry["name"], entry["state"], entry["attempts"]])).collect()
}

#[tokio::test]
async fn entries_are_found_by_link_request_and_time() {
    let folder = tempfile::tempdir().unwrap();
    let odd = r#"[{"eventId":"2","eventName":"\u001b[2Jcleared\n"}]"#;
    let url = filled(&folder, &[REPORT, EVENT, odd]).await;
    let names = |filter: &[&str]| {
        listed(&url, filter)
            .iter()
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&["--link", "l-1"]), ["link_created"]);
    assert_eq!(names(&["--request", "q-1"]), ["pf_balance"]);
    assert_eq!(names(&["--request", "q-1", "--state", "done"]), [""; 0]);
    assert_eq!(names(&["--since", "2100-01-01T00:00:00Z"]), [""; 0]);
    assert_eq!(names(&["--since", "2000-01-01T00:00:00Z"]).len(), 3);
    assert_eq!(names(&[])[2], "\u{1b}[2Jcleared\n", "JSON says it all");
    let lines = inbox(&url, &["list"]);
    assert_eq!(lines.lines().count(), 3);
    assert!(lines.ends_with("\u{fffd}[2Jcleared\u{fffd}\n") && !lines.contains('\u{1b}'), "{lines:?}");
}

#[tokio::test]
async fn what_waits_is_tried_now_erased_or_pruned() {
    let folder = tempfile::tempdir().unwrap();
    let url = filled(&folder, &[REPORT, EVENT]).await;
    let opened = SqliteInbox::open(url.strip_prefix("sqlite:").unwrap()).await.unwrap();
    let day = Duration::from_secs(86_400);
    let lease = async || lease(&opened).await.entries;
    let put_off = lease().await.into_iter().map(|leased| leased.ticket.retry(day, "not yet"));
    assert_eq!(opened.settle(put_off.collect()).await.unwrap(), [true; 2]);
    assert!(lease().await.is_empty());
    assert!(inbox(&url, &["list", "1"]).contains("  due "), "it waits");
    let shown: Value = serde_json::from_str(&inbox(&url, &["show", "1"])).unwrap();
    assert_eq!((&shown["attempts"], &shown["history"][0]["error"]), (&json!(1), &json!("not yet")));
    let instant = |text: &Value| text.as_str().unwrap().parse::<Timestamp>().unwrap();
    assert!(instant(&shown["history"][0]["at"]) >= instant(&shown["receivedAt"]), "{shown}");
    assert_eq!(inbox(&url, &["replay", "1"]), "entry 1 is due again\n");
    assert_eq!(inbox(&url, &["replay", "--pending"]), "2 pending entries are due again\n");
    let leased = lease().await;
    assert_eq!(leased.len(), 2);

    let erase = |ids: &[&str]| klavi(&[&["inbox", "--inbox", &url, "erase"], ids].concat(), b"");
    assert_refused(&erase(&["1"]), 1, "klavi: not there, or being handled: 1");
    let by_kind = klavi(&["inbox", "--inbox", &url, "erase", "--kind", "report"], b"");
    assert_eq!(stdout(&by_kind), "0 entries are erased\n");
    assert_eq!(by_kind.status.code(), Some(1), "it was not erased");
    assert_eq!(
        stderr(&by_kind).trim_end(),
        "klavi: entries that are being handled stay: erase them again once they are settled"
    );
    let back = leased.into_iter().map(|leased| leased.ticket.released(day));
    assert_eq!(opened.settle(back.collect()).await.unwrap(), [true; 2]);
    // Beside somebody who has it open: the bytes are gone from all of its files.
    assert_eq!(inbox(&url, &["erase", "1"]), "entry 1 is erased\n");
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(10).any(|bytes| bytes == b"pf_balance"));
    }
    assert_eq!(inbox(&url, &["prune", "--older-than", "0s", "--settled"]), "0 entries deleted\n");
    assert_eq!(inbox(&url, &["prune", "--older-than", "0s", "--pending"]), "1 entry deleted\n");
}

#[tokio::test]
async fn one_filter_selects_the_entries_of_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let of_link = |event: &str, link: &str| {
        format!(r#"[{{"eventId":"{event}","eventName":"consent_revoked","payload":{{"linkId":"{link}"}}}}]"#)
    };
    let bodies = [REPORT.to_owned(), of_link("1", "l-1"), of_link("2", "l-2"), "not json".to_owned()];
    let url = filled(&folder, &bodies.each_ref().map(String::as_str)).await;
    let ids = |filter: &[&str]| {
        listed(&url, filter).iter().map(|entry| entry["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    for (filter, selected) in [
        (&["--kind", "event,unknown"][..], &[2, 3, 4][..]),
        (&["--name", "consent_revoked", "--link", "l-2"], &[3]),
        (&["--state", "pending,quarantined", "--request", "q-1"], &[1]),
        (&["--state", "quarantined"], &[4]),
        (&["--provider", "klavi", "2", "4"], &[2, 4]),
        (&["--provider", "belvo"], &[]),
        (&["--target", "default"], &[1, 2, 3, 4]),
        (&["--target", "crm"], &[]),
        (&["--consent", "c-1"], &[]),
        (&["--institution", "341"], &[]),
        (&["--until", "2000-01-01T00:00:00Z"], &[]),
        (&["--until", "2100-01-01T00:00:00Z", "--since", "2000-01-01T00:00:00Z"], &[1, 2, 3, 4]),
    ] {
        assert_eq!(ids(filter), selected, "{filter:?}");
        let exported = inbox(&url, &[&["export"], filter].concat());
        assert_eq!(exported.lines().count(), selected.len(), "{filter:?}");
    }
    let entry = &listed(&url, &["1"])[0];
    assert_eq!((&entry["target"], &entry["provider"]), (&json!("default"), &json!("klavi")));

    assert_eq!(inbox(&url, &["replay", "--state", "quarantined,pending"]), "4 entries are due again\n");
    assert_eq!(inbox(&url, &["replay", "--link", "l-1", "--pending"]), "1 pending entry is due again\n");
    assert_eq!(inbox(&url, &["replay", "2", "3"]), "entry 2 is due again\nentry 3 is due again\n");
    assert_eq!(inbox(&url, &["prune", "--older-than", "0s", "--link", "l-1"]), "0 entries deleted\n");
    let pending = ["prune", "--older-than", "0s", "--link", "l-1", "--state", "pending"];
    assert_eq!(inbox(&url, &pending), "1 entry deleted\n");
    assert_eq!(inbox(&url, &["erase", "--link", "l-2"]), "1 entry is erased\n");
    assert_eq!(ids(&[]), [1, 4]);
}

#[tokio::test]
async fn what_would_change_every_entry_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let url = filled(&folder, &[EVENT]).await;
    let refused = |command: &[&str], sentence: &str| {
        assert_refused(&klavi(&[&["inbox", "--inbox", &url], command].concat(), b""), 2, sentence);
    };
    refused(
        &["replay"],
        "klavi: replay needs to know which entries: give numbers, --dead, --pending or another filter",
    );
    refused(
        &["erase"],
        "klavi: erase needs to know which entries: give numbers, --link, --customer or another filter",
    );
    refused(
        &["prune", "--keep", "done=0s", "--link", "l-1"],
        "klavi: --keep holds for the whole inbox: leave the filter, --settled and --pending out",
    );
    assert_eq!(klavi(&["inbox", "--inbox", &url, "prune"], b"").status.code(), Some(2));
    assert_eq!(listed(&url, &[]).len(), 1);
}

#[tokio::test]
async fn entries_of_a_customer_are_found_by_tax_id_and_erased() {
    let folder = tempfile::tempdir().unwrap();
    let theirs = r#"{"productName":"pf_balance","productReportId":"r-1","code":200,"enquiryCpf":"123.456.789-09",
        "links":[{"linkId":"l-1"}],"accounts":[]}"#;
    // They were paid by the customer.
    let payee = r#"{"productName":"pf_balance","productReportId":"r-2","code":200,"enquiryCpf":"98765432100",
        "links":[{"linkId":"l-2"}],"accounts":[{"transactions":[{"partieCnpjCpf":"12345678909"}]}]}"#;
    let loose =
        r#"{"productName":"pf_balance","productReportId":"r-3","code":200,"enquiryCpf":"12345678909"}"#;
    let url = filled(&folder, &[theirs, payee, EVENT, loose]).await;
    let ids = |filter: &[&str]| {
        listed(&url, filter).iter().map(|entry| entry["id"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let customer = ["--customer", "12345678909"];
    assert_eq!(ids(&customer), [1, 3, 4], "the event holds no tax id, but is of their link");
    assert_eq!(ids(&[&customer[..], &["--kind", "event"]].concat()), [3]);
    assert_eq!(ids(&["--customer", "529.982.247-25"]), [0; 0]);
    assert_eq!(klavi(&["inbox", "--inbox", &url, "list", "--customer", "1"], b"").status.code(), Some(2));
    assert_eq!(inbox(&url, &[&["erase"], &customer[..]].concat()), "3 entries are erased\n");
    assert_eq!(ids(&[]), [2]);
}

#[tokio::test]
async fn a_retention_policy_is_applied_by_the_process_and_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    let url = filled(&folder, &[REPORT, EVENT]).await;
    let opened = SqliteInbox::open(url.strip_prefix("sqlite:").unwrap()).await.unwrap();
    let done = lease(&opened).await.entries.into_iter().map(|leased| leased.ticket.done());
    assert_eq!(opened.settle(done.collect()).await.unwrap(), [true; 2]);
    assert_eq!(inbox(&url, &["prune", "--keep", "done=1d,bytes=0"]), "0 entries deleted\n");
    assert_eq!(inbox(&url, &["prune", "--keep", "done=0s"]), "2 entries deleted\n");

    let receive = Receive::start(&["--inbox", &url, "--no-allow-list"], &[]);
    assert_eq!(receive.post(REPORT).await, 200, "its key is kept");
    assert_eq!(receive.post("not json").await, 200);
    assert_eq!(receive.stop(), Some(0));
    assert_eq!(listed(&url, &["--kind", "report"]), [Value::Null; 0], "a repeated message is no new entry");
    assert_eq!(inbox(&url, &["prune", "--keep", "keys=1d"]), "0 keys deleted\n0 entries deleted\n");
    assert_eq!(inbox(&url, &["prune", "--keep", "dead=1d,keys=0s"]), "2 keys deleted\n0 entries deleted\n");
    let keep = [("KLAVI_RECEIVE_KEEP", "dead=0s,keys=400d")];
    let receive = Receive::start(&["--inbox", &url, "--no-allow-list"], &keep);
    while !listed(&url, &[]).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(receive.stop(), Some(0));
}

#[tokio::test]
async fn no_command_makes_an_inbox() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("notes.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE notes (text)").unwrap();
    let before = std::fs::read(&foreign).unwrap();
    let url = format!("sqlite:{}", foreign.display());
    for command in [&["list"][..], &["prune", "--older-than", "1d"], &["expect", "q", "--within", "1h"]] {
        let output = klavi(&[&["inbox", "--inbox", &url], command].concat(), b"");
        assert_refused(&output, 2, &format!("klavi: there is no inbox at {url}"));
    }
    assert_eq!(std::fs::read(&foreign).unwrap(), before);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn no_command_makes_an_inbox_at_a_server() {
    let rule = async |place: &Place| {
        let output = klavi(&["inbox", "--inbox", &place.url(), "list"], b"");
        assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
        assert!(stderr(&output).starts_with("klavi: there is no inbox at "), "{}", stderr(&output));
        drop(place.open().await);
        assert_eq!(inbox(&place.url(), &["list"]), "");
    };
    Place::postgres().await.holds(rule).await;
}

#[tokio::test]
async fn what_is_expected_is_registered_once_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let url = filled(&folder, &[REPORT]).await;
    let expect = |arguments: &[&str]| inbox(&url, &[&["expect", "q-9"], arguments].concat());
    let first = expect(&["--product", "pf_loans", "--within", "1h"]);
    let again = expect(&["--product", "pf_loans", "--within", "2h"]);
    assert_eq!(first.replace("expects it by", "expects it already, by"), again);
    let by = ["--product", "pf_balance", "--by", "2100-01-02T03:04:05Z"];
    assert_eq!(expect(&by), "entry 3 expects it by 2100-01-02T03:04:05Z\n");
    assert_eq!(expect(&by), "entry 3 expects it already, by 2100-01-02T03:04:05Z\n");
    assert_eq!(inbox(&url, &["expected"]).lines().count(), 2);

    let unexpect = ["unexpect", "q-9"];
    assert_eq!(inbox(&url, &unexpect), "entry 2 expects it no longer\nentry 3 expects it no longer\n");
    assert_eq!(inbox(&url, &["expected"]), "");
    let output = klavi(&[&["inbox", "--inbox", &url][..], &unexpect].concat(), b"");
    assert_refused(&output, 1, "klavi: nothing of this request is expected");
    assert_eq!(listed(&url, &[]).len(), 1, "the report of another request stays");
}

/// Entries in every state that lasts, and what is expected.
async fn every_state(folder: &TempDir) -> String {
    let url = filled(folder, &[REPORT, EVENT, &EVENT.replace('1', "2"), "not json"]).await;
    let opened = SqliteInbox::open(url.strip_prefix("sqlite:").unwrap()).await.unwrap();
    let mut leased = opened.lease(LeaseRequest::new(2)).await.unwrap().entries.into_iter();
    let (done, dead) = (leased.next().unwrap().ticket.done(), leased.next().unwrap().ticket.dead("no"));
    assert_eq!(opened.settle(vec![done, dead]).await.unwrap(), [true; 2]);
    inbox(&url, &["expect", "q-1", "--product", "pf_balance", "pf_loans", "--by", "2100-01-02T03:04:05Z"]);
    url
}

async fn moves(folder: &TempDir, to: &str) {
    let from = every_state(folder).await;
    assert_eq!(inbox(&from, &["copy", "--to", to, "--settled"]), "3 copied, 0 there already\n");
    assert_eq!(inbox(&from, &["copy", "--to", to]), "2 copied, 3 there already\n");
    assert_eq!(inbox(&from, &["copy", "--to", to]), "0 copied, 5 there already\n");
    let mut there = states(to);
    there.sort_by_key(ToString::to_string);
    let mut here = states(&from);
    here.sort_by_key(ToString::to_string);
    assert_eq!(there, here);
    assert_eq!(there.len(), 5);
    let expected: Value = serde_json::from_str(&inbox(to, &["expected", "--json"])).unwrap();
    let expected = &expected["expectations"][0];
    assert_eq!((&expected["status"], &expected["missing"]), (&json!("outstanding"), &json!(["pf_loans"])));
    assert_eq!(expected["deadline"], "2100-01-02T03:04:05Z");

    // What was done stays done when it comes again.
    let receive = Receive::start(&["--inbox", to, "--no-allow-list"], &[]);
    assert_eq!(receive.post(REPORT).await, 200);
    assert_eq!(receive.stop(), Some(0));
    assert_eq!(listed(to, &[]).len(), 5);
}

#[tokio::test]
async fn entries_move_to_another_file_as_they_are() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    moves(&folder, &url(&other)).await;
    let copy = klavi(&["inbox", "--inbox", &url(&folder), "copy", "--to", &url(&folder)], b"");
    assert_refused(&copy, 2, "klavi: --to: name another inbox, one that lasts");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn entries_move_to_a_server_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let rule = async |place: &Place| moves(&folder, &place.url()).await;
    Place::postgres().await.holds(rule).await;
}
