//! A partner's desk: a mock, a client that talks to it, a receiver that it pushes to.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use klavi_mock::{MockKlavi, MockKlaviBuilder};
use klavi_sdk::{Client, Credentials, Environment, LinkSession};
use klavi_types::api::{CreateConsent, CreateLink, ReportRequest};
use klavi_types::{ConsentId, Product};
use klavi_webhook::klavi::Klavi;
use klavi_webhook::{Clock, Entry, Filter, Inbox, MemoryInbox, Page, Receiver};
use tokio::net::TcpListener;

pub(crate) const CPF: &str = "123.456.789-09";
pub(crate) const BANK: &str = "341";
pub(crate) const BACK: &str = "https://partner.example/back";

pub(crate) struct Desk {
    pub(crate) mock: MockKlavi,
    pub(crate) client: Client,
    pub(crate) inbox: Arc<MemoryInbox>,
    pub(crate) hook: String,
}

impl Desk {
    /// A desk whose receiver knows the mock's key.
    pub(crate) async fn new() -> Self {
        Self::with(mock(), None).await
    }

    /// A desk whose receiver expects another key than the mock signs with.
    pub(crate) async fn expecting(key: &str) -> Self {
        Self::with(mock(), Some(key)).await
    }

    /// A desk whose inbox takes the time from that clock.
    pub(crate) async fn at(clock: Clock) -> Self {
        Self::over(MemoryInbox::with_clock(clock), mock(), None).await
    }

    pub(crate) async fn with(mock: MockKlaviBuilder, key: Option<&str>) -> Self {
        Self::over(MemoryInbox::new(), mock, key).await
    }

    async fn over(inbox: MemoryInbox, mock: MockKlaviBuilder, key: Option<&str>) -> Self {
        let mock = mock.start().await.unwrap();
        let inbox = Arc::new(inbox);
        let klavi = Klavi::new(key.unwrap_or(mock.secret_key()));
        let hook = serve(Receiver::new(klavi, inbox.clone())).await;
        mock.set_console_webhook(&hook).unwrap();
        let client = client(&mock, mock.access_key());
        Self { mock, client, inbox, hook }
    }

    pub(crate) async fn session(&self) -> LinkSession {
        let link = CreateLink::builder().personal_tax_id(CPF).redirect_url(BACK).build().unwrap();
        self.client.links().create(&link).await.unwrap()
    }

    /// A consent that the user has authorised.
    pub(crate) async fn connected(&self) -> ConsentId {
        let consent = CreateConsent::builder(BANK, "track-1", BACK).personal_tax_id(CPF).build().unwrap();
        let consent = self.session().await.create_consent(&consent).await.unwrap().consent_id.unwrap();
        self.mock.authorise(&consent).await.unwrap();
        consent
    }

    pub(crate) async fn ask(&self, products: &[&str]) -> Result<(), klavi_sdk::Error> {
        let products: Vec<_> = products.iter().map(|product| Product::from(*product)).collect();
        let request = ReportRequest::institution(CPF, BANK).products(products).build().unwrap();
        let accepted = self.client.reports().request(&request).await?;
        assert!(accepted.request_id.is_some());
        self.mock.settled().await;
        Ok(())
    }

    pub(crate) async fn entries(&self) -> Vec<Entry> {
        let mut entries = Vec::new();
        for listed in self.inbox.list(&Filter::all(), Page::first(1_000)).await.unwrap() {
            entries.extend(self.inbox.get(listed.id).await.unwrap());
        }
        entries
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        self.entries().await.into_iter().map(|entry| entry.name.clone().unwrap_or_default()).collect()
    }
}

/// A mock that does not wait between attempts.
pub(crate) fn mock() -> MockKlaviBuilder {
    MockKlavi::builder().seed(7).retry_base(Duration::ZERO)
}

pub(crate) fn client(mock: &MockKlavi, access_key: &str) -> Client {
    let credentials = Credentials::new(access_key, mock.secret_key());
    Client::builder(credentials, Environment::Custom(mock.base_url().to_owned())).build().unwrap()
}

/// Serves a receiver on a port of its own and returns its address.
pub(crate) async fn serve(receiver: Receiver) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app: Router = Router::new().nest("/klavi", receiver.into_router());
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}/klavi")
}
