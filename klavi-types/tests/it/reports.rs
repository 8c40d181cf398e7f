//! What the types make of the values.

use klavi_types::reports::{AnyReport, CreditDebitType, EntryState, Outcome, decode_report, inspect_report};
use klavi_types::{Product, ProductName};

fn checking(entry: &str) -> klavi_types::reports::AccountEntry {
    let body = format!(
        r#"{{"productName":"pj_categorized_checking_l3","checkingAccounts":[{{"transactionDetails":[{entry}]}}]}}"#
    );
    let AnyReport::CheckingAccounts(report) = decode_report(body.as_bytes()).unwrap().value else {
        panic!("the name says checking")
    };
    report.content.checking_accounts[0].entries[0].clone()
}

#[test]
fn a_documented_report_reads_as_typed_values() {
    let body = include_bytes!("../fixtures/pf_categorized_checking_l3.v1.json");
    let decoded = decode_report(body).unwrap();
    let AnyReport::CheckingAccounts(report) = decoded.value else { panic!("the name says checking") };

    assert_eq!(report.head.product_name, Some(Product::Personal(ProductName::CategorizedCheckingL3)));
    assert_eq!(report.outcome(), Outcome::Complete);
    assert_eq!(report.head.product_report_time.unwrap().timestamp(), None);
    assert_eq!(report.head.link_id().unwrap().as_str(), "gPuKXrCJU05J4k");
    let permissions = report.head.links[0].consents[0].permissions.as_ref().unwrap();
    assert!(permissions.get("ACCOUNTS_ALL").unwrap().permissions_granted.unwrap().get());

    let account = &report.content.checking_accounts[0];
    assert_eq!(account.head.compe_code.as_ref().unwrap(), "001");
    let entry = &account.entries[0];
    assert_eq!(entry.signed_amount().unwrap().to_string(), "-1000.0400");
    assert_eq!(entry.state, Some(EntryState::TransacaoEfetivada));
    assert_eq!(entry.day().unwrap().to_string(), "2021-01-07");
    assert_eq!(entry.third_category.as_ref().unwrap(), "Salário");
}

