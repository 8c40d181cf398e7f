//! What a report covers. Must not know what is in it.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use klavi_types::Json;

use super::customer::Customer;
use super::messy::Messy;
use super::version::Version;
use crate::institutions::Institution;
use crate::{Scenario, Subject};

/// What a report covers.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// Another seed gives the same tax id another life.
    pub seed: u64,
    /// When the report is made: it shows nothing later.
    pub now: Timestamp,
    /// The customer.
    pub subject: &'a Subject,
    /// The banks, by link.
    pub sources: &'a [Source],
    /// Version of the report.
    pub version: Version,
    /// How many entries it has.
    pub length: Length,
    /// The encoded CPF of the customer, where CPFs are encoded.
    pub encoded_cpf: Option<&'a str>,
    /// Where the customer is planned, if it is there.
    pub scenario: Option<&'a Scenario>,
    /// Which kinds of trouble it has.
    pub messy: Messy,
    /// Whether a bank that should be there is missing.
    pub partial: bool,
    /// `requestId` in the head.
    pub request_id: &'a str,
    /// `externalInfo` in the head.
    pub external_info: Option<&'a Json>,
}

/// Tax ids stay out of it.
impl fmt::Debug for Scope<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope").field("seed", &self.seed).field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'a> Scope<'a> {
    /// Three months in version [`V1`](Version::V1) of clean data, complete, without a request.
    pub fn new(seed: u64, now: Timestamp, subject: &'a Subject, sources: &'a [Source]) -> Self {
        Self {
            seed,
            now,
            subject,
            sources,
            version: Version::V1,
            length: Length::ThreeMonths,
            scenario: None,
            messy: Messy::NONE,
            encoded_cpf: None,
            partial: false,
            request_id: "",
            external_info: None,
        }
    }

    /// With trouble of those kinds.
    #[must_use]
    pub fn messy(self, messy: Messy) -> Self {
        Self { messy, ..self }
    }

    pub(crate) fn customer(&self) -> Customer {
        let customer = Customer::new(self.seed, self.subject);
        match self.scenario.and_then(|scenario| scenario.holder(self.subject.tax_id())) {
            Some(plan) => customer.planned(Arc::clone(plan)),
            None => customer,
        }
    }
}

impl Scope<'_> {
    /// The CPF as the report has it.
    pub fn shown_cpf(&self) -> Option<&str> {
        self.subject.cpf().map(|cpf| self.encoded_cpf.unwrap_or(cpf))
    }
}

/// A bank that a link's consents open.
#[derive(Clone, Debug)]
pub struct Source {
    /// The bank.
    pub institution: &'static Institution,
    /// Id of the link.
    pub link_id: String,
    /// Ids of its consents at this bank.
    pub consent_ids: Vec<String>,
}

/// How many entries, movements or payments there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// What three months bring.
    ThreeMonths,
    /// So many, whatever that takes.
    Exactly(u64),
}

impl Length {
    /// What one of several parts of a report has of it.
    pub fn share(self, part: usize, parts: usize) -> Self {
        match self {
            Self::ThreeMonths => Self::ThreeMonths,
            Self::Exactly(count) => {
                let (part, parts) = (part as u64, parts as u64);
                Self::Exactly(count / parts + u64::from(part < count % parts))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_make_up_the_whole() {
        for count in [0, 1, 57, u64::MAX] {
            let shares = (0..4).map(|part| match Length::Exactly(count).share(part, 4) {
                Length::Exactly(share) => share,
                Length::ThreeMonths => panic!("not a number"),
            });
            assert_eq!(shares.sum::<u64>(), count);
        }
    }
}
