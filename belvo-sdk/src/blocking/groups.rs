//! The groups of calls, each waiting for the method of the same name.

use belvo_types::api::{
    Accepted, ChangeRetrieval, Consent, ConsentQuery, CreateWidgetToken, Institution, InstitutionQuery, Link,
    LinkQuery, RefreshLink, RegisterLink, ResumeLink, UpdateCredentials, WidgetToken,
};
use belvo_types::{ConsentId, ExternalId, LinkId};

use super::Client;
use crate::error::Result;
use crate::links::{Registered, RegisteredOrFound};

/// Calls about links; from [`Client::links`].
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    client: &'a Client,
}

impl<'a> Links<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Links that fit the query, all pages of them, see [`belvo_sdk::Links::list`](crate::Links::list).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn list(&self, query: &LinkQuery) -> Result<Vec<Link>> {
        self.client.wait(async |client| client.links().list(query).all().await)
    }

    /// All links of a user of yours, see [`belvo_sdk::Links::of_user`](crate::Links::of_user).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn of_user(&self, external_id: &ExternalId) -> Result<Vec<Link>> {
        self.client.wait(async |client| client.links().of_user(external_id).await)
    }

    /// Valid links of a user of yours that you have not stored, see [`belvo_sdk::Links::orphans`](crate::Links::orphans).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn orphans(&self, external_id: &ExternalId, stored: &[LinkId]) -> Result<Vec<Link>> {
        self.client.wait(async |client| client.links().orphans(external_id, stored).await)
    }

    /// Registers a link, see [`belvo_sdk::Links::register`](crate::Links::register).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn register(&self, request: &RegisterLink) -> Result<Registered> {
        self.client.wait(async |client| client.links().register(request).await)
    }

    /// Registers a link, unless there is one, see [`belvo_sdk::Links::register_or_find`](crate::Links::register_or_find).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn register_or_find(&self, request: &RegisterLink) -> Result<RegisteredOrFound> {
        self.client.wait(async |client| client.links().register_or_find(request).await)
    }

    /// Goes on with a registration that waits for a second factor, see [`belvo_sdk::Links::resume`](crate::Links::resume).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn resume(&self, request: &ResumeLink) -> Result<Registered> {
        self.client.wait(async |client| client.links().resume(request).await)
    }

    /// One link, see [`belvo_sdk::Links::get`](crate::Links::get).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn get(&self, id: &LinkId) -> Result<Link> {
        self.client.wait(async |client| client.links().get(id).await)
    }

    /// Gives a link new credentials, see [`belvo_sdk::Links::update_credentials`](crate::Links::update_credentials).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn update_credentials(&self, id: &LinkId, request: &UpdateCredentials) -> Result<Registered> {
        self.client.wait(async |client| client.links().update_credentials(id, request).await)
    }

    /// Changes how the data of a link is retrieved, see [`belvo_sdk::Links::change_retrieval`](crate::Links::change_retrieval).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn change_retrieval(&self, id: &LinkId, request: &ChangeRetrieval) -> Result<Link> {
        self.client.wait(async |client| client.links().change_retrieval(id, request).await)
    }

    /// Has the history of a link fetched again, see [`belvo_sdk::Links::refresh`](crate::Links::refresh).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn refresh(&self, id: &LinkId, request: &RefreshLink) -> Result<Accepted> {
        self.client.wait(async |client| client.links().refresh(id, request).await)
    }

    /// Deletes a link and all its data, see [`belvo_sdk::Links::delete`](crate::Links::delete).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn delete(&self, id: &LinkId) -> Result<()> {
        self.client.wait(async |client| client.links().delete(id).await)
    }

    /// Has a link deleted later, see [`belvo_sdk::Links::delete_async`](crate::Links::delete_async).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn delete_async(&self, id: &LinkId) -> Result<Accepted> {
        self.client.wait(async |client| client.links().delete_async(id).await)
    }
}

/// Calls about institutions; from [`Client::institutions`].
#[derive(Clone, Copy, Debug)]
pub struct Institutions<'a> {
    client: &'a Client,
}

impl<'a> Institutions<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Institutions that fit the query, all pages of them, see [`belvo_sdk::Institutions::list`](crate::Institutions::list).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn list(&self, query: &InstitutionQuery) -> Result<Vec<Institution>> {
        self.client.wait(async |client| client.institutions().list(query).all().await)
    }

    /// One institution, see [`belvo_sdk::Institutions::get`](crate::Institutions::get).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn get(&self, id: i64) -> Result<Institution> {
        self.client.wait(async |client| client.institutions().get(id).await)
    }
}

/// Calls about consents; from [`Client::consents`].
#[derive(Clone, Copy, Debug)]
pub struct Consents<'a> {
    client: &'a Client,
}

impl<'a> Consents<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// All consents of a user, see [`belvo_sdk::Consents::list`](crate::Consents::list).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn list(&self, query: &ConsentQuery) -> Result<Vec<Consent>> {
        self.client.wait(async |client| client.consents().list(query).all().await)
    }

    /// One consent, see [`belvo_sdk::Consents::get`](crate::Consents::get).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn get(&self, id: &ConsentId) -> Result<Consent> {
        self.client.wait(async |client| client.consents().get(id).await)
    }
}

/// Calls about widget tokens; from [`Client::widget_tokens`].
#[derive(Clone, Copy, Debug)]
pub struct WidgetTokens<'a> {
    client: &'a Client,
}

impl<'a> WidgetTokens<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a token for one user and one attempt, see [`belvo_sdk::WidgetTokens::create`](crate::WidgetTokens::create).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn create(&self, request: &CreateWidgetToken) -> Result<WidgetToken> {
        self.client.wait(async |client| client.widget_tokens().create(request).await)
    }
}
