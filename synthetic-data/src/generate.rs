//! A synthetic report of any product and any size, without a mock: the body that Klavi would push.
//!
//! ```
//! use synthetic_data::{Recipe, Version};
//! use klavi_types::reports::decode_report;
//!
//! let mut body = Vec::new();
//! Recipe::new("pf_credit_card")?.version(Version::V1_1).seed(7).transactions(1_000)?.write(&mut body)?;
//! assert_eq!(decode_report(&body)?.value.entry_count(), 1_000);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::fmt;
use std::io;
use std::sync::Arc;

use jiff::Timestamp;
use klavi_types::{PersonType, Product, ProductName};

use crate::{Counts, Length, Messy, Scenario, Scope, Source, Subject, Version, institutions, seeded, tax_id};

/// When every report is made, so that the same recipe gives the same bytes: 2026-03-20T15:00:00Z.
const AS_OF: Timestamp = Timestamp::constant(1_774_018_800, 0);
/// The bank of every report.
pub const BANK: &str = "341";

/// What report to write. The same recipe gives the same bytes; recipes of one seed are about the same customer, whose
/// reports fit together: a person for `pf_`, that person's company for `pj_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    product: Product,
    name: ProductName,
    version: Version,
    seed: u64,
    length: Length,
    messy: Messy,
    scenario: Option<(Arc<Scenario>, Subject)>,
}

impl Recipe {
    /// A report of that product, `pf_loans`: version [`V1`](Version::V1), seed 1, with what three months bring, a credit
    /// contract with all its payments.
    ///
    /// # Errors
    /// [`RecipeError::UnknownProduct`] where the name is none of [`ProductName`] with `pf_` or `pj_`.
    pub fn new(product: &str) -> Result<Self, RecipeError> {
        let unknown = || RecipeError::UnknownProduct(product.to_owned());
        let product = Product::from(product);
        let name = product.name().ok_or_else(unknown)?;
        Ok(Self {
            product,
            name,
            version: Version::default(),
            seed: 1,
            length: Length::ThreeMonths,
            messy: Messy::NONE,
            scenario: None,
        })
    }

    /// In that version.
    #[must_use]
    pub fn version(self, version: Version) -> Self {
        Self { version, ..self }
    }

    /// Of the customer of that seed.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Of a customer of the scenario, counted from 1 among those of the product's kind: persons for `pf_`, companies for
    /// `pj_`. The report covers all of the customer's banks.
    ///
    /// # Errors
    /// [`RecipeError::NoSuchCustomer`] where the scenario has none of that number.
    pub fn scenario(self, scenario: &Scenario, number: usize) -> Result<Self, RecipeError> {
        let is_company = self.product.person_type() == Some(PersonType::Business);
        let of_kind: Vec<_> =
            scenario.subjects().filter(|subject| subject.cnpj().is_some() == is_company).collect();
        let subject = number.checked_sub(1).and_then(|place| of_kind.get(place));
        let subject = subject.map(|subject| Subject::clone(subject)).ok_or(RecipeError::NoSuchCustomer {
            number,
            count: of_kind.len(),
            kind: if is_company { "companies" } else { "persons" },
        })?;
        let messy = if self.messy.is_none() { scenario.messy } else { self.messy };
        Ok(Self { scenario: Some((Arc::new(scenario.clone()), subject)), messy, ..self })
    }

    /// With trouble of those kinds. The number of entries stays the same.
    #[must_use]
    pub fn messy(self, messy: Messy) -> Self {
        Self { messy, ..self }
    }

    /// With exactly so many entries in all: entries of statements and cards, movements of investments, payments on
    /// credit contracts. Closed bills stay whole and balances right.
    ///
    /// # Errors
    /// [`RecipeError::NoEntries`] where reports of the product have none and `count` is not 0.
    pub fn transactions(self, count: u64) -> Result<Self, RecipeError> {
        if count > 0 && !crate::has_entries(self.name) {
            return Err(RecipeError::NoEntries(self.product));
        }
        Ok(Self { length: Length::Exactly(count), ..self })
    }

