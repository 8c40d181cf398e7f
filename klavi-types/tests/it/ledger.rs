//! Klavi's reports as statements, and what a ledger makes of those that banks really send.

use klavi_types::reports::{AnyReport, decode_report, statements_of};
use klavi_types::statements::{Entry, Ledger, Purpose, Status, cash_flow};
use klavi_types::{Decoded, inspect};
use serde_json::{Value, json};

fn decoded(body: &Value) -> Decoded<AnyReport> {
    decode_report(body.to_string().as_bytes()).unwrap()
}

fn ledger_of<'a>(reports: impl IntoIterator<Item = &'a Value>) -> Ledger {
    let mut ledger = Ledger::new();
    for report in reports {
        ledger.reconcile(&statements_of(&decoded(report)));
    }
    ledger
}

/// Day, amount and text of every entry.
fn shown(ledger: &Ledger) -> Vec<String> {
    let text =
        |entry: &Entry| entry.description.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default();
    let mut all: Vec<_> = ledger
        .entries()
        .map(|kept| {
            format!("{} {} {}", kept.entry.day.unwrap(), kept.entry.amount.unwrap(), text(kept.entry))
        })
        .collect();
    all.sort();
    all
}

/// Products with the place of their accounts.
const PRODUCTS: [(&str, &str); 6] = [
    ("checking_account", "checkingAccounts"),
    ("savings_account", "savingsAccounts"),
    ("categorized_checking_l2", "checkingAccounts"),
    ("categorized_checking_l3", "checkingAccounts"),
    ("categorized_savings_l2", "savingsAccounts"),
    ("categorized_savings_l3", "savingsAccounts"),
];

/// A report of one account, of every product and person type.
fn reports(time: &str, entries: &Value) -> Vec<Value> {
    let of = |person: &str, (product, root): (&str, &str)| {
        json!({"code": 200, "productName": format!("{person}_{product}"), "productReportTime": time,
            root: [{"compeCode": "001", "branchCode": "1234", "number": "1", "checkDigit": "0",
                "companyCnpj": "00000000000191", "transactionDetails": entries}]})
    };
    PRODUCTS.iter().flat_map(|product| ["pf", "pj"].map(|person| of(person, *product))).collect()
}

fn entry(id: impl Into<Value>, day: &str, amount: impl Into<Value>, text: &str) -> Value {
    let (id, amount): (Value, Value) = (id.into(), amount.into());
    json!({"transactionId": id, "type": "PIX", "transactionDate": day, "transactionName": text,
        "completedAuthorisedPaymentType": "TRANSACAO_EFETIVADA", "creditDebitType": "DEBITO", "transactionAmount": amount})
}

#[test]
fn a_magnitude_with_a_sign_keeps_its_direction_in_every_spelling() {
    for amount in [
        json!("-396.10"),
        json!("396.10"),
        json!(-396.10),
        json!(396.10),
        json!({"amount": "-396.10", "currency": "BRL"}),
        json!({"amount": 396.10}),
        json!({"amount": "- 396.10", "currency": "BRL"}),
    ] {
        let mut credit = entry("b", "2026-01-05", amount.clone(), "in");
        credit["creditDebitType"] = json!("CREDITO");
        let entries = json!([entry("a", "2026-01-05", amount.clone(), "out"), credit]);
        for report in reports("2026-01-10T12:00:00", &entries) {
            let ledger = ledger_of([&report]);
            let signed = ["2026-01-05 -396.1", "2026-01-05 396.1"];
            assert!(
                shown(&ledger).iter().zip(signed).all(|(shown, signed)| shown.starts_with(signed)),
                "{amount}"
            );
        }
    }
}

#[test]
fn ids_that_cannot_identify_cost_no_entry() {
    for id in [json!(" "), json!("0"), json!("0000000000"), json!(""), json!(null), json!(0), json!("205A")] {
        let entries = json!([
            entry(id.clone(), "2026-01-05", "0.55", "guardar troco"),
            entry(id.clone(), "2026-01-05", "1006.45", "compra"),
            entry(id.clone(), "2026-01-07", "0.55", "guardar troco"),
        ]);
        for report in reports("2026-01-10T12:00:00", &entries) {
            let ledger = ledger_of([&report, &report]);
            assert_eq!(ledger.entries().count(), 3, "{id}");
        }
    }
}

#[test]
fn days_are_days_in_brasilia() {
    for (at, day) in [
        ("2026-02-01T01:30:00.000Z", "2026-01-31"),
        ("2026-01-31T22:30:00-03:00", "2026-01-31"),
        ("2026-02-01T00:00:00.000Z", "2026-02-01"),
        ("2026-02-01T00:30:00", "2026-02-01"),
        ("0001-01-01T00:00:00Z", "0001-01-01"),
        ("9999-12-31T23:59:59Z", "9999-12-31"),
    ] {
        let mut bare = entry("a", "", "1.00", "");
        bare["transactionDateTime"] = json!(at);
        let report = &reports("2026-02-10T12:00:00", &json!([bare]))[0];
        assert_eq!(shown(&ledger_of([report])), [format!("{day} -1.00 ")]);
    }
}

