use std::sync::PoisonError;

use provider_mock::state_file::Keep;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Instance;
use crate::behaviour::Behaviour;
use crate::store::Store;
use provider_mock::Hands;
use provider_mock::deliveries::WithBody;

/// What a state file keeps of a mock. Keys come from the seed; what was received and the faults that wait are of one run.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Saved<S = Store> {
    pub(crate) seed: u64,
    pub(crate) clock: Hands,
    pub(crate) behaviour: Behaviour,
    pub(crate) store: S,
    pub(crate) deliveries: Vec<WithBody>,
}

impl Instance {
    /// Takes up what was left; clock and behaviour it already has.
    pub(crate) fn restore(&self, store: Store, deliveries: Vec<WithBody>) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = store;
        self.deliveries.restore(deliveries);
    }

    /// Everything as at the start, except what is known of the partner: its keys.
    pub(crate) fn forget(&self) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        *store = Store::default();
        self.clock.reset();
        self.behaviour.reset();
        self.let_behaviour_take_effect();
        self.faults.clear();
        self.received.clear();
        self.forget_messy();
        self.making.reset();
        self.deliveries.reset();
        drop(store);
        self.changes.note();
    }
}

impl Keep for Instance {
    fn state(&self) -> serde_json::Result<Box<RawValue>> {
        let store = self.store();
        serde_json::value::to_raw_value(&Saved {
            seed: self.settings.seed,
            clock: self.clock.hands_now(),
            behaviour: self.behaviour.get(),
            store: &*store,
            deliveries: self.deliveries.saved(),
        })
    }
}
