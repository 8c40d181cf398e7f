//! Synthetic Brazilian customers and the reports about them, without HTTP: for tests, fixtures and mocks.
//!
//! The same seed and tax id give the same customer. The reports of a customer fit together, and they grow with the
//! clock: a later report shows the entries of an earlier one, and more. No person or company in them exists.
//!
//! ```
//! use klavi_types::reports::{AnyReport, decode_report};
//! use synthetic_data::Recipe;
//!
//! let mut body = Vec::new();
//! Recipe::new("pf_checking_account")?.seed(7).write(&mut body)?;
//! let AnyReport::CheckingAccounts(report) = decode_report(&body)?.value else { panic!("another product") };
//! let account = &report.content.checking_accounts[0];
//! let last = account.entries.iter().last().and_then(|entry| entry.post_transaction_balance.as_ref());
//! let available = account.head.balances.as_ref().and_then(|balances| balances.available_amount.as_ref());
//! assert_eq!(last.unwrap().amount.unwrap().decimal(), available.unwrap().amount.unwrap().decimal());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! - [`Recipe`] writes a report of any product and length; [`write()`] does so for a [`Scope`] of your own.
//! - [`legacy`] has the reports of the first generation, [`activity`] what other providers show.
//! - [`institutions`], [`tax_id`] and [`seeded`] are what mocks build on.

mod account;
mod activity;
mod bill;
mod card;
mod card_report;
mod card_statement;
pub mod categories;
mod checking;
mod company_months;
mod contract;
mod counterparty;
mod credit_report;
mod credit_risk;
mod customer;
mod day;
mod draft;
mod fixed_income;
mod fund;
mod generate;
mod head;
mod holding;
mod identity;
pub mod institutions;
mod investment_report;
pub mod legacy;
mod members;
mod messy;
mod money;
mod person_months;
mod planned;
mod purchases;
mod recurrence;
mod relations;
mod round_trips;
mod savings;
mod scenario;
mod scope;
pub mod seeded;
mod statement;
mod statement_report;
mod subject;
pub mod tax_id;
mod truth;
mod variable_income;
mod version;

use std::io;

use klavi_types::api::PermissionGroup;
use klavi_types::reports::Report;
use klavi_types::{PersonType, Product, ProductName};
use serde::Serialize;

use self::account::{Account, Branch};
pub use self::activity::{Activity, activity, name};
use self::contract::CreditKind;
pub use self::generate::{BANK, Ids, Recipe, RecipeError, seeded_id, subject};
use self::holding::InvestmentKind;
use self::messy::Tally;
pub use self::messy::{Counts, Messy, Trouble};
pub use self::recurrence::{Flags, Recurrence};
use self::relations::Relations;
pub use self::scenario::{OpenScenarioError, Scenario, ScenarioError, ScenarioEvent, ScenarioFile};
pub use self::scope::{Length, Scope, Source};
use self::statement_report::Tier;
pub use self::subject::Subject;
pub use self::truth::{TrueEntry, truth};
pub use self::version::{ParseVersionError, Version};

/// The permission groups that a mock asks the user for: those of docs.klavi.ai/connect/get-a-consent.
pub const PERMISSIONS: [PermissionGroup; 5] = [
    PermissionGroup::AccountsAll,
    PermissionGroup::CreditCardsAll,
    PermissionGroup::CreditOperationsAll,
    PermissionGroup::RegistrationAll,
    PermissionGroup::InvestmentsAll,
];

/// The products that the mock's contract has: every one that was seen for that kind of person.
pub fn contract(person: PersonType) -> Vec<Product> {
    let seen = |name: &ProductName| person == PersonType::Personal || !ONLY_PERSONAL.contains(name);
    let others = ProductName::ALL.iter().filter(|name| !FIRST.contains(name));
    let names = FIRST.iter().chain(others).filter(|name| seen(name));
    names.map(|name| Product::new(person, *name)).collect()
}

/// They lead the list of "all".
const FIRST: [ProductName; 3] =
    [ProductName::CategorizedCheckingL3, ProductName::Balance, ProductName::Identity];

/// No page or public code has them with `pj_`.
const ONLY_PERSONAL: [ProductName; 4] =
    [ProductName::CreditOperations, ProductName::Investments, ProductName::CreditRisk, ProductName::Identity];

/// Whether a report of the product has entries, movements or payments, so that there can be any number of them.
pub fn has_entries(name: ProductName) -> bool {
    !matches!(name, ProductName::Balance | ProductName::Identity | ProductName::CreditRisk)
}

/// The body of a report, and how much trouble it has; `None` where no bank can be reached or the product is not known.
pub fn report(scope: &Scope<'_>, product: &Product, report_id: &str) -> Option<(Vec<u8>, Counts)> {
    if scope.sources.is_empty() {
        return None;
    }
    let mut body = Vec::new();
    let counts = write(scope, product, report_id, &mut body).ok()?;
    Some((body, counts))
}

