use jiff::Timestamp;
use klavi_types::Json;

use super::version::Version;
use crate::Subject;
use crate::institutions::Institution;

/// What a report covers.
pub struct Scope<'a> {
    pub seed: u64,
    pub now: Timestamp,
    pub subject: &'a Subject,
    pub sources: &'a [Source],
    pub version: Version,
    pub length: Length,
    /// What stands for the customer's CPF where CPFs are encoded.
    pub encoded_cpf: Option<&'a str>,
    /// Whether a bank that should be there is missing.
    pub partial: bool,
    pub request_id: &'a str,
    pub external_info: Option<&'a Json>,
}

impl Scope<'_> {
    /// The CPF as the report has it.
    pub fn shown_cpf(&self) -> Option<&str> {
        self.subject.cpf().map(|cpf| self.encoded_cpf.unwrap_or(cpf))
    }
}

/// A bank that a link's consents open.
pub struct Source {
    pub institution: &'static Institution,
    pub link_id: String,
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
