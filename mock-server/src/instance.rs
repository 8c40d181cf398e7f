//! One running mock: its store, its clock, its deliveries, and what can be done to them. API, pages, control API and
//! library all act through here.

mod analysis;
mod analytics;
mod consents;
mod institutions;
mod links;
mod making;
mod reports;
mod saved;
mod scenario;
mod shell;
mod tasks;
mod tokens;
mod views;
mod visits;

use std::sync::{Arc, Mutex, PoisonError, Weak};

use jiff::Timestamp;
use klavi_types::api::ConsentStatus;
use klavi_types::events::EventName;
use synthetic_data::Counts;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;
use url::Url;

pub(crate) use self::consents::NewConsent;
pub(crate) use self::links::NewLink;
use self::making::Making;
pub(crate) use self::reports::{ReportOrder, Selection};
pub(crate) use self::saved::Saved;
pub(crate) use self::tasks::NewConnection;
pub(crate) use self::views::{ConsentView, LinkView, NextStep, Shut};
pub(crate) use self::visits::NewVisit;
use crate::behaviour::{Behaviour, LiveBehaviour};
use crate::events::{self, About};
use crate::limits::Limits;
use crate::settings::Settings;
use crate::store::{Consent, Store};
use provider_mock::BaseUrl;
use provider_mock::Changes;
use provider_mock::Clock;
use provider_mock::{Deliveries, Delivery, Faults, Recorder, StoreGuard, call};

pub(crate) struct Instance {
    pub(crate) settings: Settings,
    pub(crate) base_url: Arc<BaseUrl>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) deliveries: Arc<Deliveries>,
    pub(crate) behaviour: Arc<LiveBehaviour>,
    pub(crate) faults: Faults,
    pub(crate) received: Recorder,
    pub(crate) limits: Limits,
    pub(crate) making: Making,
    store: Mutex<Store>,
    changes: Changes,
    messy: Mutex<Counts>,
    tasks: (TaskTracker, Handle),
    /// For what is made after the answer.
    this: Weak<Self>,
}

impl Instance {
    pub(crate) fn new(
        settings: Settings,
        base_url: Arc<BaseUrl>,
        clock: Arc<Clock>,
        deliveries: Arc<Deliveries>,
        behaviour: Arc<LiveBehaviour>,
        changes: Changes,
        tasks: (TaskTracker, Handle),
    ) -> Arc<Self> {
        let instance = Arc::new_cyclic(|this| Self {
            settings,
            base_url,
            clock,
            deliveries,
            behaviour,
            faults: Faults::default(),
            received: Recorder::default(),
            limits: Limits::default(),
            making: Making::default(),
            store: Mutex::default(),
            changes,
            messy: Mutex::default(),
            tasks,
            this: this.clone(),
        });
        instance.let_behaviour_take_effect();
        instance
    }

    /// The beginning of the addresses in an answer: as the call in progress reached the mock.
    pub(crate) fn base_url(&self) -> String {
        call::base_url().unwrap_or_else(|| self.base_url.default().to_owned())
    }

    /// The partner's Basic WhiteLabel address.
    pub(crate) fn basic_link_url(&self) -> String {
        format!("{}/data/v1/basic-links/{}", self.base_url(), self.settings.partner_app_id)
    }

    pub(crate) fn console_webhook(&self) -> Option<Url> {
        self.behaviour.get().console_webhook
    }

    pub(crate) fn set_console_webhook(&self, url: Url) {
        self.change_behaviour(|behaviour| behaviour.console_webhook = Some(url));
    }

    pub(crate) fn change_behaviour(&self, change: impl FnOnce(&mut Behaviour)) {
        self.behaviour.change(change);
        self.let_behaviour_take_effect();
    }

    fn let_behaviour_take_effect(&self) {
        let rate = self.behaviour.get().rate_limit;
        if self.limits.rate() != rate {
            self.limits.set_rate(rate);
        }
    }

    /// The store as it is now: consents whose time is over have changed their status, and events say so; tasks have
    /// gone on, and reports are on their way.
    pub(crate) fn store(&self) -> StoreGuard<'_, Store> {
        let store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let mut store = StoreGuard::new(store, &self.changes);
        let now = self.clock.now();
        let lapsed: Vec<_> = store
            .consents
            .iter()
            .filter_map(|consent| Some((consent.id.clone(), consent.lapsed(now)?)))
            .collect();
        for (id, status) in lapsed {
            self.change_status(&mut store, &id, status, now);
        }
        for id in self.revoked_by_scenario(&store, now) {
            self.change_status(&mut store, &id, ConsentStatus::Revoked, now);
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
        let authorised = status == ConsentStatus::Authorised;
        consent.set_status(status, now);
        let mut deliveries = Vec::new();
        if let (Some(name), Some(consent)) = (name, store.consent(id)) {
            deliveries.push(self.announcement(store, &name, consent, now));
        }
        self.send(deliveries);
        if authorised && self.behaviour.get().automatic {
            self.send_automatic_reports(store, id);
        }
    }

    /// Sends deliveries as the mock behaves now.
    pub(crate) fn send(&self, deliveries: Vec<Delivery>) -> Vec<Delivery> {
        let options = self.behaviour.get().send_options();
        self.deliveries.queue(deliveries.into_iter().map(|delivery| delivery.options(options)).collect())
    }

    fn announcement(&self, store: &Store, name: &EventName, consent: &Consent, now: Timestamp) -> Delivery {
        let external_info = store.link(&consent.link_id).and_then(|link| link.external_info.clone());
        events::delivery(self, &self.behaviour.get(), name, About::Consent(consent), external_info, now)
    }
}
