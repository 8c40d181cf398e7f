use klavi_types::reports::BalanceReport;

use super::account::Account;
use super::scope::Scope;

pub(crate) fn report<'a>(
    scope: &Scope<'_>,
    accounts: impl Iterator<Item = &'a Account<'a>>,
) -> BalanceReport {
    let mut report = BalanceReport::default();
    report.accounts = accounts.map(|account| account.with_type(account.head(scope.now))).collect();
    report
}
