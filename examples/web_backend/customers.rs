use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use klavi_types::reports::AnyReport;
use klavi_types::statements::{Entry, Ledger};
use klavi_types::{ConsentId, InstitutionCode};
use tokio::sync::watch;
use uuid::Uuid;

pub(crate) type CustomerId = Uuid;

/// A bank that a customer has connected.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) bank: InstitutionCode,
    /// Absent until the reports have been asked for.
    asked: Option<usize>,
}

#[derive(Default)]
struct Customer {
    connections: HashMap<ConsentId, Connection>,
    /// Follows entries over many reports, from scheduled to booked, without doubling any.
    ledger: Ledger,
    reports: HashSet<String>,
}

impl Customer {
    /// Whether all that was asked for has come.
    fn settled(&self) -> bool {
        let asked: Option<usize> = self.connections.values().map(|connection| connection.asked).sum();
        !self.connections.is_empty() && asked.is_some_and(|asked| self.reports.len() >= asked)
    }
}

/// What a database of your own would keep.
#[derive(Clone)]
pub(crate) struct Customers(Arc<watch::Sender<HashMap<CustomerId, Customer>>>);

impl Default for Customers {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::default()))
    }
}

impl Customers {
    /// Notes a connection; false where its reports have been asked for already.
    pub(crate) fn connected(
        &self,
        customer: &CustomerId,
        consent: &ConsentId,
        bank: &InstitutionCode,
    ) -> bool {
        let mut first = false;
        self.change(customer, |customer| {
            let connection = Connection { bank: bank.clone(), asked: None };
            first = customer.connections.entry(consent.clone()).or_insert(connection).asked.is_none();
        });
        first
    }

    pub(crate) fn asked(&self, customer: &CustomerId, consent: &ConsentId, reports: usize) {
        self.change(customer, |customer| {
            if let Some(connection) = customer.connections.get_mut(consent) {
                connection.asked = Some(reports);
            }
        });
    }

    pub(crate) fn reported(&self, customer: &CustomerId, key: &str, report: &AnyReport) {
        self.change(customer, |customer| {
            // A report that was taken in says nothing new.
            if customer.reports.insert(key.to_owned()) {
                customer.ledger.reconcile(&report.statements());
            }
        });
    }

    /// Until everything that was asked for has come, or patience is at its end.
    pub(crate) async fn settled(&self, customer: &CustomerId, patience: Duration) {
        let mut changes = self.0.subscribe();
        let settled = changes.wait_for(|all| all.get(customer).is_some_and(Customer::settled));
        // What is there is shown in any case.
        let _ = tokio::time::timeout(patience, settled).await;
    }

    pub(crate) fn banks(&self, customer: &CustomerId) -> Vec<InstitutionCode> {
        let all = self.0.borrow();
        let connections = all.get(customer).into_iter().flat_map(|customer| customer.connections.values());
        let mut banks: Vec<_> = connections.map(|connection| connection.bank.clone()).collect();
        banks.sort();
        banks.dedup();
        banks
    }

    /// The newest first.
    pub(crate) fn entries(&self, customer: &CustomerId) -> Vec<Entry> {
        let all = self.0.borrow();
        let entries = all.get(customer).into_iter().flat_map(|customer| customer.ledger.entries());
        let mut entries: Vec<_> = entries.map(|kept| kept.entry.clone()).collect();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.day));
        entries
    }

    fn change(&self, customer: &CustomerId, change: impl FnOnce(&mut Customer)) {
        self.0.send_modify(|all| change(all.entry(*customer).or_default()));
    }
}
