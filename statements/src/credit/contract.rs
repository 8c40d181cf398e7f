//! One contract: what tells it from others, and what a bank states of it.

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::Date;
use jiff::{Span, Timestamp};
use provider_wire::{Amount, Text};
use serde::{Deserialize, Serialize};

use crate::Bank;
use crate::account::plain;
use crate::fold::{foreign, stated};
use crate::latest::Latest;

/// Kind of credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CreditKind {
    /// Loan.
    Loan,
    /// Financing.
    Financing,
    /// Discounted receivables.
    InvoiceFinancing,
    /// Advance to a depositor: an overdraft beyond what was agreed.
    UnarrangedOverdraft,
}

impl CreditKind {
    /// `loan`, `financing`, `invoice_financing`, `unarranged_overdraft`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Loan => "loan",
            Self::Financing => "financing",
            Self::InvoiceFinancing => "invoice_financing",
            Self::UnarrangedOverdraft => "unarranged_overdraft",
        }
    }
}

/// What identifies a contract: one or more marks, any of which two reports of the same contract share.
///
/// Personal data, so closed to `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContractIdentity {
    kind: CreditKind,
    /// The best first; empty where the report says nothing that identifies it.
    marks: Vec<Text>,
    /// The bank, the best name first.
    bank: Text,
}

impl ContractIdentity {
    /// A contract by its id at the Central Bank, its number at the bank and its id at the bank, as far as they are given.
    /// Punctuation, leading zeros and `NA` do not count.
    ///
    /// ```
    /// use statements::{Bank, credit::{ContractIdentity, CreditKind}};
    ///
    /// let bank = Bank { cnpj: Some("191"), ..Bank::default() };
    /// let loan = |number| ContractIdentity::new(CreditKind::Loan, &bank, Some("NA"), Some(number), None);
    /// assert_eq!(loan("0012-3"), loan("123"));
    /// ```
    pub fn new(
        kind: CreditKind,
        bank: &Bank<'_>,
        ipoc: Option<&str>,
        number: Option<&str>,
        id: Option<&str>,
    ) -> Self {
        let banks = bank.names();
        let at_bank = |what: &str, part: Option<&str>| {
            let part = part.and_then(plain);
            let of = |bank: &String| Some(format!("{}:{bank}:{what}:{}", kind.as_str(), part.as_ref()?));
            banks.iter().filter_map(of).collect::<Vec<_>>()
        };
        let ipoc = ipoc.and_then(plain).map(|ipoc| format!("ipoc:{ipoc}"));
        let marks = ipoc.into_iter().chain(at_bank("number", number)).chain(at_bank("id", id));
        let marks = marks.map(Text::from).collect();
        Self { kind, marks, bank: banks.first().map(|bank| Text::from(bank.as_str())).unwrap_or_default() }
    }

    /// Kind of credit.
    pub fn kind(&self) -> CreditKind {
        self.kind
    }

    pub(super) fn marks(&self) -> &[Text] {
        &self.marks
    }

    /// What tells it from others where no mark does: what the bank states, and the place among equal ones of a report.
    pub(super) fn by_terms(&self, terms: &ContractTerms) -> String {
        let part = |part: Option<String>| part.unwrap_or_default();
        let day = part(terms.signed_on.or(terms.first_due).map(|day| day.to_string()));
        let amount = part(terms.borrowed.map(|amount| amount.decimal().normalize().to_string()));
        format!("{}:{}:terms:{day}:{amount}", self.kind.as_str(), self.bank.as_str())
    }
}

impl fmt::Debug for ContractIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContractIdentity({}, ..)", self.kind.as_str())
    }
}

/// How often an instalment is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Frequency {
    /// Every seven days.
    Weekly,
    /// Every month.
    Monthly,
    /// Every two months.
    EveryTwoMonths,
    /// Every three months.
    Quarterly,
    /// Every six months.
    HalfYearly,
    /// Every year.
    Yearly,
}