    /// Writes the report as JSON without a line break and says how much trouble it has. However large it is, little of it is in memory at a time; `out`
    /// is written to in small pieces, so it should have a buffer.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: impl io::Write) -> io::Result<Counts> {
        let report_id = self.id(&format!("report {} {} {:?}", self.product, self.version, self.length));
        let ids = Ids { report: &report_id, request: &self.id("request"), encoded_cpf: None };
        self.write_as(AS_OF, &ids, out)
    }

    /// As [`write`](Self::write), made at that time and with those ids.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_as(&self, now: Timestamp, ids: &Ids<'_>, out: impl io::Write) -> io::Result<Counts> {
        let subject = self.subject();
        let scenario = self.scenario.as_ref().map(|(scenario, _)| &**scenario);
        let banks = scenario.map_or_else(|| vec![BANK], |scenario| scenario.banks_of(subject.tax_id()));
        let sources: Vec<_> = banks
            .iter()
            .filter_map(|bank| institutions::find(bank))
            .map(|institution| Source {
                institution,
                link_id: self.id("link"),
                consent_ids: vec![self.id("consent")],
            })
            .collect();
        let scope = Scope {
            seed: self.seed,
            now,
            subject: &subject,
            sources: &sources,
            version: self.version,
            length: self.length,
            scenario,
            messy: self.messy,
            encoded_cpf: ids.encoded_cpf,
            partial: scenario.is_some_and(|scenario| banks.iter().any(|bank| scenario.is_partial(bank))),
            request_id: ids.request,
            external_info: None,
        };
        crate::write(&scope, &self.product, ids.report, out)
    }

    /// Its seed.
    pub fn seed_number(&self) -> u64 {
        self.seed
    }

    /// Its product.
    pub fn product(&self) -> &Product {
        &self.product
    }

    /// The CPF of the customer, or of who acts for the company.
    pub fn cpf(&self) -> String {
        self.subject().cpf().unwrap_or_default().to_owned()
    }

    fn subject(&self) -> Subject {
        if let Some((_, subject)) = &self.scenario {
            return subject.clone();
        }
        subject(self.seed, self.product.person_type().unwrap_or(PersonType::Personal))
    }

    fn id(&self, purpose: &str) -> String {
        seeded_id(self.seed, purpose)
    }
}

/// The customer of a seed.
pub fn subject(seed: u64, person: PersonType) -> Subject {
    let mut rng = seeded::rng(seed, &["subject"]);
    let cpf = tax_id::cpf(&seeded::digits(&mut rng, 9));
    match person {
        PersonType::Business => Subject::Company {
            cnpj: tax_id::cnpj(&format!("{}0001", seeded::digits(&mut rng, 8))),
            cpf: Some(cpf),
        },
        PersonType::Personal => Subject::Person { cpf },
    }
}

/// Ids of a seed: `link`, `consent`, `request`.
pub fn seeded_id(seed: u64, purpose: &str) -> String {
    seeded::uuid(seed, &["id", purpose])
}

/// What tells one report of a recipe from another.
#[derive(Clone, Copy)]
pub struct Ids<'a> {
    /// `productReportId`.
    pub report: &'a str,
    /// `requestId`.
    pub request: &'a str,
    /// The encoded CPF, where CPFs are encoded.
    pub encoded_cpf: Option<&'a str>,
}

/// The CPF stays out of it.
impl fmt::Debug for Ids<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ids")
            .field("report", &self.report)
            .field("request", &self.request)
            .finish_non_exhaustive()
    }
}

/// Why there can be no such report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RecipeError {
    /// No report has that name.
    #[error("unknown product {0:?}: a product is pf_ or pj_ and one of {names}", names = names())]
    UnknownProduct(String),
    /// Reports of that product have no entries, so there can be no number of them.
    #[error("a report of {0} has no transactions")]
    NoEntries(Product),
    /// The scenario has no such customer.
    #[error("the scenario has {count} {kind}, so there is no number {number}")]
    NoSuchCustomer {
        /// The number that was asked for.
        number: usize,
        /// How many there are.
        count: usize,
        /// `persons` or `companies`.
        kind: &'static str,
    },
}

fn names() -> String {
    ProductName::ALL.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(", ")
}
