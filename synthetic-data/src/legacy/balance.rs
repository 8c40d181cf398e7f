use klavi_types::Amount;
use klavi_types::legacy::{AmountUnless, BalanceOfAccount, BalanceOfAccountType};

use super::Holdings;
use super::cards::statement;
use crate::account::{Account, AccountKind};

/// Checking account, savings account and card.
pub(super) fn accounts(holdings: &Holdings<'_>) -> Vec<BalanceOfAccount> {
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