impl Frequency {
    /// That many instalments after the first.
    pub(super) fn times(self, count: i64) -> Option<Span> {
        let months = |months: i64| Span::new().try_months(months.checked_mul(count)?).ok();
        match self {
            Self::Weekly => Span::new().try_days(count.checked_mul(7)?).ok(),
            Self::Monthly => months(1),
            Self::EveryTwoMonths => months(2),
            Self::Quarterly => months(3),
            Self::HalfYearly => months(6),
            Self::Yearly => months(12),
        }
    }
}

/// A payment out of the regular schedule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Balloon {
    /// When it is due.
    pub due: Date,
    /// How much, in the currency of the contract.
    pub amount: Option<Amount>,
}

impl Balloon {
    /// A payment on that day.
    pub fn new(due: Date, amount: Option<Amount>) -> Self {
        Self { due, amount }
    }
}

/// What a bank states of a contract. Amounts are in units of [`currency`](Self::currency).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct ContractTerms {
    /// Product within its kind, in the bank's word: `CHEQUE_ESPECIAL`.
    pub product: Option<Text>,
    /// The bank's own name of the product.
    pub product_name: Option<Text>,
    /// Number of the contract at the bank.
    pub number: Option<Text>,
    /// Id of the contract at the Central Bank.
    pub ipoc: Option<Text>,
    /// ISO 4217 code of all amounts; `None` for reais, stated or not.
    pub currency: Option<Text>,
    /// When it was signed.
    pub signed_on: Option<Date>,
    /// When it was or is to be settled.
    pub settled_on: Option<Date>,
    /// When the money was paid out.
    pub disbursed_on: BTreeSet<Date>,
    /// Amount borrowed.
    pub borrowed: Option<Amount>,
    /// What is still owed.
    pub outstanding: Option<Amount>,
    /// What remains to be paid in all, with interest to come.
    pub remaining: Option<Amount>,
    /// When the first instalment is due.
    pub first_due: Option<Date>,
    /// When the whole is due.
    pub final_due: Option<Date>,
    /// How often an instalment is due; `None` also where it is irregular.
    pub frequency: Option<Frequency>,
    /// Amount of the next instalment.
    pub next_instalment: Option<Amount>,
    /// Payments out of the regular.
    pub balloons: BTreeSet<Balloon>,
    /// Instalments paid.
    pub paid_instalments: Option<u64>,
    /// Instalments not due yet.
    pub due_instalments: Option<u64>,
    /// Instalments overdue.
    pub overdue_instalments: Option<u64>,
    /// Total effective cost (CET) a year, as a fraction: `0.29` is 29 %.
    pub cet_yearly: Option<Amount>,
    /// Total effective cost (CET) a month, as a fraction.
    pub cet_monthly: Option<Amount>,
}

/// Each fact of the newest report that states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Terms {
    product: Latest<Text>,
    product_name: Latest<Text>,
    number: Latest<Text>,
    ipoc: Latest<Text>,
    currency: Latest<Text>,
    signed_on: Latest<Date>,
    settled_on: Latest<Date>,
    disbursed_on: Latest<BTreeSet<Date>>,
    borrowed: Latest<Amount>,
    outstanding: Latest<Amount>,
    remaining: Latest<Amount>,
    first_due: Latest<Date>,
    final_due: Latest<Date>,
    frequency: Latest<Frequency>,
    next_instalment: Latest<Amount>,
    balloons: Latest<BTreeSet<Balloon>>,
    paid_instalments: Latest<u64>,
    due_instalments: Latest<u64>,
    overdue_instalments: Latest<u64>,
    cet_yearly: Latest<Amount>,
    cet_monthly: Latest<Amount>,
}

