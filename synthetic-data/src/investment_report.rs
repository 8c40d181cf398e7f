//! Which investments a report of a given length shows.

use jiff::civil::Date;
use klavi_types::reports::{Head, Investments};
use serde::{Serialize, Serializer};

use super::account::Account;
use super::day;
use super::holding::{Holding, InvestmentKind};
use super::members::{Lazy, With};
use super::scope::{Length, Scope};
use super::{fixed_income, fund, variable_income};

/// How many holdings of a kind there usually are.
const HOLDINGS: u64 = 2;
/// How many movements each of them shows.
const MOVEMENTS: u64 = 3;
/// How many movements a holding shows at most.
const MOST: u64 = 60;

/// A report on one kind of investment.
pub(crate) fn of_kind<'a>(
    scope: &'a Scope<'_>,
    head: Head,
    accounts: &'a [Account<'_>],
    kind: InvestmentKind,
) -> impl Serialize + 'a {
    let lists = with_list(scope, accounts, investments(accounts), kind, scope.length);
    With { object: head, name: "investments", value: lists }
}

/// A report on all of them.
pub(crate) fn of_all<'a>(
    scope: &'a Scope<'_>,
    head: Head,
    accounts: &'a [Account<'_>],
) -> impl Serialize + 'a {
    let length = |part| scope.length.share(part, InvestmentKind::ALL.len());
    let [one, two, three, four, five] = InvestmentKind::ALL;
    let lists = with_list(scope, accounts, investments(accounts), one, length(0));
    let lists = with_list(scope, accounts, lists, two, length(1));
    let lists = with_list(scope, accounts, lists, three, length(2));
    let lists = with_list(scope, accounts, lists, four, length(3));
    let lists = with_list(scope, accounts, lists, five, length(4));
    With { object: head, name: "investments", value: lists }
}

fn investments(accounts: &[Account<'_>]) -> Investments {
    let mut investments = Investments::default();
    investments.accounts = accounts.iter().map(|account| account.with_type(account.holder())).collect();
    investments
}

fn with_list<'a, O>(
    scope: &'a Scope<'_>,
    accounts: &'a [Account<'_>],
    object: O,
    kind: InvestmentKind,
    length: Length,
) -> With<O, impl Serialize + use<'a, O>> {
    let today = day::of(scope.now);
    let holdings = move || {
        let with = accounts.iter().enumerate().filter(|(_, account)| !account.is_planned());
        with.flat_map(move |(part, account)| {
            holdings(account, kind, length.share(part, accounts.len()), today)
        })
    };
    let name = match kind {
        InvestmentKind::BankFixedIncome => "bankFixedIncomes",
        InvestmentKind::CreditFixedIncome => "creditFixedIncomes",
        InvestmentKind::VariableIncome => "variableIncomes",
        InvestmentKind::TreasureTitle => "treasureTitles",
        InvestmentKind::Fund => "funds",
    };
    With { object, name, value: Lazy(holdings) }
}

/// The usual ones, or as many as have so many movements.
fn holdings<'a>(
    account: &'a Account<'a>,
    kind: InvestmentKind,
    length: Length,
    today: Date,
) -> impl Iterator<Item = Shown<'a>> {
    let (count, each, movements) = match length {
        Length::ThreeMonths => (HOLDINGS, MOVEMENTS, HOLDINGS * MOVEMENTS),
        Length::Exactly(movements) => (movements.div_ceil(MOST).max(1), MOST, movements),
    };
    (0..count).map(move |index| {
        let months = (movements - index * each).min(each).cast_signed();
        Shown { holding: Holding::new(account, kind, index), months, today }
    })
}

struct Shown<'a> {
    holding: Holding<'a>,
    /// How many months of movements.
    months: i64,
    today: Date,
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { holding, months, today } = self;
        match holding.kind {
            InvestmentKind::BankFixedIncome => {
                fixed_income::of_bank(holding, *months, *today).serialize(serializer)
            }
            InvestmentKind::CreditFixedIncome => {
                fixed_income::of_credit(holding, *months, *today).serialize(serializer)
            }
            InvestmentKind::TreasureTitle => {
                fixed_income::of_treasury(holding, *months, *today).serialize(serializer)
            }
            InvestmentKind::VariableIncome => {
                variable_income::record(holding, *months, *today).serialize(serializer)
            }
            InvestmentKind::Fund => fund::record(holding, *months, *today).serialize(serializer),
        }
    }
}
