//! The consents of one customer, looked through.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use klavi_types::api::{Consent, ConsentStatus};
use klavi_types::{DateTime, InstitutionCode};

use super::clean_up::CleanUp;

/// The bank's page opens within 60 seconds of the consent's creation; some of them are the browser's.
const PAGE_OPENS: Duration = Duration::from_secs(50);

/// The consents of one person or company, as they were when asked for. From
/// [`Consents::of_customer`](super::Consents::of_customer).
#[derive(Clone, Debug)]
pub struct CustomerConsents {
    /// The oldest first.
    consents: Vec<Consent>,
    as_of: Timestamp,
}

impl CustomerConsents {
    pub(super) fn new(mut consents: Vec<Consent>, as_of: Timestamp) -> Self {
        consents.sort_by_key(created);
        Self { consents, as_of }
    }

    /// All of them, in every state, the oldest first.
    #[must_use]
    pub fn all(&self) -> &[Consent] {
        &self.consents
    }

    /// Those at one bank, the oldest first.
    pub fn at(&self, institution: &InstitutionCode) -> impl DoubleEndedIterator<Item = &Consent> {
        self.consents.iter().filter(move |consent| consent.institution_code.as_ref() == Some(institution))
    }

    /// Bank by bank, the oldest first in each. Without those whose bank Klavi did not name.
    #[must_use]
    pub fn by_institution(&self) -> BTreeMap<&InstitutionCode, Vec<&Consent>> {
        let mut groups: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for consent in &self.consents {
            if let Some(code) = &consent.institution_code {
                groups.entry(code).or_default().push(consent);
            }
        }
        groups
    }

    /// The newest consent of that bank with which reports can be asked for: authorised, and not past its end.
    ///
    /// Look it up before each request rather than keep its id: customers renew consents, and kept ids go stale.
    #[must_use]
    pub fn authorised(&self, institution: &InstitutionCode) -> Option<&Consent> {
        self.at(institution).rev().find(|consent| {
            let end = consent.expire_at.and_then(DateTime::timestamp_assuming_utc);
            consent.is_authorised() && end.is_none_or(|end| end > self.as_of)
        })
    }

    /// A consent of that bank that spares making another: the authorised one, else the newest whose page can still
    /// be opened.
    ///
    /// A page opens once, within 60 seconds, so it is younger than that, and Klavi has named its
    /// `consent_redirect_url` in the list (observed, not documented). Whether it was opened cannot be known.
    #[must_use]
    pub fn reusable(&self, institution: &InstitutionCode) -> Option<&Consent> {
        let open = |consent: &&Consent| {
            let waits =
                matches!(consent.status, Some(ConsentStatus::Started | ConsentStatus::AwaitingAuthorisation));
            waits && consent.consent_redirect_url.is_some() && self.is_younger_than(consent, PAGE_OPENS)
        };
        self.authorised(institution).or_else(|| self.at(institution).rev().find(open))
    }

    /// What may be deleted at that bank without cutting off a connection that works, the oldest first.
    pub fn deletable(
        &self,
        institution: &InstitutionCode,
        clean_up: CleanUp,
    ) -> impl Iterator<Item = &Consent> {
        self.at(institution).filter(move |consent| clean_up.allows(consent, self.as_of))
    }

    fn is_younger_than(&self, consent: &Consent, age: Duration) -> bool {
        let age = SignedDuration::try_from(age).unwrap_or(SignedDuration::MAX);
        created(consent).is_some_and(|created| self.as_of.duration_since(created) < age)
    }
}

fn created(consent: &Consent) -> Option<Timestamp> {
    consent.created_at.and_then(DateTime::timestamp_assuming_utc)
}

pub(super) fn last_change(consent: &Consent) -> Option<Timestamp> {
    let changed = consent.updated_at.and_then(DateTime::timestamp_assuming_utc);
    changed.max(created(consent))
}
