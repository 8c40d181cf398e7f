//! Synthetic Brazilian customers and their reports. The same seed and tax id give the same customer, whose statement
//! grows with the clock; nobody in it exists.

mod account;
mod balance;
mod checking;
mod company_months;
mod counterparty;
mod customer;
mod draft;
mod head;
mod identity;
mod money;
mod person_months;
mod recurrence;
mod statement;

use jiff::Timestamp;
use klavi_types::reports::Report;
use klavi_types::{Json, PersonType, Product, ProductName};
use serde::Serialize;

use self::account::Account;
use self::customer::Customer;
use crate::institutions::Institution;
use crate::store::Subject;

/// What a report covers.
pub(crate) struct Scope<'a> {
    pub(crate) seed: u64,
    pub(crate) now: Timestamp,
    pub(crate) subject: &'a Subject,
    pub(crate) sources: &'a [Source],
    /// Whether a bank that should be there is missing.
    pub(crate) partial: bool,
    pub(crate) request_id: &'a str,
    pub(crate) external_info: Option<&'a Json>,
}

/// A bank that a link's consents open.
pub(crate) struct Source {
    pub(crate) institution: &'static Institution,
    pub(crate) link_id: String,
    pub(crate) consent_ids: Vec<String>,
}

/// The products that the mock's contract has.
pub(crate) fn contract(person: PersonType) -> Vec<Product> {
    let names: &[ProductName] = match person {
        PersonType::Personal => {
            &[ProductName::CategorizedCheckingL3, ProductName::Balance, ProductName::Identity]
        }
        PersonType::Business => &[ProductName::CategorizedCheckingL3, ProductName::Balance],
    };
    names.iter().map(|name| Product::new(person, *name)).collect()
}

/// The body of a report; `None` where no bank can be reached or the mock does not have the product.
pub(crate) fn report(scope: &Scope<'_>, product: &Product, report_id: &str) -> Option<Vec<u8>> {
    let customer = Customer::new(scope.seed, scope.subject);
    let accounts = accounts(scope, &customer);
    let first = accounts.first()?;
    let head = head::head(scope, product, report_id, &accounts);
    match (product.name()?, scope.subject) {
        (ProductName::CategorizedCheckingL3, _) => {
            body(&Report::new(head, checking::report(scope, &accounts)))
        }
        (ProductName::Balance, _) => body(&Report::new(head, balance::report(scope, &accounts))),
        (ProductName::Identity, Subject::Person { .. }) => {
            body(&Report::new(head, identity::report(&customer, first)))
        }
        _ => None,
    }
}

fn body(report: &impl Serialize) -> Option<Vec<u8>> {
    serde_json::to_vec(report).ok()
}

/// One account at each bank, also where two links lead to the same one.
fn accounts<'a>(scope: &Scope<'_>, customer: &'a Customer) -> Vec<Account<'a>> {
    let mut accounts: Vec<Account<'a>> = Vec::new();
    for source in scope.sources {
        if !accounts.iter().any(|account| account.institution.code == source.institution.code) {
            accounts.push(Account::new(customer, source.institution));
        }
    }
    accounts
}
