//! What a state file keeps of a mock of Belvo.

use std::sync::PoisonError;

use provider_mock::Hands;
use provider_mock::deliveries::WithBody;
use provider_mock::state_file::Keep;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use url::Url;

use super::{Hook, Instance};
use crate::behaviour::Behaviour;
use crate::builder;
use crate::store::{Secret, Store};

/// What a state file keeps. Keys come from the seed; what was received and the faults that wait are of one run.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Saved<S = Store> {
    pub(crate) seed: u64,
    pub(crate) clock: Hands,
    pub(crate) behaviour: Behaviour,
    webhook_url: Option<Url>,
    webhook_authorization: Option<Secret>,
    pub(crate) store: S,
    pub(crate) deliveries: Vec<WithBody>,
}

impl<S> Saved<S> {
    /// Where webhooks went.
    pub(crate) fn hook(&self) -> Hook {
        let authorization = self.webhook_authorization.as_ref();
        Hook {
            url: self.webhook_url.clone(),
            authorization: authorization.and_then(|value| builder::authorization(value.expose()).ok()),
        }
    }
}

impl Instance {
    /// Takes up what was left; clock, behaviour and webhook it already has.
    pub(crate) fn restore(&self, store: Store, deliveries: Vec<WithBody>) {
        *self.store.lock().unwrap_or_else(PoisonError::into_inner) = store;
        self.deliveries.restore(deliveries);
    }
}

impl Keep for Instance {
    fn state(&self) -> serde_json::Result<Box<RawValue>> {
        let (store, hook) = (self.store(), self.hook());
        let authorization = hook.authorization.as_ref().and_then(|value| value.to_str().ok());
        serde_json::value::to_raw_value(&Saved {
            seed: self.settings.seed,
            clock: self.clock.hands_now(),
            behaviour: self.behaviour(),
            webhook_url: hook.url,
            webhook_authorization: authorization.map(Secret::new),
            store: &*store,
            deliveries: self.deliveries.saved(),
        })
    }
}