impl Terms {
    pub(super) fn of(at: Option<Timestamp>, stated_terms: &ContractTerms) -> Self {
        let ContractTerms {
            product,
            product_name,
            number,
            ipoc,
            currency,
            signed_on,
            settled_on,
            disbursed_on,
            borrowed,
            outstanding,
            remaining,
            first_due,
            final_due,
            frequency,
            next_instalment,
            balloons,
            paid_instalments,
            due_instalments,
            overdue_instalments,
            cet_yearly,
            cet_monthly,
        } = stated_terms;
        let mut terms = Self::default();
        terms.product.add(at, stated(product.as_ref()));
        terms.product_name.add(at, stated(product_name.as_ref()));
        terms.number.add(at, stated(number.as_ref()));
        terms.ipoc.add(at, stated(ipoc.as_ref()));
        terms.currency.add(at, stated(currency.as_ref()));
        terms.signed_on.add(at, signed_on.as_ref());
        terms.settled_on.add(at, settled_on.as_ref());
        terms.disbursed_on.add(at, Some(disbursed_on).filter(|all| !all.is_empty()));
        terms.borrowed.add(at, borrowed.as_ref());
        terms.outstanding.add(at, outstanding.as_ref());
        terms.remaining.add(at, remaining.as_ref());
        terms.first_due.add(at, first_due.as_ref());
        terms.final_due.add(at, final_due.as_ref());
        terms.frequency.add(at, frequency.as_ref());
        terms.next_instalment.add(at, next_instalment.as_ref());
        terms.balloons.add(at, Some(balloons).filter(|all| !all.is_empty()));
        terms.paid_instalments.add(at, paid_instalments.as_ref());
        terms.due_instalments.add(at, due_instalments.as_ref());
        terms.overdue_instalments.add(at, overdue_instalments.as_ref());
        terms.cet_yearly.add(at, cet_yearly.as_ref());
        terms.cet_monthly.add(at, cet_monthly.as_ref());
        terms
    }

    pub(super) fn merge(&mut self, other: &Self) {
        let Self {
            product,
            product_name,
            number,
            ipoc,
            currency,
            signed_on,
            settled_on,
            disbursed_on,
            borrowed,
            outstanding,
            remaining,
            first_due,
            final_due,
            frequency,
            next_instalment,
            balloons,
            paid_instalments,
            due_instalments,
            overdue_instalments,
            cet_yearly,
            cet_monthly,
        } = other;
        self.product.merge(product);
        self.product_name.merge(product_name);
        self.number.merge(number);
        self.ipoc.merge(ipoc);
        self.currency.merge(currency);
        self.signed_on.merge(signed_on);
        self.settled_on.merge(settled_on);
        self.disbursed_on.merge(disbursed_on);
        self.borrowed.merge(borrowed);
        self.outstanding.merge(outstanding);
        self.remaining.merge(remaining);
        self.first_due.merge(first_due);
        self.final_due.merge(final_due);
        self.frequency.merge(frequency);
        self.next_instalment.merge(next_instalment);
        self.balloons.merge(balloons);
        self.paid_instalments.merge(paid_instalments);
        self.due_instalments.merge(due_instalments);
        self.overdue_instalments.merge(overdue_instalments);
        self.cet_yearly.merge(cet_yearly);
        self.cet_monthly.merge(cet_monthly);
    }

    pub(super) fn terms(&self) -> ContractTerms {
        ContractTerms {
            product: self.product.get(),
            product_name: self.product_name.get(),
            number: self.number.get(),
            ipoc: self.ipoc.get(),
            currency: foreign(self.currency.get().as_ref()),
            signed_on: self.signed_on.get(),
            settled_on: self.settled_on.get(),
            disbursed_on: self.disbursed_on.get().unwrap_or_default(),
            borrowed: self.borrowed.get(),
            outstanding: self.outstanding.get(),
            remaining: self.remaining.get(),
            first_due: self.first_due.get(),
            final_due: self.final_due.get(),
            frequency: self.frequency.get(),
            next_instalment: self.next_instalment.get(),
            balloons: self.balloons.get().unwrap_or_default(),
            paid_instalments: self.paid_instalments.get(),
            due_instalments: self.due_instalments.get(),
            overdue_instalments: self.overdue_instalments.get(),
            cet_yearly: self.cet_yearly.get(),
            cet_monthly: self.cet_monthly.get(),
        }
    }

    /// When the report was made that states what is owed.
    pub(super) fn outstanding_as_of(&self) -> Option<Timestamp> {
        self.outstanding.as_of()
    }
}
