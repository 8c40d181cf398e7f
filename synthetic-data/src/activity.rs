//! What a customer does at one bank, without the shape of any report: for providers other than Klavi.

use jiff::Timestamp;

use super::account::Account;
use super::bill::Bill;
use super::card::Card;
use super::customer::Customer;
use super::day;
use super::statement::Statement;
use crate::Subject;
use crate::institutions::Institution;

/// How far back it reaches.
const MONTHS: i64 = 12;

/// What a customer has at one bank and did there in the last twelve months.
#[derive(Clone, Debug)]
pub struct Activity {
    /// A checking account, a savings account and a card.
    pub accounts: usize,
    /// When, and whether money came in; in order of time.
    pub transactions: Vec<(Timestamp, bool)>,
    /// When the card's bills were closed.
    pub bills: Vec<Timestamp>,
}

/// The customer's name.
pub fn name(seed: u64, subject: &Subject) -> String {
    Customer::new(seed, subject).civil_name().to_owned()
}

/// The activity up to now. That of a later moment holds the same, as far as both reach.
pub fn activity(seed: u64, subject: &Subject, bank: &'static Institution, now: Timestamp) -> Activity {
    let customer = Customer::new(seed, subject);
    let card = Card::new(&customer, bank);
    let open = Bill::open_on(day::of(now));
    let mut transactions = Vec::new();
    for account in [Account::checking(&customer, bank), Account::savings(&customer, bank)] {
        let entries = Statement::last_months(&account, now, MONTHS);
        transactions.extend(entries.entries().map(|entry| (entry.draft.at, entry.draft.amount.0 > 0)));
    }
    for months in 0..MONTHS {
        let purchases = card.purchases_until(open.back(months), now);
        transactions.extend(purchases.iter().map(|purchase| (purchase.at, purchase.amount.0 < 0)));
    }
    transactions.sort_by_key(|(at, _)| *at);
    let bills = (1..=MONTHS).rev().map(|months| open.back(months).end()).collect();
    Activity { accounts: 3, transactions, bills }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;
    use crate::institutions;

    #[test]
    fn it_grows_with_the_clock() {
        let person = Subject::Person { cpf: "12345678909".to_owned() };
        let bank = institutions::find("341").unwrap();
        let now: Timestamp = "2026-03-05T12:00:00Z".parse().unwrap();
        let later = now + SignedDuration::from_hours(24 * 7);
        let [before, after] = [now, later].map(|now| activity(7, &person, bank, now));
        assert!(before.transactions.iter().all(|(at, _)| *at <= now));
        let new = after.transactions.iter().filter(|(at, _)| *at > now).count();
        let since = |activity: &Activity| {
            let of_both = |at: &Timestamp| *at > later - SignedDuration::from_hours(24 * 300) && *at <= now;
            activity.transactions.iter().filter(|(at, _)| of_both(at)).count()
        };
        assert!(new > 0 && since(&before) == since(&after));
        assert!(after.bills.iter().any(|closed| *closed > now), "the bill of March closed on the 10th");
    }
}
