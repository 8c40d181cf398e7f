//! One running mock of Belvo: its store, its clock, its webhooks, and what can be done to them. API, pages, control API
//! and library all act through here.

mod acts;
mod calls;
mod consents;
mod credentials;
mod links;
mod news;
mod register;
mod resume;
mod saved;
mod shell;
mod time;
mod tokens;
mod widget;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderValue;
use jiff::Timestamp;
use url::Url;

pub(crate) use self::acts::LinkAct;
use self::calls::Calls;
pub(crate) use self::links::{NewCredentials, Retrieval};
pub(crate) use self::register::NewLink;
pub(crate) use self::resume::Answer;
pub(crate) use self::saved::Saved;
pub(crate) use self::tokens::NewToken;
pub(crate) use self::widget::Shut;
use super::behaviour::Behaviour;
use super::store::{Secret, Store};
use provider_mock::{BaseUrl, Changes, Clock, Deliveries, Faults, Recorder, StoreGuard, call};

pub(crate) struct Instance {
    pub(crate) settings: Settings,
    pub(crate) base_url: Arc<BaseUrl>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) deliveries: Arc<Deliveries>,
    pub(crate) faults: Faults,
    pub(crate) received: Recorder,
    calls: Calls,
    behaviour: Mutex<Behaviour>,
    /// The sender reads it as well.
    hook: Arc<Mutex<Hook>>,
    /// What a reset leads back to.
    asked: (Behaviour, Hook),
    store: Mutex<Store>,
    changes: Changes,
}

/// What a mock is started with and keeps for its life.
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) secret_id: Secret,
    pub(crate) secret_password: Secret,
    /// Whether webhooks may go over plain http to other machines.
    pub(crate) http_webhooks: bool,
    /// The user of Belvo's that makes the links.
    pub(crate) user_id: String,
}

/// Where webhooks go, as set in Belvo's dashboard.
#[derive(Clone, Default)]
pub(crate) struct Hook {
    pub(crate) url: Option<Url>,
    /// The value of `Authorization`, sent as it is.
    pub(crate) authorization: Option<HeaderValue>,
}

impl fmt::Debug for Hook {
    /// Without either, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl Instance {
    pub(crate) fn new(
        settings: Settings,
        base_url: Arc<BaseUrl>,
        clock: Arc<Clock>,
        deliveries: Arc<Deliveries>,
        (behaviour, asked, hook): (Behaviour, (Behaviour, Hook), Arc<Mutex<Hook>>),
        changes: Changes,
    ) -> Self {
        Self {
            settings,
            base_url,
            clock,
            deliveries,
            faults: Faults::default(),
            received: Recorder::default(),
            calls: Calls::default(),
            behaviour: Mutex::new(behaviour),
            hook,
            asked,
            store: Mutex::default(),
            changes,
        }
    }

    /// The beginning of the addresses in an answer: as the call in progress reached the mock.
    pub(crate) fn base_url(&self) -> String {
        call::base_url().unwrap_or_else(|| self.base_url.default().to_owned())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(crate) fn behaviour(&self) -> Behaviour {
        self.behaviour.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change_behaviour(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap_or_else(PoisonError::into_inner));
        self.changes.note();
    }

    pub(crate) fn hook(&self) -> Hook {
        self.hook.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set_hook(&self, hook: Hook) {
        *self.hook.lock().unwrap_or_else(PoisonError::into_inner) = hook;
        self.changes.note();
    }

    /// Whether one more call of that address is taken now: while the clock stands still there is no half minute to count in.
    pub(crate) fn takes_call(&self, address: std::net::IpAddr) -> bool {
        self.clock.is_frozen() || self.calls.count(address, self.behaviour().calls_in_30_seconds, self.now())
    }

    /// The store as it is now: whatever was due has happened, and webhooks tell of it.
    pub(crate) fn store(&self) -> StoreGuard<'_, Store> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        // Whatever happens is told of by a webhook, and so noted.
        self.pass_time(&mut store, self.now());
        StoreGuard::new(store, &self.changes)
    }

    /// Forgets everything. Clock, behaviour and webhook are again as they were asked for at the start.
    pub(crate) fn forget(&self) {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        *store = Store::default();
        self.clock.reset();
        self.deliveries.reset();
        self.faults.clear();
        self.received.clear();
        self.calls.clear();
        let (behaviour, hook) = self.asked.clone();
        self.change_behaviour(|now| *now = behaviour);
        self.set_hook(hook);
    }
}
