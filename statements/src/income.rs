//! Income out of the entries of a ledger, and why it is taken for income.
//!
//! [`detect`] groups the credits of checking and savings accounts by payer and keeps the payers of which something says
//! that they pay income: the type of the entry, the category of the provider, or that they pay every month about the same.
//! Transfers between the customer's own accounts, refunds, loans paid out and redemptions of investments are left out and
//! listed with the reason.
//!
//! # Limits
//!
//! - It sees net pay that arrives on a connected account. Gross pay, deductions and what is paid in cash are in no report.
//! - Reports name no payer but by tax id, and often not even by that. Then equal text stands for one payer: several people
//!   who pay under one generic text, such as `PIX RECEBIDO`, are one, and a payer whose text changes is several.
//! - Regular support by a relative looks like pay. A transfer from an own account that is not connected does too, unless
//!   the report names the customer as counterparty.
//! - Sales of a company come from many payers, each too rarely to recur: most are unexplained.
//! - Only months that the ledger covers count; the first and the last may be incomplete.
//! - It does not know whether the income goes on.

mod credits;
mod payer;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use provider_wire::{Amount, Text};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{AccountKey, EntryKey, LedgerEntry};
use credits::Credit;
pub use payer::Payer;
pub use rules::Rules;

/// What credits are: income by payer, or something else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Income {
    /// Income, by payer and currency.
    pub streams: Vec<IncomeStream>,
    /// Credits that are no income.
    pub excluded: Vec<ExcludedCredit>,
    /// Credits of which nothing says whether they are income.
    pub unexplained: Vec<EntryRef>,
}

/// What one payer pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IncomeStream {
    /// Who pays, as far as reports say.
    pub payer: Payer,
    /// ISO 4217 code of all amounts; `None` for reais, stated or not.
    pub currency: Option<Text>,
    /// Why it is taken for income; never empty.
    pub reasons: BTreeSet<IncomeReason>,
    /// The months in which something was paid.
    pub months: Vec<IncomeMonth>,
    /// The median of the months, the lower of two; `None` where a month has more than 28 digits.
    pub typical_month: Option<Amount>,
    /// Day of the first payment.
    pub first_day: Date,
    /// Day of the last payment.
    pub last_day: Date,
    /// The payments, by day.
    pub entries: Vec<EntryRef>,
}

/// What was paid in one month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct IncomeMonth {
    /// First day of the month.
    pub month: Date,
    /// The exact sum; `None` where it has more than 28 digits.
    pub amount: Option<Amount>,
    /// How many payments.
    pub payments: usize,
}

/// Why credits are taken for income.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IncomeReason {
    /// The bank calls one of them pay: `FOLHA_PAGAMENTO`.
    Payroll,
    /// The bank calls one of them pay that another bank passes on: `PORTABILIDADE_SALARIO`.
    PayrollPortability,
    /// The provider's category of one of them is income.
    Category,
    /// The payer, known by its tax id, pays every month about the same.
    RecurringPayer,
    /// Credits of one text come every month at about the same amount.
    RecurringDescription,
    /// The provider marks one of them as recurring.
    MarkedRecurring,
    /// The bank calls one of them the yield of an investment: `RENDIMENTO_APLIC_FINANCEIRA`.
    InvestmentYield,
}

/// A credit that is no income.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ExcludedCredit {
    /// The credit.
    pub entry: EntryRef,
    /// What it is.
    pub reason: ExclusionReason,
}

/// What a credit is that is no income.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ExclusionReason {
    /// Money from another account, reserve or investment of the customer.
    OwnTransfer,
    /// Cancels a debit, or says that it is a refund.
    Refund,
    /// A loan paid out.
    Loan,
    /// An investment redeemed.
    Redemption,
}

/// An entry of a ledger.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EntryRef {
    /// Key of its account.
    pub account: AccountKey,
    /// Key of the entry.
    pub key: EntryKey,
}