#[test]
fn ids_and_account_numbers_of_twenty_digits_may_be_numbers() {
    let body = r#"{"code":200,"productName":"pf_checking_account","productReportTime":"2026-01-10T12:00:00",
        "checkingAccounts":[{"branchCode":1,"number":12345678901234567890,"checkDigit":0,"transactionDetails":[
        {"transactionId":12345678901234567890,"completedAuthorisedPaymentType":"TRANSACAO_EFETIVADA","type":"PIX"},
        {"transactionId":12345678901234567891,"completedAuthorisedPaymentType":"TRANSACAO_EFETIVADA","type":"PIX"}]}]}"#;
    let report = decode_report(body.as_bytes()).unwrap();
    assert_eq!(report.malformed.len(), 0);
    let mut ledger = Ledger::new();
    ledger.reconcile(&statements_of(&report));
    let keys: Vec<_> = ledger.entries().map(|kept| kept.key.as_str()).collect();
    assert_eq!(keys, ["12345678901234567890", "12345678901234567891"]);
    let account = ledger.accounts().next().unwrap().0;
    assert!(account.as_str().ends_with(":1:12345678901234567890"), "{}", account.as_str());
    assert_eq!(
        inspect::<klavi_types::reports::Report<klavi_types::reports::CheckingAccounts>>(body.as_bytes())
            .unwrap()
            .lost,
        []
    );
}

#[test]
fn a_pending_purchase_is_booked_under_another_id_and_day() {
    let mut pending = entry("s", "2026-01-09", "50.00", "PIX AGENDADO");
    pending["completedAuthorisedPaymentType"] = json!("LANCAMENTO_FUTURO");
    let booked = entry("x", "2026-01-10", "50.00", "PIX ENVIADO");
    let monday = reports("2026-01-10T12:00:00", &json!([pending]));
    let both = reports("2026-01-11T12:00:00", &json!([pending, booked]));
    let tuesday = reports("2026-01-12T12:00:00", &json!([booked]));
    for ((monday, both), tuesday) in monday.iter().zip(&both).zip(&tuesday) {
        assert_eq!(shown(&ledger_of([monday, both])).len(), 2);
        for order in [[monday, both, tuesday], [tuesday, both, monday], [both, tuesday, monday]] {
            assert_eq!(shown(&ledger_of(order)), ["2026-01-10 -50.00 PIX ENVIADO"]);
        }
    }
}

#[test]
fn a_report_with_a_skipped_entry_takes_nothing_away() {
    let mut pending = entry("s", "2026-01-09", "50.00", "");
    pending["completedAuthorisedPaymentType"] = json!("TRANSACAO_PROCESSANDO");
    let first = &reports("2026-01-10T12:00:00", &json!([pending]))[0];
    for (list, left) in [(json!([]), 0), (json!(["what?"]), 1), (json!("none"), 1), (Value::Null, 1)] {
        let second = &reports("2026-01-11T12:00:00", &list)[0];
        assert_eq!(ledger_of([first, second]).entries().count(), left, "{list}");
    }
    let mut partial = reports("2026-01-11T12:00:00", &json!([])).remove(0);
    partial["code"] = json!(204);
    assert_eq!(ledger_of([first, &partial]).entries().count(), 1);
}

/// A card with bills of one purchase each.
fn card(time: &str, digits: &[&str], bills: &[Value]) -> Value {
    let methods: Vec<_> = digits.iter().map(|digits| json!({"identificationNumber": digits})).collect();
    json!({"code": 200, "productName": "pf_credit_card", "productReportTime": time, "creditCards": [{"name": "GOLD",
        "companyCnpj": "00000000000191", "paymentMethods": methods, "closedStatements": bills}]})
}

fn bill(id: &str, entry: &Value) -> Value {
    json!({"billId": id, "transactionDetails": [entry]})
}

fn purchase(id: &str, more: &[(&str, Value)]) -> Value {
    let mut entry = json!({"transactionId": id, "transactionName": "LOJA", "transactionDate": "2025-10-03",
        "creditDebitType": "DEBITO", "brazilianAmount": {"amount": "100.00", "currency": "BRL"}});
    more.iter().for_each(|(name, value)| entry[*name] = value.clone());
    entry
}

#[test]
fn instalments_of_one_purchase_under_one_id_are_three_entries() {
    let numbered = ["1", "2", "3"].map(|number| {
        bill(
            &format!("B{number}"),
            &purchase("T1", &[("chargeIdentificator", json!(number)), ("chargeNumber", json!(3))]),
        )
    });
    let bare = ["B1", "B2", "B3"].map(|id| bill(id, &purchase("T1", &[])));
    for bills in [numbered, bare] {
        let report = card("2026-01-10T12:00:00", &["4453"], &bills);
        let ledger = ledger_of([&report, &report]);
        assert_eq!(ledger.entries().count(), 3);
        assert!(ledger.entries().all(|kept| kept.entry.is_final));
    }
}

