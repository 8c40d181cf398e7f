//! Consents of Open Finance in Brazil: what a user lets the partner see.

use belvo_types::ConsentId;
use belvo_types::api::{Consent, ConsentQuery};
use provider_call::Endpoint;

use crate::client::Client;
use crate::error::Result;
use crate::keys::KEYS;
use crate::pages::Pages;
use crate::selection::Selection;

pub(crate) const LIST: Endpoint = Endpoint::get("/api/consents/").credential(KEYS);
pub(crate) const GET: Endpoint = Endpoint::get("/api/consents/{id}/").credential(KEYS);

/// Calls about consents; from [`Client::consents`]. They are made in the widget, and revoked with their link.
#[derive(Clone, Debug)]
pub struct Consents<'a> {
    client: &'a Client,
    selection: Selection,
}

impl<'a> Consents<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client, selection: Selection::default() }
    }

    /// Leaves these fields out of answers.
    #[must_use]
    pub fn omit<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { selection: self.selection.omit(fields), ..self }
    }

    /// Has only these fields in answers.
    #[must_use]
    pub fn only_fields<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { selection: self.selection.only(fields), ..self }
    }

    /// All consents of a user, in pages. Source: developers.belvo.com, listconsents.
    ///
    /// ```no_run
    /// use belvo_sdk::belvo_types::api::ConsentQuery;
    ///
    /// # async fn example(client: belvo_sdk::Client) -> Result<(), belvo_sdk::Error> {
    /// let consents = client.consents().list(&ConsentQuery::of_user("12345678909")).all().await?;
    /// println!("{} may be used", consents.iter().filter(|consent| consent.is_authorised()).count());
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self, query: &ConsentQuery) -> Pages<Consent> {
        let parameters = query.parameters().chain(self.selection.parameters());
        Pages::new(self.client, LIST, parameters)
    }

    /// One consent. Source: developers.belvo.com, detailconsent.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown id.
    pub async fn get(&self, id: &ConsentId) -> Result<Consent> {
        let call = self.client.call(&GET).path_value("id", id.as_str());
        Ok(self.selection.put(call).send().await?.record()?.value)
    }
}
