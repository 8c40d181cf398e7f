//! What a scenario says of this mock's consents and banks. Must not know what is in reports.

use std::sync::PoisonError;

use jiff::Timestamp;
use klavi_types::api::ConsentStatus;
use synthetic_data::institutions::Institution;
use synthetic_data::{Counts, Messy, Scenario, ScenarioEvent};

use super::Instance;
use crate::store::Store;

impl Instance {
    pub(super) fn scenario(&self) -> Option<&Scenario> {
        self.settings.scenario.as_ref()
    }

    /// Whether a bank does not answer now: by itself, by an act of the user of this mock, or by the scenario.
    pub(super) fn is_out_of_service(&self, store: &Store, institution: &Institution) -> bool {
        let now = self.clock.now();
        store.is_out_of_service(institution)
            || self.scenario().is_some_and(|scenario| scenario.is_out_of_service(institution.code, now))
    }

    /// The consents of the scenario's customers that it has revoked by now: those from before.
    pub(super) fn revoked_by_scenario(&self, store: &Store, now: Timestamp) -> Vec<String> {
        let Some(scenario) = self.scenario() else { return Vec::new() };
        let is_revoked = |code: &str, created: Timestamp| {
            scenario.events.iter().any(|event| match event {
                ScenarioEvent::ConsentRevoked { at, bank } => {
                    created <= *at && *at <= now && bank.as_ref().is_none_or(|bank| bank == code)
                }
                _ => false,
            })
        };
        let authorised = store.consents.iter().filter(|consent| consent.status == ConsentStatus::Authorised);
        let of_scenario = authorised.filter(|consent| scenario.has(consent.subject.tax_id()));
        let revoked = of_scenario.filter(|consent| is_revoked(&consent.institution_code, consent.updated_at));
        revoked.map(|consent| consent.id.clone()).collect()
    }

    /// Which kinds of trouble reports have.
    pub(super) fn messy(&self) -> Messy {
        let of_scenario = self.scenario().map(|scenario| scenario.messy).unwrap_or_default();
        if self.behaviour.get().messy_data { Messy::ALL } else { of_scenario }
    }

    /// How often each kind was written.
    pub(crate) fn messy_counts(&self) -> Counts {
        self.messy.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn count_messy(&self, counts: &Counts) {
        self.messy.lock().unwrap_or_else(PoisonError::into_inner).add(counts);
    }

    pub(super) fn forget_messy(&self) {
        *self.messy.lock().unwrap_or_else(PoisonError::into_inner) = Counts::default();
    }
}
