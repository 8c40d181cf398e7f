//! Every contract once, over reports in any order.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use provider_wire::{Amount, Text};
use serde::{Deserialize, Serialize};

use super::contract::Terms;
use super::{ContractIdentity, ContractTerms, CreditKind, CreditSummary, summary};
use crate::Source;
use crate::account::plain;
use crate::latest::pairs;
use crate::marks::groups;

/// One credit report.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CreditReport {
    /// Who reports, over which consent.
    pub source: Source,
    /// When the report was made; `None` where it does not say, which counts as the oldest.
    pub as_of: Option<Timestamp>,
    /// The kinds of credit of which it lists every contract: what it does not list of these is there no longer. None of
    /// a partial or failed report, and none whose list has contracts that could not be read.
    pub complete: BTreeSet<CreditKind>,
    /// The contracts.
    pub contracts: Vec<ContractSnapshot>,
}

impl CreditReport {
    /// A report without contracts that is complete about nothing.
    pub fn new(source: Source, as_of: Option<Timestamp>) -> Self {
        Self { source, as_of, complete: BTreeSet::new(), contracts: Vec::new() }
    }
}

/// What one report says of one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ContractSnapshot {
    /// Which contract.
    pub contract: ContractIdentity,
    /// What the bank states of it.
    pub terms: ContractTerms,
}

impl ContractSnapshot {
    /// A contract and what the bank states of it.
    pub fn new(contract: ContractIdentity, terms: ContractTerms) -> Self {
        Self { contract, terms }
    }
}

/// What the contracts of one report that carry a mark state of themselves. Where two state different things, the mark is of
/// several contracts.
#[derive(Default)]
struct Carriers<'a> {
    kind: Option<CreditKind>,
    ipoc: Option<String>,
    number: Option<String>,
    signed_on: Option<&'a Date>,
    borrowed: Option<&'a Amount>,
}

impl<'a> Carriers<'a> {
    /// Adds a contract. Whether it states something else than those before.
    fn contradict(&mut self, ContractSnapshot { contract, terms }: &'a ContractSnapshot) -> bool {
        fn differs<T: PartialEq>(known: &mut Option<T>, stated: Option<T>) -> bool {
            let differs = known.is_some() && stated.is_some() && *known != stated;
            *known = known.take().or(stated);
            differs
        }
        let text = |text: &Option<Text>| plain(text.as_ref()?.as_str());
        [
            differs(&mut self.kind, Some(contract.kind())),
            differs(&mut self.ipoc, text(&terms.ipoc)),
            differs(&mut self.number, text(&terms.number)),
            differs(&mut self.signed_on, terms.signed_on.as_ref()),
            differs(&mut self.borrowed, terms.borrowed.as_ref()),
        ]
        .contains(&true)
    }
}

/// A contract, put together of every report that has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Contract {
    /// Its key, the same for every report. Personal data.
    pub key: Text,
    /// Kind of credit.
    pub kind: CreditKind,
    /// Each fact as the newest report states it that states it at all.
    pub terms: ContractTerms,
    /// When the report was made that states what is owed.
    pub outstanding_as_of: Option<Timestamp>,
    /// When the newest report that lists the contract was made.
    pub as_of: Option<Timestamp>,
    /// Whether it is listed still. `false` where a later report that is complete about its kind, of a source that listed
    /// it, does not have it.
    pub is_listed: bool,
    /// Who lists it, over which consents.
    pub sources: Vec<Source>,
}

/// Money that a bank paid out on a contract.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Disbursement {
    /// When.
    pub day: Date,
    /// The amount borrowed. What arrives may be less, for taxes and fees.
    pub amount: Amount,
    /// ISO 4217 code; `None` for reais.
    pub currency: Option<Text>,
}

/// The contracts of every credit report.
///
/// Reports are added in any order, and may be added twice. A contract that stands in two reports is one: it shares the
/// code of the Central Bank (IPOC), or the number or id at its bank. It can be saved with serde.
///
/// ```
/// use statements::credit::{ContractIdentity, ContractSnapshot, ContractTerms, Contracts, CreditKind, CreditReport};
/// use statements::{Bank, Source};
///
/// let bank = Bank { cnpj: Some("191"), ..Bank::default() };
/// let loan = ContractIdentity::new(CreditKind::Loan, &bank, None, Some("42"), None);
/// let mut terms = ContractTerms::default();
/// terms.outstanding = Some("1000.04".parse()?);
/// let mut report = CreditReport::new(Source::new("klavi", None), Some("2026-01-10T12:00:00Z".parse()?));
/// report.contracts.push(ContractSnapshot::new(loan, terms));
///
/// let mut contracts = Contracts::new();
/// contracts.add(&report);
/// contracts.add(&report);
/// let summary = contracts.summary(jiff::civil::date(2026, 1, 10));
/// let [reais] = &summary.totals[..] else { panic!("one currency") };
/// assert_eq!(reais.outstanding.unwrap().to_string(), "1000.04");
/// // The bank does not say whether an instalment is overdue.
/// assert_eq!((reais.overdue_contracts, reais.without_overdue), (0, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contracts {
    /// What is known by each set of marks, and what the bank states. Which of them are one contract is decided when it is
    /// asked, so that the order of arrival does not matter.
    #[serde(with = "pairs")]
    records: BTreeMap<(ContractIdentity, Text), Record>,
    /// Marks that two contracts of one report carried.
    ambiguous: BTreeSet<Text>,
    /// The newest report of a source that is complete about a kind.
    #[serde(with = "pairs")]
    complete: BTreeMap<(Source, CreditKind), Option<Timestamp>>,
}

