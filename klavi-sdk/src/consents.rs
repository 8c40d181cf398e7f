//! Consents: what a user lets the partner see.

use klavi_types::ConsentId;
use klavi_types::api::{Acknowledgement, Consent, ConsentQuery};

use crate::api::Request;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::Result;

/// Calls about consents; from [`Client::consents`]. They are created in a [`LinkSession`](crate::LinkSession).
#[derive(Clone, Copy, Debug)]
pub struct Consents<'a> {
    client: &'a Client,
}

impl<'a> Consents<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// One consent. Source: docs.klavi.ai/connect/get-a-consent.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn get(&self, id: &ConsentId) -> Result<Consent> {
        let request = Request::new(Endpoint::GetConsent).path_value("consentId", id.as_str());
        let answer = self.client.api().send(request, self.client.session()).await?;
        answer.record().map(|parsed| parsed.value)
    }

    /// All consents of a person or a company, in every state. Source: docs.klavi.ai/connect/get-consent-list.
    ///
    /// ```no_run
    /// use klavi_sdk::klavi_types::api::ConsentQuery;
    ///
    /// # async fn example(client: klavi_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let query = ConsentQuery::personal("123.456.789-09".parse()?);
    /// let consents = client.consents().list(&query).await?;
    /// println!("{} may be used", consents.iter().filter(|consent| consent.is_authorised()).count());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn list(&self, query: &ConsentQuery) -> Result<Vec<Consent>> {
        let request = Request::new(Endpoint::ListConsents);
        let request = query.parameters().fold(request, |request, (name, value)| request.query(name, value));
        self.client.api().send(request, self.client.session()).await?.consents()
    }

    /// Revokes a consent. Source: docs.klavi.ai/connect/revoke-a-consent.
    ///
    /// An authorised consent may be refused (observed): then only the customer can revoke it, at the bank.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn revoke(&self, id: &ConsentId) -> Result<Acknowledgement> {
        let request = Request::new(Endpoint::RevokeConsent).path_value("consentId", id.as_str());
        self.client.api().send(request, self.client.session()).await?.record_or_empty()
    }
}
