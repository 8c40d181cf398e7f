//! One running mock: its store, its clock, its deliveries, and what can be done to them. API, pages, control API and
//! library all act through here.

mod analysis;
mod analytics;
mod consents;
mod institutions;
mod links;
mod reports;
mod tasks;
mod tokens;
mod views;
mod visits;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use klavi_types::api::ConsentStatus;
use klavi_types::events::EventName;
use url::Url;

pub(crate) use self::consents::NewConsent;
pub(crate) use self::links::NewLink;
pub(crate) use self::reports::{ReportOrder, Selection};
pub(crate) use self::tasks::NewConnection;
pub(crate) use self::views::{ConsentView, LinkView, NextStep, Shut};
pub(crate) use self::visits::NewVisit;
use crate::clock::Clock;
use crate::deliveries::Deliveries;
use crate::events::{self, About};
use crate::limits::Limits;
use crate::received::ReceivedRequests;
use crate::settings::Settings;
use crate::store::{Consent, Store};

pub(crate) struct Instance {
    pub(crate) settings: Settings,
    pub(crate) base_url: String,
    pub(crate) clock: Arc<Clock>,
    pub(crate) deliveries: Arc<Deliveries>,
    pub(crate) received: ReceivedRequests,
    pub(crate) limits: Limits,
    store: Mutex<Store>,
    console_webhook: Mutex<Option<Url>>,
}

impl Instance {
    pub(crate) fn new(
        settings: Settings,
        base_url: String,
        clock: Arc<Clock>,
        deliveries: Arc<Deliveries>,
        console_webhook: Option<Url>,
    ) -> Self {
        Self {
            settings,
            base_url,
            clock,
            deliveries,
            received: ReceivedRequests::default(),
            limits: Limits::default(),
            store: Mutex::default(),
            console_webhook: Mutex::new(console_webhook),
        }
    }

    pub(crate) fn console_webhook(&self) -> Option<Url> {
        self.console_webhook.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_console_webhook(&self, url: Url) {
        *self.console_webhook.lock().unwrap_or_else(PoisonError::into_inner) = Some(url);
    }

    /// Takes so many calls in a second, or any number.
    pub(crate) fn set_rate_limit(&self, calls_per_second: Option<u32>) {
        self.limits.set_rate(calls_per_second);
    }

    /// The store as it is now: consents whose time is over have changed their status, and events say so; tasks have
    /// gone on, and reports are on their way.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let lapsed: Vec<_> = store
            .consents
            .iter()
            .filter_map(|consent| Some((consent.id.clone(), consent.lapsed(now)?)))
            .collect();
        for (id, status) in lapsed {
            self.change_status(&mut store, &id, status, now);
        }
        if store.tasks.iter().any(|task| task.is_due(now)) {
            self.progress_tasks(&mut store, now);
        }
        store
    }

    /// Changes a consent and sends the event that tells of it.
    fn change_status(&self, store: &mut Store, id: &str, status: ConsentStatus, now: Timestamp) {
        let Some(consent) = store.consent_mut(id) else { return };
        let name = match status {
            ConsentStatus::Authorised => Some(EventName::ConsentAuthorised),
            ConsentStatus::Error => Some(EventName::ConsentError),
            ConsentStatus::Rejected => Some(EventName::ConsentRejected),
            ConsentStatus::Expired => Some(EventName::ConsentExpired),
            ConsentStatus::Revoked => Some(EventName::ConsentRevoked),
            ConsentStatus::DeletedByUser => Some(EventName::ConsentDeletedByUser),
            _ => None,
        };
        consent.set_status(status, now);
        if let (Some(name), Some(consent)) = (name, store.consent(id)) {
            self.announce(store, &name, consent, now);
        }
    }

    fn announce(&self, store: &Store, name: &EventName, consent: &Consent, now: Timestamp) {
        let external_info = store.link(&consent.link_id).and_then(|link| link.external_info.clone());
        let about = About::Consent(consent);
        self.deliveries.queue(vec![events::parcel(self, name, about, external_info, now)]);
    }
}
