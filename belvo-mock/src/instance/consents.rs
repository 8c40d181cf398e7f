use super::Instance;
use crate::refusal::Refusal;
use crate::rules;
use crate::store::{Consent, Permission};

impl Instance {
    /// The consents of a person or company, the newest first.
    pub(crate) fn consents_of(&self, document: &str) -> Vec<Consent> {
        let store = self.store();
        store.consents.iter().rev().filter(|consent| consent.document.is(document)).cloned().collect()
    }

    pub(crate) fn consent(&self, id: &str) -> Result<Consent, Refusal> {
        self.store().consent(id).cloned().ok_or_else(|| Refusal::gone(&rules::UNKNOWN_CONSENT))
    }

    /// Brings the end of an authorised consent to now; whether there is one.
    pub(crate) fn expire_consent(&self, id: &str) -> bool {
        let mut store = self.store();
        let now = self.now();
        let Some(consent) = store.consent_mut(id).filter(|consent| consent.status == Permission::Authorised)
        else {
            return false;
        };
        consent.ends_at = Some(now);
        self.pass_time(&mut store, now);
        true
    }
}