/// Writes the body of a report and says how much trouble it has. Of entries, contracts and holdings one at a time is in memory.
///
/// # Errors
/// Those of the writer; [`Unsupported`](io::ErrorKind::Unsupported) where the product is not known.
pub fn write(
    scope: &Scope<'_>,
    product: &Product,
    report_id: &str,
    mut out: impl io::Write,
) -> io::Result<Counts> {
    let customer = scope.customer();
    let relations = Relations::new(&customer, scope);
    let head = head::head(scope, product, report_id, &relations);
    let Relations { checking, savings, cards } = &relations;
    let out = &mut out;
    if scope.scenario.is_some_and(|scenario| scenario.failure(product).is_some()) {
        json(out, &head)?;
        return Ok(Counts::default());
    }

    let tally = Tally::default();
    let accounts =
        |name, accounts, tier| statement_report::report(scope, &tally, head.clone(), name, accounts, tier);
    let cards = |tier| card_report::report(scope, &tally, head.clone(), cards, tier);
    let credit = |kind| credit_report::of_kind(scope, head.clone(), checking, kind);
    let investment = |kind| investment_report::of_kind(scope, head.clone(), checking, kind);
    let shown: &[&[Account<'_>]] = match product.name() {
        Some(
            ProductName::SavingsAccount
            | ProductName::CategorizedSavingsL2
            | ProductName::CategorizedSavingsL3,
        ) => &[savings],
        Some(
            ProductName::CreditCard
            | ProductName::CategorizedCreditcardL2
            | ProductName::CategorizedCreditcardL3,
        ) => &[],
        Some(ProductName::Balance) => &[checking, savings],
        _ => &[checking],
    };
    let without = shown.iter().copied().flatten().filter(|account| account.branch_told != Branch::Number);
    tally.add(Trouble::MissingBranch, without.count() as u64);
    match product.name() {
        Some(ProductName::CheckingAccount) => json(out, &accounts("checkingAccounts", checking, Tier::Plain)),
        Some(ProductName::CategorizedCheckingL2) => {
            json(out, &accounts("checkingAccounts", checking, Tier::L2))
        }
        Some(ProductName::CategorizedCheckingL3) => {
            json(out, &accounts("checkingAccounts", checking, Tier::L3))
        }
        Some(ProductName::SavingsAccount) => json(out, &accounts("savingsAccounts", savings, Tier::Plain)),
        Some(ProductName::CategorizedSavingsL2) => json(out, &accounts("savingsAccounts", savings, Tier::L2)),
        Some(ProductName::CategorizedSavingsL3) => json(out, &accounts("savingsAccounts", savings, Tier::L3)),
        Some(ProductName::CreditCard) => json(out, &cards(Tier::Plain)),
        Some(ProductName::CategorizedCreditcardL2) => json(out, &cards(Tier::L2)),
        Some(ProductName::CategorizedCreditcardL3) => json(out, &cards(Tier::L3)),
        Some(ProductName::Balance) => {
            json(out, &Report::new(head, statement_report::balances(scope, relations.accounts())))
        }
        Some(ProductName::Identity) => json(out, &Report::new(head, identity::report(scope, checking))),
        Some(ProductName::CreditRisk) => json(out, &Report::new(head, credit_risk::report(scope, checking))),
        Some(ProductName::Loans) => json(out, &credit(CreditKind::Loan)),
        Some(ProductName::Financing) => json(out, &credit(CreditKind::Financing)),
        Some(ProductName::InvoiceFinancing) => json(out, &credit(CreditKind::InvoiceFinancing)),
        Some(ProductName::UnarrangedAccountOverdraft) => json(out, &credit(CreditKind::Overdraft)),
        Some(ProductName::CreditOperations) => json(out, &credit_report::of_all(scope, head, checking)),
        Some(ProductName::BankFixedIncomes) => json(out, &investment(InvestmentKind::BankFixedIncome)),
        Some(ProductName::CreditFixedIncomes) => json(out, &investment(InvestmentKind::CreditFixedIncome)),
        Some(ProductName::VariableIncomes) => json(out, &investment(InvestmentKind::VariableIncome)),
        Some(ProductName::TreasureTitles) => json(out, &investment(InvestmentKind::TreasureTitle)),
        Some(ProductName::Funds) => json(out, &investment(InvestmentKind::Fund)),
        Some(ProductName::Investments) => json(out, &investment_report::of_all(scope, head, checking)),
        _ => Err(io::ErrorKind::Unsupported.into()),
    }?;
    Ok(tally.counts())
}

fn json(out: &mut impl io::Write, report: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(out, report).map_err(io::Error::from)
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
