use klavi_types::reports::{
    AccountEntry, AccountStatement, CategorizedCheckingL3, CreditDebitType, EntryState,
};
use klavi_types::{Date, DateTime};

use super::Scope;
use super::account::Account;
use super::recurrence::Recurrence;
use super::statement::{self, Booked};

pub(crate) fn report(scope: &Scope<'_>, accounts: &[Account<'_>]) -> CategorizedCheckingL3 {
    let mut report = CategorizedCheckingL3::default();
    report.checking_accounts = accounts.iter().map(|account| with_entries(scope, account)).collect();
    report
}

fn with_entries(scope: &Scope<'_>, account: &Account<'_>) -> AccountStatement {
    let booked = statement::last_three_months(account, scope.now);
    let recurrence = Recurrence::of(&booked);
    let mut checking = AccountStatement::default();
    checking.head = account.head(scope.now);
    checking.entries = booked.iter().map(|booked| entry(booked, &recurrence)).collect();
    checking
}

fn entry(booked: &Booked, recurrence: &Recurrence) -> AccountEntry {
    let draft = &booked.draft;
    let credit = draft.amount.0 >= 0;
    let mut entry = AccountEntry::default();
    entry.transaction_date = Some(Date::from(booked.day()));
    entry.transaction_date_time = Some(DateTime::from(booked.at));
    entry.transaction_id = Some(booked.id.as_str().into());
    entry.state = Some(EntryState::TransacaoEfetivada);
    entry.credit_debit_type = Some(if credit { CreditDebitType::Credito } else { CreditDebitType::Debito });
    entry.transaction_amount = Some(draft.amount.abs().money());
    entry.transaction_name = Some(draft.name.as_str().into());
    if let Some(party) = &draft.party {
        entry.party_tax_id = Some(party.tax_id.as_str().into());
        entry.party_person_type = Some(party.person_type.clone());
        entry.party_compe_code = Some(party.compe_code.into());
        entry.party_branch_code = Some(party.branch.as_str().into());
        entry.party_number = Some(party.number.as_str().into());
        entry.party_check_digit = Some(party.check_digit.as_str().into());
    }
    entry.post_transaction_balance = Some(booked.balance.bare());
    entry.entry_type = Some(draft.entry_type.clone());
    let [category, subcategory, third] = draft.categories;
    entry.category = Some(category.into());
    entry.subcategory = Some(subcategory.into());
    entry.third_category = Some(third.into());
    let flags = recurrence.flags(draft);
    entry.f_all = Some(i64::from(flags.all).into());
    entry.f_all_month = Some(i64::from(flags.monthly).into());
    entry.f_all_c_month = Some(i64::from(flags.consecutive).into());
    entry.settlement_type = Some(draft.settlement.into());
    entry
}
