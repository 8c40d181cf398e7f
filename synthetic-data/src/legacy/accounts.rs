//! Accounts in the shapes of `category_checking` and `balance`.

use klavi_types::legacy::{
    AmountUnless, BalanceOfAccount, BalanceOfAccountType, CheckingAccount, CheckingEntry, Entry,
};
use klavi_types::{Amount, Date};

use super::cards::statement;
use super::{Holdings, number};
use crate::account::{Account, AccountKind};
use crate::statement::{Booked, Statement};

/// Months of entries: docs.klavi.ai/produtos says three to six.
pub(super) const MONTHS: i64 = 6;

/// The checking account with its entries.
pub(super) fn checking(holdings: &Holdings<'_>) -> CheckingAccount {
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

/// Checking account, savings account and card.
pub(super) fn balances(holdings: &Holdings<'_>) -> Vec<BalanceOfAccount> {
    vec![of_account(holdings, &holdings.checking), of_account(holdings, &holdings.savings), of_card(holdings)]
}

fn of_account(holdings: &Holdings<'_>, account: &Account<'_>) -> BalanceOfAccount {
    let mut balance = BalanceOfAccount::default();
    balance.account = holdings.account(account);
    balance.account_holder = Some(holdings.customer.civil_name().into());
    balance.account_type = Some(match account.kind {
        AccountKind::Checking => BalanceOfAccountType::Checking,
        AccountKind::Savings => BalanceOfAccountType::Savings,
    });
    balance.current_balance = Some(account.balance(holdings.now).available());
    balance.available_limit = none();
    balance.total_limit = none();
    balance
}

/// What is used is owed: negative.
fn of_card(holdings: &Holdings<'_>) -> BalanceOfAccount {
    let used = statement(holdings).used();
    let mut balance = BalanceOfAccount::default();
    balance.account.bank = holdings.bank();
    balance.account.account_number = Some(holdings.card.digits.as_str().into());
    balance.account_holder = Some(holdings.customer.civil_name().into());
    balance.account_type = Some(BalanceOfAccountType::Creditcard);
    balance.current_balance = Some((-used).available());
    balance.available_limit = Some((holdings.card.limit - used).available());
    balance.total_limit = Some(holdings.card.limit.available());
    balance
}

/// How "there is none" is written.
fn none() -> Option<AmountUnless<-1>> {
    "-1".parse::<Amount>().ok().map(Into::into)
}
