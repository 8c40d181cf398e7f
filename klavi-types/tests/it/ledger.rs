//! The ledger over reports of a bank that books, renames and repeats entries as Open Finance allows.

use klavi_types::reports::{AnyReport, decode_report};
use klavi_types::statement::{Change, Ledger, StatementEntry};
use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::json;

/// A purchase as the customer made it: day and amount, and how it moves.
#[derive(Clone, Debug)]
struct Purchase {
    day: i8,
    cents: u8,
    pix: bool,
    /// Days from its day until it is booked.
    books_after: i8,
}

/// What the bank reports at noon (Brasília) of a day.
#[derive(Clone, Debug)]
struct Asked {
    day: i8,
    categorised: bool,
    code: u16,
}

/// The bank's side: an entry that is not booked has another id at each day, one that is not a Pix also on the day of
/// its booking if that is its own.
fn report(purchases: &[Purchase], asked: &Asked) -> AnyReport {
    let seen = purchases.iter().enumerate().filter(|(_, purchase)| purchase.day <= asked.day + 2);
    let entries: Vec<_> = seen
        .map(|(number, purchase)| {
            let booked = asked.day >= purchase.day + purchase.books_after;
            let fixed = booked && (purchase.pix || asked.day > purchase.day);
            let state = match (booked, purchase.day > asked.day) {
                (true, _) => "TRANSACAO_EFETIVADA",
                (false, true) => "LANCAMENTO_FUTURO",
                (false, false) => "TRANSACAO_PROCESSANDO",
            };
            let mut entry = json!({
                "transactionId": if fixed { format!("fixed-{number}") } else { format!("{number}-of-{}", asked.day) },
                "transactionDate": format!("2026-03-{:02}", purchase.day),
                "type": if purchase.pix { "PIX" } else { "CARTAO" },
                "completedAuthorisedPaymentType": state,
                "creditDebitType": "DEBITO",
                "transactionAmount": {"amount": format!("{}.00", purchase.cents), "currency": "BRL"},
                "transactionName": "COMPRA",
            });
            if asked.categorised {
                entry["category"] = json!("Compras");
            }
            entry
        })
        .collect();
    let body = json!({
        "code": asked.code,
        "productName": "pf_categorized_checking_l3",
        "productReportTime": format!("2026-03-{:02}T15:00:00", asked.day),
        "checkingAccounts": [{"compeCode": "001", "number": "1", "transactionDetails": entries}],
    });
    decode_report(body.to_string().as_bytes()).unwrap().value
}

fn ledger_of<'a>(reports: impl IntoIterator<Item = &'a AnyReport>) -> Ledger {
    let mut ledger = Ledger::new();
    for report in reports {
        ledger.reconcile(report);
    }
    ledger
}

fn purchases() -> impl Strategy<Value = Vec<Purchase>> {
    let purchase = (5_i8..25, 1_u8..4, any::<bool>(), 0_i8..4)
        .prop_map(|(day, cents, pix, books_after)| Purchase { day, cents, pix, books_after });
    prop::collection::vec(purchase, 1..12)
}

/// One report a day at the most: a bank's answer of one moment is one answer.
fn asked() -> impl Strategy<Value = Vec<Asked>> {
    let days = subsequence((3_i8..29).collect::<Vec<_>>(), 1..6);
    (days, prop::collection::vec((any::<bool>(), prop_oneof![4 => Just(200_u16), 1 => Just(204)]), 6))
        .prop_map(|(days, how)| {
            days.into_iter()
                .zip(how)
                .map(|(day, (categorised, code))| Asked { day, categorised, code })
                .collect()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn the_order_of_whole_reports_does_not_matter(
        purchases in purchases(),
        asked in asked(),
        order in any::<prop::sample::Index>(),
        twice in any::<bool>(),
    ) {
        let reports: Vec<_> = asked.iter().map(|asked| report(&purchases, asked)).collect();
        let straight = ledger_of(&reports);
        let mut turned = reports.clone();
        turned.rotate_left(order.index(reports.len()));
        if twice {
            turned.reverse();
        }
        prop_assert_eq!(&ledger_of(&turned), &straight);
        prop_assert_eq!(&ledger_of(reports.iter().chain(&turned)), &straight);
    }

    #[test]
    fn taking_a_report_in_again_changes_nothing(purchases in purchases(), asked in asked()) {
        let mut ledger = Ledger::new();
        for asked in &asked {
            let report = report(&purchases, asked);
            ledger.reconcile(&report);
            prop_assert_eq!(ledger.reconcile(&report), []);
        }
    }

    #[test]
    fn no_final_entry_is_ever_lost(purchases in purchases(), asked in asked()) {
        let reports: Vec<_> = asked.iter().map(|asked| report(&purchases, asked)).collect();
        let ledger = ledger_of(&reports);
        for entry in reports.iter().flat_map(AnyReport::entries).filter(StatementEntry::is_final) {
            prop_assert!(ledger.entries().any(|(_, kept)| kept.key == entry.key && kept.amount == entry.amount));
        }
    }

    #[test]
    fn after_a_complete_report_there_is_one_entry_for_each_purchase(purchases in purchases(), asked in asked()) {
        let mut asked = asked;
        if let Some(last) = asked.last_mut() {
            last.code = 200;
        }
        let reports: Vec<_> = asked.iter().map(|asked| report(&purchases, asked)).collect();
        let newest = reports.last().unwrap();
        // Nothing equal is merged, nothing is doubled.
        prop_assert_eq!(ledger_of(&reports).entries().count(), newest.entries().count());
    }
}

fn asked_on(day: i8) -> Asked {
    Asked { day, categorised: false, code: 200 }
}

#[test]
fn a_purchase_that_moves_on_is_replaced_and_equal_ones_stay_two() {
    let purchase = Purchase { day: 10, cents: 3, pix: false, books_after: 2 };
    let purchases = [purchase.clone(), purchase];
    let mut ledger = Ledger::new();
    assert_eq!(ledger.reconcile(&report(&purchases, &asked_on(9))).len(), 2);
    let changes = ledger.reconcile(&report(&purchases, &asked_on(13)));
    assert_eq!(changes.len(), 2);
    assert!(changes.iter().all(|change| matches!(change, Change::Replaced { .. })), "{changes:?}");
    let keys: Vec<_> = ledger.entries().map(|(_, entry)| entry.key.as_str().to_owned()).collect();
    assert_eq!(keys, ["fixed-0", "fixed-1"]);
}

#[test]
fn a_plain_and_a_categorised_report_make_one_entry_with_its_category() {
    let purchases = [Purchase { day: 5, cents: 1, pix: true, books_after: 0 }];
    for categorised_first in [true, false] {
        let mut ledger = Ledger::new();
        ledger.reconcile(&report(&purchases, &Asked { categorised: categorised_first, ..asked_on(10) }));
        ledger.reconcile(&report(&purchases, &Asked { categorised: !categorised_first, ..asked_on(11) }));
        let entries: Vec<_> = ledger.entries().collect();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].1.categories.first.as_ref().unwrap(), "Compras");
        assert_eq!(entries[0].0.to_text(), "checking:001:1");
    }
}

