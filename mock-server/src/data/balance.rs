use klavi_types::reports::{AccountType, BalanceAccount, BalanceReport};

use super::Scope;
use super::account::Account;

pub(crate) fn report(scope: &Scope<'_>, accounts: &[Account<'_>]) -> BalanceReport {
    let mut report = BalanceReport::default();
    report.accounts = accounts
        .iter()
        .map(|account| {
            let mut balance = BalanceAccount::default();
            balance.head = account.head(scope.now);
            balance.account_type = Some(AccountType::ContaDepositoAVista);
            balance
        })
        .collect();
    report
}