#[test]
fn a_card_to_which_a_number_is_added_is_one_account() {
    let bills = [bill("B1", &purchase("T1", &[]))];
    let reports = [
        card("2026-01-10T12:00:00", &["4453"], &bills),
        card("2026-01-11T12:00:00", &["4453", "9001"], &bills),
        card("2026-01-12T12:00:00", &["9001", "4453"], &bills),
        card("2026-01-13T12:00:00", &[], &bills),
    ];
    let ledger = ledger_of(&reports);
    assert_eq!((ledger.accounts().count(), ledger.entries().count()), (1, 1));
}

#[test]
fn one_account_in_every_spelling() {
    let spelt = [
        json!({"companyCnpj": "00000000000191", "compeCode": "001", "branchCode": "0001", "number": "00094088", "checkDigit": "4"}),
        json!({"companyCnpj": "00.000.000/0001-91", "branchCode": "1", "number": "94088", "checkDigit": "NA"}),
        json!({"companyCnpj": "NA", "compeCode": 1, "branchCode": "001", "number": 94088}),
        json!({"compeCode": "001", "branchCode": "01", "number": "94088-4"}),
    ];
    let reports = spelt.map(|account| {
        json!({"code": 200, "productName": "pf_checking_account", "productReportTime": "2026-01-10T12:00:00",
            "checkingAccounts": [account]})
    });
    assert_eq!(ledger_of(&reports).accounts().count(), 1);
    let other = json!({"code": 200, "productName": "pf_checking_account", "checkingAccounts":
        [{"compeCode": "001", "branchCode": "12", "number": "3"}, {"compeCode": "001", "number": "12", "checkDigit": "3"}]});
    assert_eq!(ledger_of([&other]).accounts().count(), 2);
}

#[test]
fn what_is_of_the_customers_own_money_is_no_expense() {
    let mut own = entry("a", "2026-01-05", "1.00", "");
    own["partieCnpjCpf"] = json!("123.456.789-09");
    let mut invested = entry("b", "2026-01-05", "2.00", "");
    invested["type"] = json!("APLICACAO_FINANCEIRA");
    let bought = entry("c", "2026-01-05", "4.00", "");
    let mut report = reports("2026-01-10T12:00:00", &json!([own, invested, bought])).remove(0);
    report["enquiryCpf"] = json!("12345678909");
    let paid = purchase(
        "d",
        &[("transactionType", json!("PAGAMENTO_FATURA")), ("creditDebitType", json!("CREDITO"))],
    );
    let card = card("2026-01-10T12:00:00", &["4453"], &[bill("B1", &paid)]);
    let ledger = ledger_of([&report, &card]);
    let purposes: Vec<_> = ledger.entries().map(|kept| kept.entry.purpose).collect();
    assert_eq!(purposes, [Purpose::BillPayment, Purpose::OwnTransfer, Purpose::OwnTransfer, Purpose::Other]);
    let flows = cash_flow(ledger.entries());
    let sums: Vec<_> = flows
        .iter()
        .map(|flow| {
            [flow.money_in, flow.money_out, flow.own_transfers, flow.bill_payments]
                .map(|sum| sum.unwrap().to_string())
        })
        .collect();
    assert_eq!(sums, [["0", "0", "0", "100.00"], ["0", "-4.00", "-3.00", "0"]]);
}

#[test]
fn a_plain_and_a_categorised_report_make_one_entry_with_its_category() {
    let plain = entry("a", "2026-01-05", "1.00", "");
    let mut categorised = plain.clone();
    categorised["category"] = json!("Compras");
    for (first, second) in [(&plain, &categorised), (&categorised, &plain)] {
        let [first, second] = [("2026-01-10T12:00:00", first), ("2026-01-11T12:00:00", second)]
            .map(|(time, entry)| reports(time, &json!([entry])).remove(0));
        let ledger = ledger_of([&first, &second]);
        let kept = ledger.entries().next().unwrap();
        assert_eq!(kept.entry.categories.first.as_ref().unwrap(), "Compras");
        assert_eq!(kept.entry.status, Some(Status::Booked));
        assert_eq!(kept.account.as_str(), "checking:cnpj-191:1234:1");
    }
}

#[test]
fn a_purchase_on_a_card_is_final_once_its_bill_is_closed() {
    let open = |id: &str| json!({"transactionDetails": [purchase(id, &[])]});
    let mut before = card("2026-03-05T12:00:00", &["4453"], &[]);
    before["creditCards"][0]["openStatement"] = open("open-1");
    let after = card("2026-04-05T12:00:00", &["4453"], &[bill("B1", &purchase("closed-1", &[]))]);
    let mut ledger = ledger_of([&before]);
    assert!(!ledger.entries().next().unwrap().entry.is_final);
    let changes = ledger.reconcile(&statements_of(&decoded(&after)));
    assert_eq!(changes.entries.len(), 1, "{changes:?}");
    assert_eq!(ledger.entries().map(|kept| kept.key.as_str()).collect::<Vec<_>>(), ["closed-1"]);
}
