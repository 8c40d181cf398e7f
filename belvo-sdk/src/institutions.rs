//! Institutions: what links can be made to.

use belvo_types::api::{Institution, InstitutionQuery};
use provider_call::Endpoint;

use crate::client::Client;
use crate::error::Result;
use crate::keys::KEYS;
use crate::pages::Pages;
use crate::selection::Selection;

pub(crate) const LIST: Endpoint = Endpoint::get("/api/institutions/").credential(KEYS);
pub(crate) const GET: Endpoint = Endpoint::get("/api/institutions/{id}/").credential(KEYS);

/// Calls about institutions; from [`Client::institutions`].
#[derive(Clone, Debug)]
pub struct Institutions<'a> {
    client: &'a Client,
    selection: Selection,
}

impl<'a> Institutions<'a> {
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

    /// Institutions that fit the query, in pages. Source: developers.belvo.com, listinstitutions.
    ///
    /// ```no_run
    /// use belvo_sdk::belvo_types::api::InstitutionQuery;
    ///
    /// # async fn example(client: belvo_sdk::Client) -> Result<(), belvo_sdk::Error> {
    /// let query = InstitutionQuery::new().country_code("BR");
    /// for institution in client.institutions().list(&query).all().await? {
    ///     println!("{:?}", institution.display_name.as_ref().map(|name| name.as_str()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn list(&self, query: &InstitutionQuery) -> Pages<Institution> {
        let parameters = query.parameters().chain(self.selection.parameters());
        Pages::new(self.client, LIST, parameters)
    }

    /// One institution, by its number. Source: developers.belvo.com, detailinstitution.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_not_found`](crate::Error::is_not_found) for an unknown number.
    pub async fn get(&self, id: i64) -> Result<Institution> {
        let call = self.client.call(&GET).path_value("id", id.to_string());
        Ok(self.selection.put(call).send().await?.record()?.value)
    }
}
