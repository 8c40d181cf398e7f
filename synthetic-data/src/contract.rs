//! Credit contracts and their instalments. Must not know about reports.

use jiff::ToSpan;
use jiff::civil::Date;

use super::account::Account;
use super::day;
use super::money::Centavos;
use crate::seeded;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CreditKind {
    Loan,
    Financing,
    InvoiceFinancing,
    Overdraft,
}

/// A credit contract: one equal instalment each month.
pub(crate) struct Contract<'a> {
    pub(crate) account: &'a Account<'a>,
    pub(crate) kind: CreditKind,
    /// Tells it from the others of that kind.
    pub(crate) name: String,
    /// The month of the first instalment.
    begin: Date,
    /// How many instalments.
    pub(crate) term: i64,
    pub(crate) instalment: Centavos,
    /// Interest a month, in millionths.
    pub(crate) rate: i64,
}

impl<'a> Contract<'a> {
    /// On which an instalment is due; it counts as paid from the next day on.
    pub(crate) const DUE_DAY: i8 = 15;

    /// The contract that has an instalment in the month of that first day: when one is paid off, the next begins.
    pub(crate) fn running(account: &'a Account<'a>, kind: CreditKind, first: Date) -> Self {
        let mut rng = account.customer.rng(&["credit", kind.word(), account.institution.code]);
        let [shortest, longest] = kind.terms();
        let term = rng.i64(shortest..=longest);
        let number = day::month_number(first) + rng.i64(0..term);
        let begin = first.saturating_sub(number.rem_euclid(term).months());
        Self::new(account, kind, number.div_euclid(term).to_string(), begin, term)
    }

    /// A contract of which so many instalments are paid today.
    pub(crate) fn with_paid(
        account: &'a Account<'a>,
        kind: CreditKind,
        index: u64,
        paid: i64,
        today: Date,
    ) -> Self {
        let name = format!("of many {index}");
        let left = account.customer.rng(&["credit left", kind.word(), &name]).i64(1..=24);
        let begin = last_due(today).saturating_add((1 - paid).months());
        Self::new(account, kind, name, begin, paid + left)
    }

    fn new(account: &'a Account<'a>, kind: CreditKind, name: String, begin: Date, term: i64) -> Self {
        let mut rng = account.customer.rng(&["contract", kind.word(), account.institution.code, &name]);
        let usual = Centavos(account.customer.income.0 * 4 / 100);
        Self {
            account,
            kind,
            name,
            begin,
            term,
            instalment: usual.around(&mut rng, 20),
            rate: rng.i64(12_000..35_000),
        }
    }

    /// Digits of one purpose of this contract.
    pub(crate) fn digits(&self, purpose: &str, length: usize) -> String {
        let words = [purpose, self.kind.word(), self.account.institution.code, &self.name];
        seeded::digits(&mut self.account.customer.rng(&words), length)
    }

    /// When it was signed: in the month before the first instalment.
    pub(crate) fn signed(&self) -> Date {
        self.begin.saturating_sub(1.month()).saturating_add(4.days())
    }

    /// When an instalment is due, counted from 0.
    pub(crate) fn due(&self, number: i64) -> Date {
        self.begin.saturating_add(number.months()).saturating_add(i64::from(Self::DUE_DAY - 1).days())
    }

    /// How many instalments are paid.
    pub(crate) fn paid(&self, today: Date) -> i64 {
        let due = day::month_number(last_due(today)) - day::month_number(self.begin) + 1;
        due.clamp(0, self.term)
    }

    /// What so many instalments still to come are worth: the debt.
    pub(crate) fn worth(&self, instalments: i64) -> Centavos {
        let add = |worth: i64, _| (worth + self.instalment.0) * 1_000_000 / (1_000_000 + self.rate);
        Centavos((0..instalments).fold(0, add))
    }
}

/// The month of the last instalment that a contract can have paid.
fn last_due(today: Date) -> Date {
    let first = today.first_of_month();
    if today.day() > Contract::DUE_DAY { first } else { first.saturating_sub(1.month()) }
}

impl CreditKind {
    pub(crate) const ALL: [Self; 4] = [Self::Loan, Self::Financing, Self::InvoiceFinancing, Self::Overdraft];

    fn word(self) -> &'static str {
        match self {
            Self::Loan => "loan",
            Self::Financing => "financing",
            Self::InvoiceFinancing => "invoice financing",
            Self::Overdraft => "overdraft",
        }
    }

    /// Fewest and most instalments.
    pub(crate) fn terms(self) -> [i64; 2] {
        match self {
            Self::Loan => [24, 48],
            Self::Financing => [36, 60],
            Self::InvoiceFinancing => [3, 12],
            Self::Overdraft => [1, 3],
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Subject;
    use crate::customer::Customer;
    use crate::institutions;

    #[test]
    fn one_instalment_is_due_each_month_and_counts_as_paid_the_day_after() {
        let customer = Customer::new(3, &Subject::Person { cpf: "12345678909".to_owned() });
        let account = Account::checking(&customer, institutions::find("341").unwrap());
        for kind in CreditKind::ALL {
            for months in 0..80 {
                let first = date(2026, 1, 1).saturating_add(months.months());
                let contract = Contract::running(&account, kind, first);
                let before = contract.paid(first.saturating_add(14.days()));
                assert_eq!(contract.due(before).first_of_month(), first);
                assert_eq!(contract.paid(first.saturating_add(15.days())), before + 1);
                assert!(contract.signed() < contract.due(0) && before < contract.term);
            }
            for paid in [0, 1, 60] {
                for today in [date(2026, 3, 15), date(2026, 3, 16), date(2026, 1, 31)] {
                    assert_eq!(Contract::with_paid(&account, kind, 0, paid, today).paid(today), paid);
                }
            }
        }
    }
}
