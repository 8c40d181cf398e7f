//! Sums by account, month and currency.

use jiff::civil::date;
use statements::{Coverage, Entry, Ledger, Source, Statement, Status, cash_flow};

use crate::bank::{Spelling, account, as_of};

#[test]
fn months_and_currencies_are_summed_apart_and_scheduled_entries_left_out() {
    let entry = |id: &str, month: i8, amount: Option<&str>, currency: Option<&str>| {
        let mut entry = Entry::default();
        entry.id = Some(id.into());
        entry.day = Some(date(2026, month, 5));
        entry.amount = amount.map(|amount| amount.parse().unwrap());
        entry.currency = currency.map(Into::into);
        entry.is_final = true;
        entry
    };
    let mut scheduled = entry("s", 2, Some("-64.00"), None);
    scheduled.status = Some(Status::Scheduled);
    let mut statement = Statement::new(account(Spelling::Both), Source::new("bank", None), as_of(10));
    statement.coverage = Some(Coverage::twelve_months_before(statement.as_of));
    statement.entries = vec![
        entry("a", 1, Some("0.10"), Some("BRL")),
        entry("b", 1, Some("0.20"), None),
        entry("c", 1, Some("-4.00"), Some("USD")),
        entry("d", 2, Some("-8.00"), Some("")),
        entry("e", 2, None, None),
        scheduled,
    ];
    let mut ledger = Ledger::new();
    ledger.reconcile([&statement]);
    let sums: Vec<_> = cash_flow(ledger.entries())
        .into_iter()
        .map(|flow| {
            let currency = flow.currency.map_or("BRL".to_owned(), |currency| currency.as_str().to_owned());
            let [money_in, money_out] = [flow.money_in, flow.money_out].map(|sum| sum.unwrap().to_string());
            (flow.month.to_string(), currency, money_in, money_out, flow.count, flow.without_amount)
        })
        .collect();
    let row = |month: &str, currency: &str, money_in: &str, money_out: &str, count, without| {
        (month.to_owned(), currency.to_owned(), money_in.to_owned(), money_out.to_owned(), count, without)
    };
    assert_eq!(
        sums,
        [
            row("2026-01-01", "BRL", "0.30", "0", 2, 0),
            row("2026-01-01", "USD", "0", "-4.00", 1, 0),
            row("2026-02-01", "BRL", "0", "-8.00", 1, 1),
        ]
    );
}
