use std::collections::BTreeSet;

use klavi_types::Amount;
use klavi_types::reports::{AccountEntry, AnyReport, CardEntry};

use super::{accounts, amount, cards, long_report, persons, report};

/// Month of the due day and amount of each payment of a card bill on the checking account.
fn bills_paid(checking: &[AccountEntry]) -> Vec<(String, Amount)> {
    let paid = |entry: &&AccountEntry| *entry.transaction_name.as_ref().unwrap() == "PAGAMENTO FATURA CARTAO";
    let paid = checking.iter().filter(paid);
    paid.map(|entry| (entry.day().unwrap().to_string(), amount(entry.transaction_amount.as_ref()))).collect()
}

#[test]
fn a_card_bill_is_the_sum_of_its_entries_and_the_checking_account_pays_it() {
    for (person, seed) in persons() {
        let checking = accounts(long_report(&format!("{person}checking_account"), seed, 400)).remove(0);
        let paid = bills_paid(&checking.entries);
        for count in [None, Some(0), Some(1), Some(57), Some(200), Some(1_000), Some(1_001)] {
            let product = format!("{person}credit_card");
            let report = match count {
                None => report(&product, seed),
                Some(count) => long_report(&product, seed, count),
            };
            if let Some(count) = count {
                assert_eq!(report.entry_count() as u64, count);
            }
            let card = cards(report).remove(0);
            for bill in card.statements() {
                let sum =
                    Amount::sum(bill.entries.iter().map(|entry| entry.signed_amount().unwrap())).unwrap();
                let total = amount(bill.bill_total_amount.as_ref());
                assert_eq!((-sum).decimal(), total.decimal(), "{count:?}");
            }
            for bill in &card.closed_statements {
                let total = amount(bill.bill_total_amount.as_ref());
                let due = bill.due_date.unwrap().to_string();
                let payment = paid.iter().find(|(day, _)| *day == due);
                let is_paid = bill.is_paid.unwrap().get();
                assert_eq!(is_paid, payment.is_some(), "{due}");
                assert_eq!(payment.map(|(_, amount)| *amount), is_paid.then_some(total));
                let payments: Vec<_> = bill.payments.iter().map(|payment| payment.amount.unwrap()).collect();
                assert_eq!(payments, if is_paid { vec![total] } else { Vec::new() });
            }
        }
    }
}

#[test]
fn instalments_of_a_card_go_on_from_bill_to_bill() {
    let card = cards(long_report("pf_credit_card", 7, 250)).remove(0);
    let plans = |entry: &CardEntry| {
        let number = entry.charge_identificator.as_ref()?.number()?;
        Some((entry.transaction_name.clone()?, entry.charge_number?.get(), number))
    };
    let bills: Vec<BTreeSet<_>> =
        card.statements().map(|bill| bill.entries.iter().filter_map(plans).collect()).collect();
    assert!(bills.len() > 6 && bills.iter().all(|bill| !bill.is_empty()));
    for pair in bills.windows(2) {
        for (name, count, number) in &pair[0] {
            if *number > 1 {
                assert!(pair[1].contains(&(name.clone(), *count, number - 1)), "{number} of {count}");
            }
        }
    }
}

#[test]
fn the_limit_is_used_by_what_is_not_paid_yet() {
    for (person, seed) in persons() {
        for count in [0, 12, 500] {
            let AnyReport::CreditCard(report) = long_report(&format!("{person}credit_card"), seed, count)
            else {
                panic!("not of cards");
            };
            let card = &report.content.credit_cards[0];
            let limit = &card.limits.as_ref().unwrap().as_slice()[0];
            let [used, available] =
                [&limit.used_amount, &limit.available_amount].map(|money| amount(money.as_ref()));
            let whole = limit.limit_amount.as_ref().unwrap().amount.unwrap();
            assert_eq!(used.checked_add(available), Some(whole));
            let unpaid = card.account.closed_statements.iter().filter(|bill| !bill.is_paid.unwrap().get());
            let owed = card.account.open_statement.iter().chain(unpaid);
            let owed = Amount::sum(owed.map(|bill| amount(bill.bill_total_amount.as_ref()))).unwrap();
            // A short report shows no closed bill.
            assert!(if count == 500 { used == owed } else { used >= owed }, "{count}");
        }
    }
}
