//! Credit contracts of the five credit products, each once.

use jiff::civil::{Date, date};
use klavi_types::reports::{AnyReport, credit_report_of, decode_report};
use klavi_types::statements::credit::{Contracts, CreditKind, CreditReport, DueBasis};
use serde_json::{Value, json};

const TODAY: Date = date(2026, 1, 10);

fn body(product: &str, time: &str, operations: Value) -> Value {
    let mut body = json!({"code": 200, "productName": product, "productReportTime": time,
        "links": [{"institutionCode": "001", "consents": [{"consentId": "C1"}]}]});
    body["creditOperations"] = operations;
    body
}

fn credit(product: &str, time: &str, operations: Value) -> CreditReport {
    credit_report_of(&decode_report(body(product, time, operations).to_string().as_bytes()).unwrap()).unwrap()
}

fn collect<'a>(reports: impl IntoIterator<Item = &'a CreditReport>) -> Contracts {
    let mut contracts = Contracts::new();
    reports.into_iter().for_each(|report| contracts.add(report));
    contracts
}

#[test]
fn every_kind_of_credit_is_read_with_all_that_is_stated() {
    let contract = json!({"ipocCode": "IPOC1", "contractNumber": 1_324, "currency": "BRL",
        "productSubType": "HOME_EQUITY", "contractDate": "2025-01-02", "disbursementDates": ["2025-01-03"],
        "contractAmount": "1000.0400", "contractOutstandingBalance": "900.00", "dueDate": "2027-01-15",
        "instalmentPeriodicity": "MENSAL", "firstInstalmentDueDate": "2025-02-15", "CET": "0.290000",
        "pastDueInstalments": 2, "dueInstalments": 12, "paidInstalments": -1, "nextInstalmentAmount": "80.00",
        "totalRemainingAmount": "960.00",
        "balloonPayments": [{"dueDate": "2026-06-01", "amount": {"amount": "5.00", "currency": "USD"}}]});
    for (product, list, kind) in [
        ("pf_loans", "loans", CreditKind::Loan),
        ("pj_financing", "financings", CreditKind::Financing),
        ("pf_invoice_financing", "invoiceFinancings", CreditKind::InvoiceFinancing),
        ("pf_unarranged_account_overdraft", "unarrangedAccountsOverdraft", CreditKind::UnarrangedOverdraft),
        ("pf_credit_operations", "loans", CreditKind::Loan),
        ("pf_credit_operations", "financing", CreditKind::Financing),
    ] {
        let report = credit(product, "2026-01-09T12:00:00", json!({ list: [contract] }));
        assert_eq!(report.complete.iter().copied().collect::<Vec<_>>(), [kind], "{product}");
        let contracts = collect([&report]);
        let held = &contracts.contracts()[0];
        assert_eq!(held.kind, kind);
        let terms = &held.terms;
        assert_eq!(
            (terms.overdue_instalments, terms.due_instalments, terms.paid_instalments),
            (Some(2), Some(12), None)
        );
        assert_eq!((terms.signed_on, terms.first_due), (Some(date(2025, 1, 2)), Some(date(2025, 2, 15))));
        assert_eq!(terms.remaining.is_some(), kind == CreditKind::Loan);
        assert_eq!(terms.currency, None);
        // An amount in another currency than the contract's is not known.
        assert_eq!(terms.balloons.first().unwrap().amount, None);
        let due = terms.next_due(TODAY).unwrap();
        assert_eq!((due.day, due.basis), (date(2026, 1, 15), DueBasis::Scheduled));
        assert_eq!(due.amount.is_some(), kind == CreditKind::Loan);
        let totals = &contracts.summary(TODAY).totals[0];
        assert_eq!(totals.highest_cet_yearly.unwrap().to_string(), "0.290000");
        assert_eq!(contracts.disbursements()[0].day, date(2025, 1, 3));
    }
}

#[test]
fn a_contract_of_the_single_and_of_the_combined_report_counts_once() {
    let single = credit(
        "pf_loans",
        "2026-01-08T12:00:00",
        json!({"accounts": [{"companyCnpj": "191"}], "loans": [
        {"contractNumber": "00-42", "contractOutstandingBalance": "10.00", "pastDueInstalments": 1},
        {"ipocCode": "IPOC2", "contractOutstandingBalance": "20.00"}]}),
    );
    let combined = credit(
        "pf_credit_operations",
        "2026-01-09T12:00:00",
        json!({"loans": [
        {"contractNumber": 42, "contractOutstandingBalance": "9.00"},
        {"contractNumber": "43", "ipocCode": "ipoc-2", "contractOutstandingBalance": ""}], "financings": []}),
    );
    for order in [[&single, &combined], [&combined, &single]] {
        let contracts = collect(order);
        let summary = contracts.summary(TODAY);
        let totals = &summary.totals[0];
        assert_eq!((contracts.contracts().len(), totals.contracts), (2, 2));
        assert_eq!(totals.outstanding.unwrap().to_string(), "29.00");
        assert_eq!((totals.overdue_contracts, totals.without_overdue), (1, 1));
    }
    // An empty list of a complete report takes them out; a partial report does not.
    let mut empty = credit("pf_loans", "2026-01-10T12:00:00", json!({"loans": []}));
    let gone = collect([&empty, &single, &combined]).summary(TODAY);
    assert_eq!((gone.not_listed, gone.totals.len()), (2, 0));
    empty.complete.clear();
    assert_eq!(collect([&empty, &single, &combined]).summary(TODAY).not_listed, 0);
}

#[test]
fn a_partial_report_or_one_with_skipped_contracts_is_complete_about_nothing() {
    let of = |change: fn(&mut Value)| {
        let mut body = body("pf_loans", "2026-01-08T12:00:00", json!({"loans": [{"contractNumber": "1"}]}));
        change(&mut body);
        credit_report_of(&decode_report(body.to_string().as_bytes()).unwrap())
    };
    let complete = |change: fn(&mut Value)| of(change).unwrap().complete.len();
    assert_eq!(complete(|_| {}), 1);
    assert_eq!(complete(|body| body["code"] = json!(204)), 0);
    assert_eq!(complete(|body| body["creditOperations"]["loans"][0]["dueDate"] = json!("soon")), 1);
    assert_eq!(complete(|body| body["creditOperations"]["loans"] = json!([{}, "loan"])), 0);
    assert_eq!(complete(|body| body["creditOperations"]["loans"] = json!("loan")), 0);
    assert_eq!(complete(|body| body["creditOperations"] = json!({})), 0);
    assert_eq!(of(|body| body["creditOperations"] = json!(null)), None);
    assert_eq!(of(|body| body["productName"] = json!("pf_balance")), None);
    let blank: AnyReport = decode_report(b"{}").unwrap().value;
    assert_eq!((blank.credit_report(), blank.credit_operations()), (None, None));
}
