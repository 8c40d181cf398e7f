//! Cards in the shape of `category_creditcard`.

use klavi_types::Date;
use klavi_types::legacy::{CardEntry, ClosedStatement, CreditCard, Entry, OpenStatement};
use klavi_types::reports::CardPaymentType;

use super::{Holdings, number};
use crate::bill::Bill;
use crate::card_statement::CardStatement;
use crate::day;
use crate::money::Centavos;
use crate::purchases::Purchase;
use crate::scope::Length;

const MONTHS: [&str; 12] =
    ["jan", "fev", "mar", "abr", "mai", "jun", "jul", "ago", "set", "out", "nov", "dez"];

pub(super) fn statement<'a>(holdings: &'a Holdings<'_>) -> CardStatement<'a> {
    CardStatement::new(&holdings.card, holdings.now, Length::ThreeMonths)
}

pub(super) fn card(holdings: &Holdings<'_>) -> CreditCard {
    let statement = statement(holdings);
    let mut card = CreditCard::default();
    card.bank = holdings.bank();
    card.last_four_digits = Some(holdings.card.digits.as_str().into());
    card.holder_name = Some(holdings.customer.civil_name().into());
    card.card_type = holdings.card.account().name;
    card.credit_limit = Some(holdings.card.limit.number());
    card.available_limit = Some((holdings.card.limit - statement.used()).number());
    card.agency_number = Some(holdings.checking.branch.as_str().into());
    card.bank_account = Some(number(&holdings.checking).into());
    card.active = Some(1.into());
    card.vip = Some(0.into());
    card.open_statement = Some(open(&statement));
    card.closed_statements = statement.closed().map(|bill| closed(&statement, bill)).collect();
    card
}

fn open(statement: &CardStatement<'_>) -> OpenStatement {
    let bill = statement.open();
    let mut open = OpenStatement::default();
    open.bill_amount = Some(statement.total(bill).number());
    open.due_date = Some(Date::from(bill.due()));
    open.billing_date = Some(Date::from(bill.closes()));
    open.bill_month = Some(month(bill).into());
    open.entries = statement.entries(bill).map(|purchase| entry(&purchase)).collect();
    open
}

fn closed(statement: &CardStatement<'_>, bill: Bill) -> ClosedStatement {
    let total = statement.total(bill);
    let mut closed = ClosedStatement::default();
    closed.billing_date = Some(Date::from(bill.closes()));
    closed.bill_month = Some(month(bill).into());
    closed.bill_amount = Some(total.number());
    closed.minimum_payment = Some(crate::card_report::minimum(total).number());
    if statement.is_paid(bill) {
        closed.payment_date = Some(Date::from(bill.due()));
        closed.payment_amount = Some(total.number());
    }
    closed.entries = statement.entries(bill).map(|purchase| entry(&purchase)).collect();
    closed
}

/// `mar/20`.
fn month(bill: Bill) -> String {
    let due = bill.due();
    let name = MONTHS[usize::from(due.month().unsigned_abs()) - 1];
    format!("{name}/{:02}", due.year().rem_euclid(100))
}

fn entry(purchase: &Purchase) -> CardEntry {
    let mut head = Entry::default();
    head.date = Some(Date::from(day::of(purchase.at)));
    // A purchase is negative here.
    head.amount = Some((Centavos(0) - purchase.amount).number());
    head.description = Some((*purchase.merchant.name).into());
    let mut entry = CardEntry::default();
    entry.entry = head;
    entry.currency = Some("BRL".into());
    entry.category = Some(purchase.merchant.categories[0].into());
    let [number, count] = purchase.instalment.unwrap_or_default();
    entry.payment_type = Some(if count > 0 { CardPaymentType::APrazo } else { CardPaymentType::AVista });
    entry.charge_identificator = Some(format!("PARCELA_{number}").into());
    entry.charge_number = Some(count.into());
    entry
}
