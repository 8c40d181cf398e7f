//! Cards and their bills in the shape of Klavi's reports. Must not decide what was bought.

use klavi_types::reports::{
    BillPayment, BillPaymentMode, BillPaymentType, CardEntry, CardPaymentType, CardStatement as CardBill,
    CategorizedCard, ChargeIdentificator, CreditCard, CreditDebitType, Head,
};
use klavi_types::{Date, DateTime, List, OneOrMany};
use provider_wire::Record;
use serde::{Serialize, Serializer};

use super::bill::Bill;
use super::card::Card;
use super::card_statement::CardStatement;
use super::day;
use super::members::{Lazy, With};
use super::messy::{Mess, Tally, Told};
use super::money::Centavos;
use super::purchases::Purchase;
use super::recurrence::Recurrence;
use super::scope::Scope;
use super::statement_report::Tier;

/// The part of the total that has to be paid at least, in percent.
const MINIMUM: i64 = 15;

/// The least that has to be paid of a closed bill.
pub(crate) fn minimum(total: Centavos) -> Centavos {
    Centavos(total.0 * MINIMUM / 100)
}

/// A report on cards with their bills.
pub(crate) fn report<'a>(
    scope: &'a Scope<'_>,
    tally: &'a Tally,
    head: Head,
    cards: &'a [Card<'_>],
    tier: Tier,
) -> impl Serialize + 'a {
    let cards = move || {
        cards.iter().enumerate().map(move |(part, card)| {
            let length = scope.length.share(part, cards.len());
            let statement = CardStatement::new(card, scope.now, length);
            let recurrence = if tier == Tier::L3 { statement.recurrence() } else { Recurrence::default() };
            let mess = Mess::new(scope.messy, tally, card.customer, card.institution, "card entry");
            Shown { card, statement, style: Style { tier, recurrence }, mess }
        })
    };
    With { object: head, name: "creditCards", value: Lazy(cards) }
}

/// A card with its bills.
struct Shown<'a> {
    card: &'a Card<'a>,
    statement: CardStatement<'a>,
    style: Style,
    mess: Option<Mess<'a>>,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let limit = self.card.limit(self.statement.used());
        if self.style.tier == Tier::Plain {
            let mut card = CreditCard::default();
            card.account = self.card.account();
            card.limits = Some(OneOrMany::One(limit));
            return self.with_bills(card).serialize(serializer);
        }
        let mut card = CategorizedCard::default();
        card.account = self.card.account();
        card.limits = Some(OneOrMany::One(limit));
        card.is_active = Some(true.into());
        self.with_bills(card).serialize(serializer)
    }
}

impl Shown<'_> {
    fn with_bills<'a, R: Record + 'a>(&'a self, card: R) -> impl Serialize + 'a {
        let open = self.statement.open();
        With {
            object: With { object: card, name: "openStatement", value: self.bill(open) },
            name: "closedStatements",
            value: Lazy(|| self.statement.closed().map(|bill| self.bill(bill))),
        }
    }

    fn bill(&self, bill: Bill) -> impl Serialize + '_ {
        let is_open = bill == self.statement.open();
        let entries = move || {
            self.statement.entries(bill).map(move |purchase| {
                let entry = self.style.entry(self.card, &purchase);
                match &self.mess {
                    Some(mess) => mess.card_entry(entry, &purchase, bill, is_open),
                    None => Told::Typed(Box::new(entry)),
                }
            })
        };
        With { object: self.summary(bill), name: "transactionDetails", value: Lazy(entries) }
    }

    /// A bill without its entries. An open one lacks what is known at the end.
    fn summary(&self, bill: Bill) -> CardBill {
        let total = self.statement.total(bill);
        let mut summary = CardBill::default();
        summary.bill_month = Some(bill.month().into());
        summary.billing_date = Some(Date::from(bill.closes()));
        summary.due_date = Some(Date::from(bill.due()));
        summary.bill_total_amount = Some(total.money());
        if bill == self.statement.open() {
            return summary;
        }
        summary.bill_minimum_amount = Some(minimum(total).money());
        summary.bill_id = Some(bill_id(self.card, bill).into());
        summary.is_instalment = Some(false.into());
        let is_paid = self.statement.is_paid(bill);
        summary.is_paid = Some(is_paid.into());
        summary.payments = List::from(if is_paid { vec![payment(bill, total)] } else { Vec::new() });
        summary
    }
}

fn payment(bill: Bill, total: Centavos) -> BillPayment {
    let mut payment = BillPayment::default();
    payment.value_type = Some(BillPaymentType::ValorPagamentoFaturaRealizado);
    payment.payment_date = Some(Date::from(bill.due()));
    payment.payment_mode = Some(BillPaymentMode::DebitoContaCorrente);
    payment.amount = Some(total.plain());
    payment.currency = Some("BRL".into());
    payment
}

fn bill_id(card: &Card<'_>, bill: Bill) -> String {
    card.customer.hex(&["bill id", card.institution.code, &bill.month()], 32)
}

/// What a product shows of an entry.
struct Style {
    tier: Tier,
    recurrence: Recurrence,
}

impl Style {
    fn entry(&self, card: &Card<'_>, purchase: &Purchase) -> CardEntry {
        let mut entry = CardEntry::default();
        entry.transaction_date = Some(Date::from(day::of(purchase.at)));
        entry.transaction_date_time = Some(DateTime::from(purchase.at));
        entry.brazilian_amount = Some(purchase.amount.abs().money());
        entry.transaction_name = Some((*purchase.merchant.name).into());
        entry.identification_number = Some(card.digits.as_str().into());
        entry.transaction_id = Some(purchase.id.as_str().into());
        entry.transaction_type = Some(purchase.entry_type.clone());
        entry.bill_post_date = entry.transaction_date;
        let raises = purchase.amount.0 >= 0;
        entry.credit_debit_type =
            Some(if raises { CreditDebitType::Debito } else { CreditDebitType::Credito });
        entry.fee_type.clone_from(&purchase.fee);
        entry.payee_mcc = Some(purchase.merchant.mcc.into());
        entry.payment_type = Some(CardPaymentType::AVista);
        if let Some([number, count]) = purchase.instalment {
            entry.payment_type = Some(CardPaymentType::APrazo);
            entry.charge_identificator = charge_identificator(number);
            entry.charge_number = Some(count.into());
        }
        let [category, subcategory, third] = purchase.merchant.categories;
        if self.tier >= Tier::L2 {
            entry.category = Some(category.into());
            entry.subcategory = Some(subcategory.into());
        }
        if self.tier == Tier::L3 {
            entry.third_category = Some(third.into());
            let flags = self.recurrence.flags(&purchase.merchant.name);
            entry.f_all = Some(i64::from(flags.all).into());
            entry.f_all_month = Some(i64::from(flags.monthly).into());
            entry.f_all_c_month = Some(i64::from(flags.consecutive).into());
            entry.brand = Some((*purchase.merchant.brand).into());
        }
        entry
    }
}

/// The number as text, as in the documented example; its type can only be read.
fn charge_identificator(number: i64) -> Option<ChargeIdentificator> {
    serde_json::from_str(&format!("\"{number}\"")).ok()
}
