//! The months of an account and the bills of a card that a scenario plans. Must not know about reports.

use std::borrow::Cow;
use std::iter;

use jiff::ToSpan;
use jiff::civil::Date;
use klavi_types::reports::CardEntryType;

use super::account::{Account, AccountKind, AccountMonth, Dated};
use super::bill::Bill;
use super::card::Card;
use super::contract::{Contract, CreditKind};
use super::draft::Draft;
use super::money::Centavos;
use super::purchases::{Merchant, Purchase};
use super::{checking, day};
use crate::scenario::AccountPlan;

/// The months of an account. Its balance is the opening balance and what was booked since.
pub(crate) fn months<'a>(
    account: &'a Account<'_>,
    plan: &'a AccountPlan,
    from: Date,
) -> impl Iterator<Item = AccountMonth> + 'a {
    let begin = from.min(plan.opened.first_of_month());
    let firsts = iter::successors(Some(begin), |first| first.checked_add(1.month()).ok());
    let mut balance = plan.opening;
    firsts
        .map(move |first| {
            let opening = balance;
            let drafts = drafts(account, plan, first);
            balance = opening + drafts.iter().map(|draft| draft.amount).sum();
            let dated = |(place, draft)| Dated { id: account.entry_id(first, place), draft };
            AccountMonth { first, opening, entries: drafts.into_iter().enumerate().map(dated).collect() }
        })
        .skip_while(move |month| month.first < from)
}

fn drafts(account: &Account<'_>, plan: &AccountPlan, first: Date) -> Vec<Draft> {
    let mut drafts: Vec<_> =
        plan.entries(first, first.last_of_month()).into_iter().map(|(draft, _)| draft).collect();
    let last = plan.closed.unwrap_or(Date::MAX);
    let is_open = |day: Date| plan.opened <= day && day < last;
    if account.kind == AccountKind::Checking {
        let bill = Bill::of_month(first);
        for card in Card::all(account.customer, account.institution) {
            let total = card.total(bill);
            if card.bills_paid && total.0 > 0 && is_open(bill.due()) {
                drafts.push(checking::bill_payment(bill, total));
            }
        }
        for kind in [CreditKind::Loan, CreditKind::Financing] {
            let contract = Contract::running(account, kind, first);
            if account.has_credit(kind)
                && is_open(first.saturating_add(i64::from(Contract::DUE_DAY - 1).days()))
            {
                drafts.push(checking::instalment(first, kind, contract.instalment));
            }
        }
    }
    drafts.sort_by_key(|draft| draft.at);
    drafts
}

/// The entries of a bill, in order of time.
pub(crate) fn purchases(card: &Card<'_>, plan: &AccountPlan, bill: Bill) -> Vec<Purchase> {
    let entries = plan.entries(bill.opens(), bill.closes()).into_iter().enumerate();
    entries
        .map(|(place, (draft, kind))| {
            let words =
                ["card entry", card.institution.code, &card.digits, &bill.month(), &place.to_string()];
            let merchant = Merchant {
                brand: draft.name.clone().into(),
                name: draft.name.into(),
                mcc: kind.merchant_category(),
                categories: draft.categories,
            };
            // Money out raises the bill.
            let mut purchase = Purchase::new(draft.at, Centavos(-draft.amount.0), Cow::Owned(merchant));
            purchase.id = card.customer.hex(&words, 32);
            if purchase.amount.0 < 0 {
                purchase.entry_type = CardEntryType::Estorno;
            }
            purchase
        })
        .collect()
}

/// The first minute of a day on which something is due.
pub(crate) fn due(day: Date) -> jiff::Timestamp {
    day::minutes_into(day, 12 * 60)
}
