use jiff::Timestamp;
use klavi_types::Json;

use super::version::Version;
use crate::institutions::Institution;
use crate::store::Subject;

/// What a report covers.
pub(crate) struct Scope<'a> {
    pub(crate) seed: u64,
    pub(crate) now: Timestamp,
    pub(crate) subject: &'a Subject,
    pub(crate) sources: &'a [Source],
    pub(crate) version: Version,
    pub(crate) length: Length,
    /// What stands for the customer's CPF where CPFs are encoded.
    pub(crate) encoded_cpf: Option<&'a str>,
    /// Whether a bank that should be there is missing.
    pub(crate) partial: bool,
    pub(crate) request_id: &'a str,
    pub(crate) external_info: Option<&'a Json>,
}

impl Scope<'_> {
    /// The CPF as the report has it.
    pub(crate) fn shown_cpf(&self) -> Option<&str> {
        self.subject.cpf().map(|cpf| self.encoded_cpf.unwrap_or(cpf))
    }
}

/// A bank that a link's consents open.
pub(crate) struct Source {
    pub(crate) institution: &'static Institution,
    pub(crate) link_id: String,
    pub(crate) consent_ids: Vec<String>,
}

/// How many entries, movements or payments there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// What three months bring.
    ThreeMonths,
    /// So many, whatever that takes.
    Exactly(u64),
}

impl Length {
    /// What one of several parts of a report has of it.
    pub(crate) fn share(self, part: usize, parts: usize) -> Self {
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
