use klavi_types::Date;
use klavi_types::legacy::{CheckingAccount, CheckingEntry, Entry};

use super::{Holdings, number};
use crate::statement::{Booked, Statement};

/// Months of entries: docs.klavi.ai/produtos says three to six.
pub(super) const MONTHS: i64 = 6;

pub(super) fn account(holdings: &Holdings<'_>) -> CheckingAccount {
    let checking = &holdings.checking;
    let mut account = CheckingAccount::default();
    account.bank = holdings.bank();
    account.bank_branch = Some(checking.branch.as_str().into());
    account.account = Some(number(checking).into());
    account.operation_code = Some("001".into());
    account.holder_name = Some(holdings.customer.civil_name().into());
    account.balance = Some(checking.balance(holdings.now).number());
    let statement = Statement::last_months(checking, holdings.now, MONTHS);
    account.entries = statement
        .entries()
        .map(|booked| {
            let mut shown = CheckingEntry::default();
            shown.entry = entry(&booked);
            shown.balance = Some(booked.balance.number());
            shown.category = Some(booked.draft.categories[0].into());
            shown
        })
        .collect();
    account
}

pub(super) fn entry(booked: &Booked) -> Entry {
    let mut entry = Entry::default();
    entry.date = Some(Date::from(booked.day()));
    entry.amount = Some(booked.draft.amount.number());
    entry.description = Some(booked.draft.name.as_str().into());
    entry
}