/// What is known by one set of marks. It grows by union, minimum and maximum alone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Record {
    first_seen: Option<Timestamp>,
    last_seen: Option<Timestamp>,
    sources: BTreeSet<Source>,
    terms: Terms,
}

impl Record {
    fn merge(&mut self, other: &Self) {
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        self.sources.extend(other.sources.iter().cloned());
        self.terms.merge(&other.terms);
    }
}

impl Contracts {
    /// No contracts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a report.
    pub fn add(&mut self, report: &CreditReport) {
        let CreditReport { source, as_of, complete, contracts } = report;
        self.note_ambiguous(contracts);
        for kind in complete {
            let newest = self.complete.entry((source.clone(), *kind)).or_insert(*as_of);
            *newest = (*newest).max(*as_of);
        }
        let mut ordinals: HashMap<String, usize> = HashMap::new();
        for ContractSnapshot { contract, terms } in contracts {
            let by_terms = contract.by_terms(terms);
            let ordinal = ordinals.entry(by_terms.clone()).or_default();
            *ordinal += 1;
            let key = (contract.clone(), Text::from(format!("{by_terms}:{ordinal}")));
            let sources = BTreeSet::from([source.clone()]);
            let terms = Terms::of(*as_of, terms);
            let record = Record { first_seen: *as_of, last_seen: *as_of, sources, terms };
            match self.records.get_mut(&key) {
                Some(known) => known.merge(&record),
                None => drop(self.records.insert(key, record)),
            }
        }
    }

    /// A mark that two contracts of one report carry, such as a number that the bank fills in for all, identifies neither.
    fn note_ambiguous(&mut self, contracts: &[ContractSnapshot]) {
        let mut carriers: HashMap<&Text, Carriers<'_>> = HashMap::new();
        for contract in contracts {
            for mark in contract.contract.marks() {
                if carriers.entry(mark).or_default().contradict(contract) {
                    self.ambiguous.insert(mark.clone());
                }
            }
        }
    }

    /// Every contract, those that are listed no longer among them, by key.
    pub fn contracts(&self) -> Vec<Contract> {
        let records: Vec<_> =
            self.records.iter().map(|(key, record)| (self.marks(key), key.0.kind(), record)).collect();
        let unique = BTreeSet::new();
        let groups = groups(records.iter().map(|(marks, ..)| marks.as_slice()), &unique);
        let group = |places: Vec<usize>| places.into_iter().map(|place| &records[place]).collect::<Vec<_>>();
        let mut contracts: Vec<_> =
            groups.into_iter().filter_map(|places| self.contract(&group(places))).collect();
        contracts.sort_by(|one, other| one.key.cmp(&other.key));
        contracts
    }

    /// The marks that identify a contract, or what the bank states where none does.
    fn marks(&self, (contract, by_terms): &(ContractIdentity, Text)) -> Vec<Text> {
        let clear = contract.marks().iter().filter(|mark| !self.ambiguous.contains(*mark));
        let marks: Vec<_> = clear.cloned().collect();
        if marks.is_empty() { vec![by_terms.clone()] } else { marks }
    }

    fn contract(&self, group: &[&(Vec<Text>, CreditKind, &Record)]) -> Option<Contract> {
        let whole = group.iter().map(|(_, _, record)| (*record).clone()).reduce(|mut whole, record| {
            whole.merge(&record);
            whole
        })?;
        let marks = group.iter().filter_map(|(marks, _, record)| Some((record.first_seen, marks.first()?)));
        let kind = group.iter().map(|(_, kind, _)| *kind).min()?;
        let is_gone = |source: &Source| {
            let newest = self.complete.get(&(source.clone(), kind));
            newest.is_some_and(|newest| *newest > whole.last_seen)
        };
        Some(Contract {
            key: marks.min().map(|(_, mark)| mark.clone())?,
            kind,
            terms: whole.terms.terms(),
            outstanding_as_of: whole.terms.outstanding_as_of(),
            as_of: whole.last_seen,
            is_listed: !whole.sources.iter().any(is_gone),
            sources: whole.sources.into_iter().collect(),
        })
    }

    /// What is owed in all. `on` is the day as of which something is due next: mostly today.
    pub fn summary(&self, on: Date) -> CreditSummary {
        summary::of(&self.contracts(), on)
    }

    /// The money that banks paid out on contracts, as far as they state day and amount. Of a contract that was paid out in
    /// parts, the parts are not known.
    pub fn disbursements(&self) -> Vec<Disbursement> {
        let paid_out = |contract: Contract| {
            let ContractTerms { disbursed_on, borrowed, currency, .. } = contract.terms;
            let day = disbursed_on.first().copied().filter(|_| disbursed_on.len() == 1)?;
            Some(Disbursement { day, amount: borrowed?, currency })
        };
        self.contracts().into_iter().filter_map(paid_out).collect()
    }
}

impl fmt::Debug for Contracts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contracts({})", self.contracts().len())
    }
}
