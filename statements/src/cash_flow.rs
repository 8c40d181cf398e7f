//! Money in and out by account and month.

use std::collections::BTreeMap;

use jiff::civil;
use provider_wire::{Amount, Text};

use crate::{AccountKey, LedgerEntry, Purpose, Status};

/// What one account took in and paid in one month. Sums are exact; `None` where one has more than 28 digits.
///
/// It does not know what the bank does not say: a transfer to an own account at a bank that is not connected counts as
/// spent unless the counterparty is named, and so does the payment of a card bill that the bank reports as any other slip.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CashFlow {
    /// Key of the account.
    pub account: AccountKey,
    /// First day of the month.
    pub month: civil::Date,
    /// ISO 4217 code of all amounts; `None` for reais, stated or not.
    pub currency: Option<Text>,
    /// Money in, without own transfers and bill payments.
    pub money_in: Option<Amount>,
    /// Money out, negative, without own transfers and bill payments.
    pub money_out: Option<Amount>,
    /// Balance of own transfers: money in from other accounts, reserves and investments, less money out to them.
    pub own_transfers: Option<Amount>,
    /// Balance of payments of card bills.
    pub bill_payments: Option<Amount>,
    /// How many entries were counted.
    pub count: usize,
    /// Entries of the month whose amount or direction is not known, and which are in no sum.
    pub without_amount: usize,
}

/// Sums the entries of a ledger by account, month and currency. Scheduled entries, and those without a day, are left out.
///
/// ```
/// # let ledger = statements::Ledger::new();
/// for month in statements::cash_flow(ledger.entries()) {
///     println!("{} {}: {} entries", month.account.as_str(), month.month.strftime("%Y-%m"), month.count);
/// }
/// ```
pub fn cash_flow<'a>(entries: impl IntoIterator<Item = LedgerEntry<'a>>) -> Vec<CashFlow> {
    let mut months: BTreeMap<(&AccountKey, civil::Date, Option<Text>), CashFlow> = BTreeMap::new();
    for LedgerEntry { account, entry, .. } in entries {
        let Some(day) = entry.day.filter(|_| entry.status != Some(Status::Scheduled)) else { continue };
        let month = day.first_of_month();
        let currency = entry.currency.clone().filter(|currency| !currency.is_empty() && *currency != "BRL");
        let key = (account, month, currency.clone());
        let flow = months.entry(key).or_insert_with(|| CashFlow::new(account, month, currency));
        let Some(amount) = entry.amount else {
            flow.without_amount += 1;
            continue;
        };
        flow.count += 1;
        let sum = match entry.purpose {
            Purpose::OwnTransfer => &mut flow.own_transfers,
            Purpose::BillPayment => &mut flow.bill_payments,
            Purpose::Other if amount < Amount::ZERO => &mut flow.money_out,
            Purpose::Other => &mut flow.money_in,
        };
        *sum = sum.and_then(|sum| sum.checked_add(amount));
    }
    months.into_values().collect()
}

impl CashFlow {
    fn new(account: &AccountKey, month: civil::Date, currency: Option<Text>) -> Self {
        let zero = Some(Amount::ZERO);
        Self {
            account: account.clone(),
            month,
            currency,
            money_in: zero,
            money_out: zero,
            own_transfers: zero,
            bill_payments: zero,
            count: 0,
            without_amount: 0,
        }
    }
}