#[test]
fn direction_gives_the_sign_and_nothing_is_guessed() {
    let amount = |json: &str| checking(json).signed_amount().map(|amount| amount.to_string());
    assert_eq!(
        amount(r#"{"creditDebitType":"credito","transactionAmount":12.30}"#).as_deref(),
        Some("12.30")
    );
    assert_eq!(
        amount(r#"{"creditDebitType":"DEBITO","transactionAmount":"12.30"}"#).as_deref(),
        Some("-12.30")
    );
    assert_eq!(amount(r#"{"creditDebitType":"ESTORNO","transactionAmount":"12.30"}"#), None);
    assert_eq!(amount(r#"{"transactionAmount":"12.30"}"#), None);
    assert_eq!(checking(r#"{"creditDebitType":"debito"}"#).credit_debit_type, Some(CreditDebitType::Debito));
}

#[test]
fn a_balance_after_the_entry_is_read_in_all_three_forms() {
    for json in [r#""100.00""#, "100.00", r#"{"amount":"100.00","currency":"BRL"}"#] {
        let entry = checking(&format!(r#"{{"postTransactionBalance":{json}}}"#));
        assert_eq!(entry.post_transaction_balance.unwrap().amount.unwrap().to_string(), "100.00");
    }
}

#[test]
fn both_spellings_are_read_and_the_documented_one_is_written() {
    let body = br#"{"productName":"pf_categorized_checking_l3","links":[{"institutionId":"033","consents":[
        {"permissions":{"ACCOUNTS_ALL":{"permisionGranted":"true","accountId":["1"]}}}]}],
        "checkingAccounts":[{"transactionDetails":[{"fAllCmonth":"1","completedAuthorisedPaymentType":"transacao_efetivada"}]}]}"#;
    let inspection = inspect_report(body).unwrap();
    assert_eq!(inspection.unmapped, []);
    assert_eq!(inspection.malformed, []);
    assert_eq!(inspection.lost, []);
    let written = serde_json::to_string(&inspection.value).unwrap();
    for word in [
        "institutionCode",
        "permissionsGranted\":true",
        "accountIds",
        "fAllCMonth\":1",
        "TRANSACAO_EFETIVADA",
    ] {
        assert!(written.contains(word), "{word} in {written}");
    }
}

#[test]
fn outcome_tells_partial_from_failed() {
    for (code, outcome) in [
        ("200", Outcome::Complete),
        ("204", Outcome::Partial),
        ("\"204\"", Outcome::Partial),
        ("5103", Outcome::Failed(5103.into())),
        ("null", Outcome::Unstated),
    ] {
        let body = format!(r#"{{"productName":"pf_balance","code":{code}}}"#);
        assert_eq!(decode_report(body.as_bytes()).unwrap().value.head().outcome(), outcome, "{code}");
    }
}

#[test]
fn an_unknown_product_keeps_everything() {
    let body =
        r#"{"code":200,"productName":"pf_income","productReportId":"r-1","income":[{"amount":"1.00"}]}"#;
    let AnyReport::Untyped(report) = decode_report(body.as_bytes()).unwrap().value else {
        panic!("unknown product")
    };
    assert_eq!(report.head.product_name.as_ref().unwrap().as_str(), "pf_income");
    assert_eq!(report.extra().get("income"), Some(r#"[{"amount":"1.00"}]"#));
    assert_eq!(serde_json::to_string(&report).unwrap(), body);
    let inspection = inspect_report(body.as_bytes()).unwrap();
    assert_eq!(inspection.unmapped[0].pattern(), "income");
    assert_eq!(&*inspection.unknown_words[0].word, "pf_income");
}

#[test]
fn the_product_name_may_stand_last() {
    let body = br#"{"accounts":[{"number":"1"}],"productName":"pj_balance"}"#;
    assert!(matches!(decode_report(body).unwrap().value, AnyReport::Balance(_)));
}

#[test]
fn identity_takes_the_forms_of_open_finance_as_well() {
    let body = br#"{"productName":"pf_identity","identity":{"nationality":[{"otherNationalitiesInfo":"CAN"}],
        "phone":[{"type":"MOVEL","number":"5"}],"informedIncome":{"year":"2021"},"informedPatrimony":{"year":"2010-05-01"}}}"#;
    let inspection = inspect_report(body).unwrap();
    assert_eq!((inspection.malformed.len(), inspection.unmapped.len(), inspection.lost.len()), (0, 0, 0));
    let AnyReport::Identity(report) = inspection.value else { panic!("the name says identity") };
    let identity = report.content.identity.unwrap();
    assert_eq!(identity.phone.unwrap().as_slice().len(), 1);
    assert_eq!(identity.informed_income.unwrap().year.unwrap().year(), Some(2021));
    assert_eq!(identity.informed_patrimony.unwrap().year.unwrap().year(), Some(2010));
    assert_eq!(identity.nationality.unwrap().as_text(), None);
}

#[test]
fn an_identity_has_addresses_and_emails_in_every_form() {
    for (address, email) in [
        (r#"{"postCode":"01310100"}"#, r#""ana@example.com""#),
        (r#"[{"postCode":"01310100"}]"#, r#"{"email":"ana@example.com","isMain":true}"#),
        (r#"[{"postCode":"01310100"}]"#, r#"[{"email":"ana@example.com"},{"isMain":true}]"#),
    ] {
        for [addresses, emails] in [["postalAddress", "email"], ["postalAddresses", "emails"]] {
            let body = format!(
                r#"{{"productName":"pf_identity","identity":{{"{addresses}":{address},"{emails}":{email}}}}}"#
            );
            let inspection = inspect_report(body.as_bytes()).unwrap();
            let counts = (inspection.malformed.len(), inspection.unmapped.len(), inspection.lost.len());
            assert_eq!(counts, (0, 0, 0), "{body}");
            let AnyReport::Identity(report) = inspection.value else { panic!("the name says identity") };
            let identity = report.content.identity.unwrap();
            let addresses = identity.postal_address.unwrap();
            assert_eq!(addresses.as_slice()[0].post_code.as_ref().unwrap(), "01310100");
            assert_eq!(identity.emails.unwrap().addresses(), ["ana@example.com"]);
        }
    }
}

#[test]
fn thousands_of_bad_leaves_are_set_aside_in_one_go() {
    let entries: Vec<String> = (0..5_000)
        .map(|n| {
            format!(
                r#"{{"transactionId":"{n}","transactionAmount":"{n},00","transactionDate":"2021-02-30"}}"#
            )
        })
        .collect();
    let body = format!(
        r#"{{"productName":"pf_categorized_checking_l3","checkingAccounts":[{{"transactionDetails":[{}]}}]}}"#,
        entries.join(",")
    );
    let decoded = decode_report(body.as_bytes()).unwrap();
    assert_eq!(decoded.value.entry_count(), 5_000);
    assert_eq!(decoded.malformed.len(), 10_000);
    assert_eq!(
        decoded.malformed[9_999].path.to_string(),
        "checkingAccounts[0].transactionDetails[4999].transactionDate"
    );
}
