use klavi_types::kaas::UserAccount;
use klavi_types::reports::{
    AccountEntry, AccountStatement, CheckingAccounts, CreditDebitType, EntryType, SavingsAccounts,
};

use synthetic_data::Recurrence;
use synthetic_data::categories;

pub(super) fn checking(accounts: &[&UserAccount]) -> CheckingAccounts {
    let mut report = CheckingAccounts::default();
    report.checking_accounts = accounts.iter().map(|account| statement(account)).collect();
    report
}

pub(super) fn savings(accounts: &[&UserAccount]) -> SavingsAccounts {
    let mut report = SavingsAccounts::default();
    report.savings_accounts = accounts.iter().map(|account| statement(account)).collect();
    report
}

/// The account with its entries as they came, each with what Klavi adds.
fn statement(account: &UserAccount) -> AccountStatement {
    let mut recurrence = Recurrence::default();
    for entry in &account.transactions {
        if let Some(day) = entry.day() {
            recurrence.add(text(entry), day, 1);
        }
    }
    let mut statement = AccountStatement::default();
    statement.head = account.head.clone();
    statement.entries = account.transactions.iter().map(|entry| categorised(entry, &recurrence)).collect();
    statement
}

fn categorised(entry: &AccountEntry, recurrence: &Recurrence) -> AccountEntry {
    let kind = entry.entry_type.as_ref().map_or("", EntryType::as_str);
    let is_credit = entry.credit_debit_type == Some(CreditDebitType::Credito);
    let [category, subcategory, third] = categories::of(text(entry), kind, is_credit);
    let flags = recurrence.flags(text(entry));
    let mut entry = entry.clone();
    entry.category = Some(category.into());
    entry.subcategory = Some(subcategory.into());
    entry.third_category = Some(third.into());
    entry.f_all = Some(i64::from(flags.all).into());
    entry.f_all_month = Some(i64::from(flags.monthly).into());
    entry.f_all_c_month = Some(i64::from(flags.consecutive).into());
    // The one word that was seen.
    entry.settlement_type = (kind == "PIX").then(|| "PIX".into());
    entry
}

fn text(entry: &AccountEntry) -> &str {
    entry.transaction_name.as_ref().map_or("", |name| name.as_str())
}
