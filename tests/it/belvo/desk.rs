//! A partner's desk: a mock of Belvo, a client that talks to it, a receiver that it pushes to.

use std::sync::Arc;
use std::time::Duration;

use belvo_mock::{MockBelvo, MockBelvoBuilder};
use belvo_sdk::belvo_types::api::{Link, RegisterLink};
use belvo_sdk::belvo_types::webhooks::LinkWebhook;
use belvo_sdk::belvo_types::{ExternalId, LinkId, decode};
use belvo_sdk::{Client, Credentials, Environment, Registered};
use klavi_webhook::belvo::{Authorization, Belvo};
use klavi_webhook::{Entry, Filter, Inbox, MemoryInbox, Page, Receiver};

/// A bank without a second factor unless the user has one.
pub(super) const BANK: &str = "erebor_mx_retail";
pub(super) const OPEN_FINANCE_BANK: &str = "ofmockbank_br_retail";
pub(super) const CPF: &str = "12345678909";
const AUTHORIZATION: &str = "Basic YmVsdm86aG9vay1zZWNyZXQ=";

pub(super) struct Desk {
    pub(super) mock: MockBelvo,
    pub(super) client: Client,
    pub(super) inbox: Arc<MemoryInbox>,
    pub(super) hook: String,
}

impl Desk {
    pub(super) async fn new() -> Self {
        Self::with(mock()).await
    }

    pub(super) async fn with(mock: MockBelvoBuilder) -> Self {
        let mock = mock.start().await.unwrap();
        mock.freeze_clock();
        let inbox = Arc::new(MemoryInbox::new());
        let belvo = Belvo::new(Authorization::basic("belvo", "hook-secret"));
        let hook = crate::desk::serve(Receiver::new(belvo, inbox.clone())).await;
        mock.set_webhook(&hook, Some(AUTHORIZATION)).unwrap();
        let keys = Credentials::new(mock.secret_id(), mock.secret_password());
        let environment = Environment::Custom(mock.base_url().to_owned());
        let client = Client::builder(keys, environment).build().unwrap();
        Self { mock, client, inbox, hook }
    }

    /// Registers a link of the user with that name at the bank.
    pub(super) async fn link(&self, user: &ExternalId, username: &str) -> Link {
        match self.client.links().register(&registration(user, username)).await.unwrap() {
            Registered::Link(link) => *link,
            other => panic!("{other:?}"),
        }
    }

    pub(super) async fn get(&self, id: &LinkId) -> Link {
        self.client.links().get(id).await.unwrap()
    }

    /// What has been received, the oldest first.
    pub(super) async fn entries(&self) -> Vec<Entry> {
        self.mock.settled().await;
        let mut entries = Vec::new();
        for listed in self.inbox.list(&Filter::all(), Page::first(1_000)).await.unwrap() {
            entries.extend(self.inbox.get(listed.id).await.unwrap());
        }
        entries
    }

    /// What has been received under this name.
    pub(super) async fn webhooks(&self, name: &str) -> Vec<LinkWebhook> {
        let entries = self.entries().await.into_iter();
        let named = entries.filter(|entry| entry.name.as_deref() == Some(name));
        named
            .map(|entry| {
                let decoded = decode::<LinkWebhook>(&entry.body).unwrap();
                assert!(decoded.malformed.is_empty() && decoded.value.extra().is_empty(), "{decoded:?}");
                decoded.value
            })
            .collect()
    }
}

/// A mock that does not wait between attempts.
pub(super) fn mock() -> MockBelvoBuilder {
    MockBelvo::builder().seed(7).retry_step(Duration::ZERO)
}

pub(super) fn user(id: &str) -> ExternalId {
    id.parse().unwrap()
}

pub(super) fn registration(user: &ExternalId, username: &str) -> RegisterLink {
    let password = if username.starts_with("mfa_") { "pass_valid" } else { "full" };
    RegisterLink::builder(BANK, username).password(password).external_id(user).build().unwrap()
}

pub(super) fn id(link: &Link) -> &LinkId {
    link.id.as_ref().unwrap()
}
