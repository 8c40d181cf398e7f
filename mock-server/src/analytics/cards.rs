use klavi_types::kaas::{CreditCardsAccount, UserData};
use klavi_types::reports::{
    CardAccount, CardEntry, CardEntryType, CardStatement, CategorizedCard, CategorizedCreditCards,
    CreditDebitType,
};
use klavi_types::{Amount, Money, OneOrMany};

use synthetic_data::Recurrence;
use synthetic_data::categories;

pub(super) fn report(data: &UserData) -> CategorizedCreditCards {
    let mut report = CategorizedCreditCards::default();
    report.credit_cards = data.credit_cards_accounts.iter().map(card).collect();
    report
}

/// The card with its entries in the bills that they name; those that name none of its bills are in the open one.
fn card(given: &CreditCardsAccount) -> CategorizedCard {
    let mut recurrence = Recurrence::default();
    for entry in &given.transactions {
        if let Some(day) = entry.day() {
            recurrence.add(text(entry), day, 1);
        }
    }
    let entries: Vec<_> = given.transactions.iter().map(|entry| categorised(entry, &recurrence)).collect();
    let in_bill =
        |bill: &CardStatement, entry: &CardEntry| bill.bill_id.is_some() && entry.bill_id == bill.bill_id;
    let (in_bills, open): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|entry| given.bills.iter().any(|bill| in_bill(bill, entry)));

    let mut account = CardAccount::default();
    account.brand_name.clone_from(&given.brand_name);
    account.company_cnpj.clone_from(&given.company_cnpj);
    account.name.clone_from(&given.name);
    account.product_type.clone_from(&given.product_type);
    account.product_additional_info.clone_from(&given.product_additional_info);
    account.credit_card_network.clone_from(&given.credit_card_network);
    account.network_additional_info.clone_from(&given.network_additional_info);
    account.payment_methods = given.payment_methods.clone();
    let closed = given.bills.iter().map(|bill| {
        let mut bill = bill.clone();
        let own = in_bills.iter().filter(|entry| in_bill(&bill, entry)).cloned().collect();
        bill.entries = own;
        bill
    });
    account.closed_statements = closed.collect();
    if !open.is_empty() {
        let mut statement = CardStatement::default();
        statement.bill_total_amount = total(&open).map(Money::brl);
        statement.entries = open.into();
        account.open_statement = Some(statement);
    }
    let mut card = CategorizedCard::default();
    card.account = account;
    let limits = given.limits.to_vec();
    card.limits = match <[_; 1]>::try_from(limits) {
        Ok([limit]) => Some(OneOrMany::One(limit)),
        Err(limits) => Some(OneOrMany::Many(limits)).filter(|_| !given.limits.is_empty()),
    };
    card
}

/// What a bill of these entries asks for; `None` where an amount or a direction is missing.
fn total(entries: &[CardEntry]) -> Option<Amount> {
    let owed = entries.iter().map(|entry| entry.signed_amount().map(|amount| -amount));
    Amount::sum(owed.collect::<Option<Vec<_>>>()?)
}

fn categorised(entry: &CardEntry, recurrence: &Recurrence) -> CardEntry {
    let kind = entry.transaction_type.as_ref().map_or("", CardEntryType::as_str);
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
    entry
}

fn text(entry: &CardEntry) -> &str {
    entry.transaction_name.as_ref().map_or("", |name| name.as_str())
}
