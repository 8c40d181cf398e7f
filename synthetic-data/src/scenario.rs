//! Scenario files: persons and companies whose accounts and entries you write down. Must not know how a report tells them.

mod check;
mod file;
mod plan;

use std::str::FromStr;
use std::sync::Arc;

use jiff::Timestamp;
use klavi_types::Product;

pub use self::file::File as ScenarioFile;
pub(crate) use self::plan::{AccountPlan, HolderPlan, OfKind};
use crate::{Messy, Subject};

/// The scenarios that come with this crate: name and TOML.
const READY: [(&str, &str); 6] = [
    ("salaried", include_str!("scenario/ready/salaried.toml")),
    ("freelancer", include_str!("scenario/ready/freelancer.toml")),
    ("small-company", include_str!("scenario/ready/small-company.toml")),
    ("over-indebted", include_str!("scenario/ready/over-indebted.toml")),
    ("fraud-like", include_str!("scenario/ready/fraud-like.toml")),
    ("two-banks", include_str!("scenario/ready/two-banks.toml")),
];

/// Persons and companies, their accounts and entries, and what happens to them: read from TOML.
///
/// Reports on its persons and companies follow it exactly; other tax ids have seeded data.
///
/// ```
/// use synthetic_data::{Recipe, Scenario};
///
/// let scenario = Scenario::parse(r#"
///     [[person]]
///     seed = 1
///     [[person.account]]
///     bank = "341"
///     kind = "checking"
///     opening-balance = "100.00"
///     [[person.account.entry]]
///     day = 2026-03-02
///     text = "PIX ENVIADO AMIGO SINTETICO"
///     amount = "30.00"
///     direction = "out"
/// "#)?;
/// let mut body = Vec::new();
/// Recipe::new("pf_checking_account")?.scenario(&scenario, 1)?.write(&mut body)?;
/// assert!(String::from_utf8(body)?.contains(r#""availableAmount":{"amount":"70.0000""#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scenario {
    /// What it is about.
    pub description: Option<String>,
    /// Which kinds of trouble its reports have.
    pub messy: Messy,
    /// What happens at a time.
    pub events: Vec<ScenarioEvent>,
    holders: Vec<Arc<HolderPlan>>,
    failures: Vec<Failure>,
}

/// What happens at a time of the clock.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScenarioEvent {
    /// The customer revokes the consents at a bank.
    ConsentRevoked {
        /// When.
        at: Timestamp,
        /// Code of the bank; all banks where it is missing.
        bank: Option<String>,
    },
    /// A bank does not answer.
    OutOfService {
        /// Code of the bank.
        bank: String,
        /// From when on.
        from: Timestamp,
        /// Until when; for good where it is missing.
        until: Option<Timestamp>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Failure {
    Product { name: String, code: u16 },
    Partial { bank: String },
}

/// Why a text is no scenario: one sentence with line, column and field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}{}: {problem}", field.as_ref().map(|field| format!(", {field}")).unwrap_or_default())]
pub struct ScenarioError {
    /// Line, counted from 1.
    pub line: usize,
    /// Column in characters, counted from 1.
    pub column: usize,
    /// The field, as `person.account.bank`.
    pub field: Option<String>,
    /// What is wrong.
    pub problem: String,
}

/// Why a scenario cannot be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OpenScenarioError {
    /// The file cannot be read.
    #[error("cannot read scenario {name}: {kind}; give a file, or one of {}", READY.map(|(name, _)| name).join(", "))]
    File {
        /// The file.
        name: String,
        /// What is wrong with it.
        kind: std::io::ErrorKind,
    },
    /// The file is no scenario.
    #[error("{name}, {mistake}")]
    Mistake {
        /// The file.
        name: String,
        /// The first mistake.
        mistake: ScenarioError,
    },
}

/// As [`Scenario::open`].
impl FromStr for Scenario {
    type Err = OpenScenarioError;

    fn from_str(name_or_file: &str) -> Result<Self, Self::Err> {
        Self::open(name_or_file)
    }
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// [`ScenarioError`] for the first mistake.
    pub fn parse(toml: &str) -> Result<Self, ScenarioError> {
        check::scenario(toml)
    }

    /// The scenario of that name that comes with this crate, else the one in that file.
    ///
    /// # Errors
    /// [`OpenScenarioError`] where there is no such file, or it is no scenario.
    pub fn open(name_or_file: &str) -> Result<Self, OpenScenarioError> {
        if let Some(ready) = Self::ready(name_or_file) {
            return Ok(ready);
        }
        let name = name_or_file.to_owned();
        match std::fs::read_to_string(name_or_file) {
            Ok(toml) => Self::parse(&toml).map_err(|mistake| OpenScenarioError::Mistake { name, mistake }),
            Err(error) => Err(OpenScenarioError::File { name, kind: error.kind() }),
        }
    }

    /// The one of that name among those that come with this crate.
    pub fn ready(name: &str) -> Option<Self> {
        let (_, toml) = READY.iter().find(|(ready, _)| *ready == name)?;
        Self::parse(toml).ok()
    }

    /// Names and texts of the scenarios that come with this crate.
    pub fn all_ready() -> impl Iterator<Item = (&'static str, &'static str)> {
        READY.into_iter()
    }

    /// The persons and companies, in the order of the file: first the persons.
    pub fn subjects(&self) -> impl Iterator<Item = &Subject> {
        self.holders.iter().map(|holder| &holder.subject)
    }

    /// Whether the customer of that tax id is in it.
    pub fn has(&self, tax_id: &str) -> bool {
        self.holder(tax_id).is_some()
    }

    /// Codes of the banks where a customer of the scenario has an account, each once.
    pub fn banks_of(&self, tax_id: &str) -> Vec<&'static str> {
        let mut banks = Vec::new();
        for account in self.holder(tax_id).iter().flat_map(|holder| &holder.accounts) {
            if !banks.contains(&account.bank.code) {
                banks.push(account.bank.code);
            }
        }
        banks
    }

    /// The code with which reports of a product fail.
    pub fn failure(&self, product: &Product) -> Option<u16> {
        self.failures.iter().find_map(|failure| match failure {
            Failure::Product { name, code } if name == product.as_str() => Some(*code),
            _ => None,
        })
    }

    /// Whether reports with that bank are partial.
    pub fn is_partial(&self, bank: &str) -> bool {
        self.failures
            .iter()
            .any(|failure| matches!(failure, Failure::Partial { bank: partial } if partial == bank))
    }

    /// Whether the scenario has a bank out of service at that time.
    pub fn is_out_of_service(&self, code: &str, now: Timestamp) -> bool {
        self.events.iter().any(|event| match event {
            ScenarioEvent::OutOfService { bank, from, until } => {
                bank == code && *from <= now && until.is_none_or(|until| now < until)
            }
            ScenarioEvent::ConsentRevoked { .. } => false,
        })
    }

    pub(crate) fn holder(&self, tax_id: &str) -> Option<&Arc<HolderPlan>> {
        self.holders.iter().find(|holder| holder.subject.tax_id() == tax_id)
    }
}