#[test]
fn a_partial_report_takes_nothing_away() {
    let purchases = [Purchase { day: 10, cents: 1, pix: false, books_after: 9 }];
    let mut ledger = ledger_of([&report(&purchases, &asked_on(10))]);
    let changes = ledger.reconcile(&report(&[], &Asked { code: 204, ..asked_on(12) }));
    assert_eq!(changes, []);
    assert_eq!(ledger.entries().count(), 1);
}

#[test]
fn entries_without_an_id_are_told_by_content_and_place() {
    let body = br#"{"code":200,"productName":"pf_categorized_checking_l3","checkingAccounts":[{"transactionDetails":[
        {"transactionDate":"2026-01-01","creditDebitType":"DEBITO","transactionAmount":"5.00","transactionName":"CAFE"},
        {"transactionDate":"2026-01-01","creditDebitType":"DEBITO","transactionAmount":"5.0","transactionName":"CAFE"},
        {"transactionDate":"2026-01-01","creditDebitType":"CREDITO","transactionAmount":"5.00","transactionName":"CAFE"}]}]}"#;
    let report = decode_report(body).unwrap().value;
    let ledger = ledger_of([&report, &report]);
    assert_eq!(ledger.entries().count(), 3);
    assert!(!format!("{ledger:?} {:?}", report.statements()).contains("CAFE"));
}

#[test]
fn a_purchase_on_a_card_is_final_once_its_bill_is_closed() {
    let body = |time: &str, open: &str, closed: &str| {
        format!(
            r#"{{"code":200,"productName":"pf_credit_card","productReportTime":"{time}","creditCards":[{{"name":"Exemplo",
            "companyCnpj":"11222333000181","paymentMethods":[{{"identificationNumber":"4453"}}],
            "openStatement":{{"transactionDetails":[{open}]}},"closedStatements":[{{"transactionDetails":[{closed}]}}]}}]}}"#
        )
    };
    let purchase = |id: &str, day: &str| {
        format!(
            r#"{{"transactionId":"{id}","transactionDate":"{day}","creditDebitType":"DEBITO",
            "brazilianAmount":{{"amount":"10.00","currency":"BRL"}},"transactionName":"LOJA"}}"#
        )
    };
    let (before, after) = (
        body("2026-03-05T12:00:00", &purchase("open-1", "2026-03-01"), ""),
        body("2026-04-05T12:00:00", &purchase("open-2", "2026-04-01"), &purchase("closed-1", "2026-03-01")),
    );
    let mut ledger = Ledger::new();
    ledger.reconcile(&decode_report(before.as_bytes()).unwrap().value);
    let changes = ledger.reconcile(&decode_report(after.as_bytes()).unwrap().value);
    assert!(changes.iter().any(|change| matches!(change, Change::Replaced { .. })), "{changes:?}");
    let entries: Vec<_> = ledger.entries().collect();
    assert_eq!(entries[0].0.to_text(), "card:11222333000181:Exemplo-4453");
    let seen: Vec<_> = entries.iter().map(|(_, entry)| (entry.key.as_str(), entry.is_final())).collect();
    assert_eq!(seen, [("closed-1", true), ("open-2", false)]);
    assert_eq!(entries[0].1.amount.unwrap().to_string(), "-10.00");
}

#[test]
fn every_statement_report_has_the_same_view() {
    for (product, root) in [
        ("checking_account", "checkingAccounts"),
        ("savings_account", "savingsAccounts"),
        ("categorized_checking_l2", "checkingAccounts"),
        ("categorized_checking_l3", "checkingAccounts"),
        ("categorized_savings_l2", "savingsAccounts"),
        ("categorized_savings_l3", "savingsAccounts"),
    ] {
        let body = format!(
            r#"{{"productName":"pj_{product}","{root}":[{{"number":"1","transactionDetails":[{{"transactionId":"a",
            "transactionDate":"2026-01-05","creditDebitType":"CREDITO","transactionAmount":"7.10"}}]}}]}}"#
        );
        let entries: Vec<_> = decode_report(body.as_bytes()).unwrap().value.entries().collect();
        assert_eq!(entries.len(), 1, "{product}");
        assert_eq!(entries[0].amount.unwrap().to_string(), "7.10", "{product}");
    }
}