/// Finds income among the entries of a ledger. Only booked credits count, and those of which the bank does not say whether
/// they are booked; cards have no income.
///
/// ```
/// use statements::income::{IncomeReason, Rules, detect};
/// # use statements::{AccountIdentity, AccountKind, Bank, Entry, Ledger, Source, Statement};
/// # let account = AccountIdentity::of_account(AccountKind::Checking, &Bank::default(), Some("1"), Some("2"));
/// # let mut statement = Statement::new(account, Source::new("klavi", None), "2026-02-10T12:00:00Z".parse()?);
/// # let mut entry = Entry::default();
/// # entry.day = Some(jiff::civil::date(2026, 2, 5));
/// # entry.amount = Some("3000.00".parse()?);
/// # entry.entry_type = Some("FOLHA_PAGAMENTO".into());
/// # statement.entries.push(entry);
/// # let mut ledger = Ledger::new();
/// # ledger.reconcile([&statement]);
///
/// let income = detect(ledger.entries(), &Rules::default());
/// let salary = &income.streams[0];
/// assert!(salary.reasons.contains(&IncomeReason::Payroll));
/// assert_eq!(salary.months[0].amount.unwrap().to_string(), "3000.00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn detect<'a>(entries: impl IntoIterator<Item = LedgerEntry<'a>>, rules: &Rules) -> Income {
    let mut income = Income::default();
    let mut payers: BTreeMap<(Payer, Option<Text>), Vec<Credit<'_>>> = BTreeMap::new();
    for (credit, exclusion) in credits::of(entries, rules) {
        let entry = credit.entry_ref();
        match (exclusion, credit.payer()) {
            (Some(reason), _) => income.excluded.push(ExcludedCredit { entry, reason }),
            (None, Some(payer)) => payers.entry((payer, credit.currency.clone())).or_default().push(credit),
            (None, None) => income.unexplained.push(entry),
        }
    }
    for ((payer, currency), credits) in payers {
        match stream(payer, currency, &credits, rules) {
            Some(stream) => income.streams.push(stream),
            None => income.unexplained.extend(credits.iter().map(Credit::entry_ref)),
        }
    }
    income.unexplained.sort_unstable();
    income
}

/// The stream of one payer, if anything says that it is income. Credits come by day.
fn stream(
    payer: Payer,
    currency: Option<Text>,
    credits: &[Credit<'_>],
    rules: &Rules,
) -> Option<IncomeStream> {
    let mut months: BTreeMap<Date, IncomeMonth> = BTreeMap::new();
    for credit in credits {
        let month = credit.day.first_of_month();
        let empty = IncomeMonth { month, amount: Some(Amount::ZERO), payments: 0 };
        let month = months.entry(month).or_insert(empty);
        month.amount = month.amount.and_then(|sum| sum.checked_add(credit.amount));
        month.payments += 1;
    }
    let months: Vec<_> = months.into_values().collect();
    let typical_month = median(&months);
    let mut reasons: BTreeSet<_> = credits.iter().flat_map(|credit| credit.reasons(rules)).collect();
    if typical_month.is_some_and(|typical| is_monthly(&months, typical, rules)) {
        reasons.insert(match payer {
            Payer::TaxId(_) => IncomeReason::RecurringPayer,
            Payer::Description(_) => IncomeReason::RecurringDescription,
        });
    }
    if reasons.is_empty() {
        return None;
    }
    Some(IncomeStream {
        payer,
        currency,
        reasons,
        months,
        typical_month,
        first_day: credits.first()?.day,
        last_day: credits.last()?.day,
        entries: credits.iter().map(Credit::entry_ref).collect(),
    })
}

fn median(months: &[IncomeMonth]) -> Option<Amount> {
    let mut sums: Vec<_> = months.iter().map(|month| month.amount).collect::<Option<_>>()?;
    sums.sort_unstable();
    sums.get(sums.len().checked_sub(1)? / 2).copied()
}

/// Whether at least three in four months from the first to the last have a payment, and at least three in four of these are
/// near the median. So a 13th salary or a month of leave does not end a stream.
fn is_monthly(months: &[IncomeMonth], typical: Amount, rules: &Rules) -> bool {
    let number = |month: &IncomeMonth| i64::from(month.month.year()) * 12 + i64::from(month.month.month());
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return false };
    let span = usize::try_from(number(last) - number(first) + 1).unwrap_or(usize::MAX);
    let steady =
        months.iter().filter(|month| is_near(month.amount, typical, rules.tolerance_percent)).count();
    months.len() >= rules.min_months
        && months.len() * 4 >= span.saturating_mul(3)
        && steady * 4 >= months.len() * 3
}

/// `false` too where the products have more than 28 digits.
fn is_near(amount: Option<Amount>, typical: Amount, percent: u32) -> bool {
    let near = || {
        let difference = amount?.decimal().checked_sub(typical.decimal())?.abs();
        let (hundred, percent) = (Decimal::ONE_HUNDRED, Decimal::from(percent));
        Some(difference.checked_mul(hundred)? <= typical.decimal().abs().checked_mul(percent)?)
    };
    near().unwrap_or(false)
}
