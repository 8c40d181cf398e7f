//! `klavi inspect`: the contract of its JSON, and what a person reads.

use serde_json::{Value, json};

use crate::{assert_refused, klavi, stderr, stdout};

const CHECKING: &str = include_str!("../../../klavi-types/tests/fixtures/pf_categorized_checking_l3.v1.json");

fn inspect(body: &str) -> Value {
    let output = klavi(&["inspect", "--json"], body.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    serde_json::from_str(stdout(&output)).unwrap()
}

#[test]
fn the_documented_sample_is_mapped_whole() {
    assert_eq!(
        inspect(CHECKING),
        json!({"kind": "report", "product": "pf_categorized_checking_l3", "version": "V1", "outcome": "complete",
            "entries": 1, "unmapped": [], "unknown_values": [], "malformed": [], "lost": []})
    );
}

#[test]
fn what_is_not_understood_is_named() {
    let odd = CHECKING
        .replace("\"DEBITO\"", "\"ESTORNO\"")
        .replace("\"2021-01-07\"", "\"2021-02-30\"")
        .replace("\"brand\"", "\"merchant\"")
        .replace("\"code\": 200", "\"code\": 5103");
    let findings = inspect(&odd);
    let entry = "checkingAccounts[].transactionDetails[]";
    assert_eq!(findings["outcome"], "failed(5103)");
    assert_eq!(findings["unmapped"], json!([format!("{entry}.merchant")]));
    assert_eq!(
        findings["unknown_values"],
        json!([{"path": format!("{entry}.creditDebitType"), "value": "ESTORNO"}])
    );
    assert_eq!(findings["malformed"][0]["path"], format!("{entry}.transactionDate"));
    assert_eq!(findings["malformed"][0]["at"], "checkingAccounts[0].transactionDetails[0].transactionDate");
    assert_eq!(findings["malformed"][0]["value"], "2021-02-30");
    assert_eq!(findings["lost"], json!([]));

    let text = klavi(&["inspect"], odd.as_bytes());
    for line in ["outcome   failed(5103)", "creditDebitType = ESTORNO", "transactionDate = \"2021-02-30\""] {
        assert!(stdout(&text).contains(line), "{line} in {}", stdout(&text));
    }
    assert!(!stdout(&text).contains("LOST"));
}

#[test]
fn amounts_with_a_sign_of_their_own_are_counted() {
    let mut signed: Value = serde_json::from_str(CHECKING).unwrap();
    signed["checkingAccounts"][0]["transactionDetails"][0]["transactionAmount"]["amount"] = json!("-10.00");
    let signed = signed.to_string();
    assert_eq!(inspect(&signed)["signed_magnitudes"], 1);
    let text = klavi(&["inspect"], signed.as_bytes());
    assert!(stdout(&text).contains("1 amounts with a sign of their own"), "{}", stdout(&text));
}

#[test]
fn the_worst_body_still_gives_json_that_anybody_reads() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    for wrong in ["\"\\ud800\"", &deep, "-0.0e-400", "{\"a\":\"b\"}"] {
        let findings = inspect(&format!(r#"{{"productName":"pf_balance","productReportTime":{wrong}}}"#));
        assert_eq!(findings["malformed"][0]["path"], "productReportTime");
        assert_eq!(findings["lost"], json!([]));
    }
}

#[test]
fn every_kind_of_body_has_its_word() {
    for (body, kind, entries) in [
        (r#"[{"eventId":"1","eventName":"link_created"},{"eventId":"2"}]"#, "events", 2),
        (r#"{"eventID":"1"}"#, "events", 1),
        (r#"{"code":200,"msg":"ok","data":{"report_type":"income"}}"#, "legacy_report", 0),
        (r#"{"hello":1}"#, "unknown", 0),
        ("7", "unknown", 0),
        ("", "ping", 0),
    ] {
        let findings = inspect(body);
        assert_eq!((&findings["kind"], &findings["entries"]), (&json!(kind), &json!(entries)), "{body}");
        assert_eq!(findings["lost"], json!([]), "{body}");
    }
    assert_eq!(inspect(r#"{"hello":1}"#)["unmapped"], json!(["hello"]));
    assert_eq!(inspect(r#"[{"hello":1},7]"#)["unmapped"], json!(["[].hello"]));
    let deep =
        format!(r#"{{"productName":"pf_balance","x":{}{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
    assert_eq!(inspect(&deep)["unmapped"], json!(["x"]));
    let unknown = inspect(r#"{"productName":"pf_income","code":204,"income":[1]}"#);
    assert_eq!((&unknown["outcome"], &unknown["unmapped"]), (&json!("partial"), &json!(["income"])));
}

#[test]
fn a_webhook_of_belvos_is_recognised() {
    let webhook =
        include_str!("../../../belvo-types/tests/fixtures/webhooks/accounts_new_accounts_available.json");
    assert_eq!(
        inspect(webhook),
        json!({"kind": "webhooks", "name": "ACCOUNTS.new_accounts_available", "product": null, "version": null,
            "outcome": null, "entries": 1, "unmapped": [], "unknown_values": [], "malformed": [], "lost": []})
    );
    let odd = webhook.replace("\"ACCOUNTS\"", "\"WALLETS\"").replace("total_accounts", "total_wallets");
    let findings = inspect(&odd.replace("\"new_accounts\": 1", "\"new_accounts\": \"one\""));
    assert_eq!(findings["name"], "WALLETS.new_accounts_available");
    assert_eq!(findings["unmapped"], json!(["data.total_wallets"]));
    assert_eq!(findings["unknown_values"], json!([{"path": "webhook_type", "value": "WALLETS"}]));
    assert_eq!(findings["malformed"][0]["path"], "data.new_accounts");
    assert_eq!(findings["lost"], json!([]));

    let payment =
        include_str!("../../../belvo-types/tests/fixtures/webhooks/payment_charges_status_update.json");
    assert_eq!(inspect(payment)["name"], "payments.CHARGES.STATUS_UPDATE");
    let both = inspect(&format!("[{webhook},{payment}]"));
    assert_eq!((&both["kind"], &both["entries"], both.get("name")), (&json!("webhooks"), &json!(2), None));
    let text = klavi(&["inspect"], webhook.as_bytes());
    assert!(stdout(&text).contains("name      ACCOUNTS.new_accounts_available\n"), "{}", stdout(&text));
}

#[test]
fn what_is_no_json_is_one_clear_sentence() {
    let html = klavi(&["inspect", "--json"], b"<html>");
    assert_refused(&html, 2, "klavi: nothing to inspect: the body is not JSON from line 1, column 1 on");
    let cut = klavi(&["inspect"], &CHECKING.as_bytes()[..500]);
    assert_eq!(cut.status.code(), Some(2));
    assert!(stderr(&cut).contains("cut off JSON"), "{}", stderr(&cut));
    let missing = klavi(&["inspect", "no-such-file"], b"");
    assert_eq!(missing.status.code(), Some(2));
    assert_eq!(klavi(&["inspect", "--no-such-flag"], b"").status.code(), Some(2));
}
