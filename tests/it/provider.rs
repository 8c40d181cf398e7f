//! Where a test's calls go: to the mock, or to Klavi where the environment has keys for it.
//!
//! ```sh
//! KLAVI_ENVIRONMENT=sandbox KLAVI_ACCESS_KEY=… KLAVI_SECRET_KEY=… cargo test -p klavi-tests --test it plain_calls
//! ```
//!
//! `KLAVI_TEST_CPF` is the customer; the sandbox may know no other than its own.

use std::env;

use klavi_mock::{MockKlavi, NumberForm};
use klavi_sdk::klavi_types::ConsentId;
use klavi_sdk::klavi_types::api::{CreateConsent, CreateLink};
use klavi_sdk::{Client, Credentials, Environment, LinkSession};

const BACK: &str = "https://partner.example/back";

pub(crate) struct Provider {
    pub(crate) client: Client,
    pub(crate) cpf: String,
    /// The user who authorises and refuses. At Klavi nobody does for a test.
    pub(crate) user: Option<MockKlavi>,
}

impl Provider {
    /// Klavi where the environment has keys for it; else a mock for each spelling that a client may meet.
    pub(crate) async fn each() -> Vec<Self> {
        let cpf = env::var("KLAVI_TEST_CPF").unwrap_or_else(|_| "12345678909".to_owned());
        if env::var_os("KLAVI_ACCESS_KEY").is_some() {
            let client = Client::from_env().unwrap();
            // Consents made there are a customer's.
            assert_ne!(client.base_url(), Environment::Production.base_url(), "no test calls production");
            return vec![Self { client, cpf, user: None }];
        }
        let mut all = Vec::new();
        for (observed, numbers) in
            [(false, NumberForm::Documented), (true, NumberForm::Text), (true, NumberForm::Number)]
        {
            let mock = MockKlavi::builder().seed(7).observed_spellings(observed).numbers(numbers);
            let mock = mock.start().await.unwrap();
            let keys = Credentials::new(mock.access_key(), mock.secret_key());
            let environment = Environment::Custom(mock.base_url().to_owned());
            let client = Client::builder(keys, environment).build().unwrap();
            all.push(Self { client, cpf: cpf.clone(), user: Some(mock) });
        }
        all
    }

    pub(crate) async fn session(&self) -> LinkSession {
        let link = CreateLink::builder().personal_tax_id(&self.cpf).redirect_url(BACK).build().unwrap();
        self.client.links().create(&link).await.unwrap()
    }

    /// A consent of its own for the test that asks, at a bank that works. To be [revoked](Self::revoke) at the end, as
    /// each eats into the limit.
    pub(crate) async fn consent(&self, session: &LinkSession, track: &str) -> ConsentId {
        let banks = session.institutions().await.unwrap();
        let bank = banks.iter().find(|bank| bank.is_available()).expect("some bank works");
        let code = bank.institution_code.clone().unwrap();
        // Klavi takes a track id once, and remembers those of earlier runs.
        let track = format!("{track}-{:016x}", fastrand::u64(..));
        let request = CreateConsent::builder(code, track, BACK).personal_tax_id(&self.cpf).build().unwrap();
        let created = session.create_consent(&request).await.unwrap();
        assert!(created.consent_redirect_url.is_some(), "the user has to get there");
        created.consent_id.unwrap()
    }

    pub(crate) async fn revoke(&self, id: &ConsentId) {
        self.client.consents().revoke(id).await.unwrap();
    }
}
