//! The groups of calls, each waiting for the method of the same name.

use belvo_types::api::{
    Accepted, ChangeRetrieval, Consent, ConsentQuery, CreateWidgetToken, Institution, InstitutionQuery, Link,
    LinkQuery, RefreshLink, RegisterLink, ResumeLink, UpdateCredentials, WidgetToken,
};
use belvo_types::{ConsentId, ExternalId, LinkId};
use provider_call::BlockingRuntime;

use super::Pages;
use crate::error::Result;
use crate::links::{Registered, RegisteredOrFound};

/// Calls about links; from [`Client::links`](super::Client::links).
#[derive(Clone, Debug)]
pub struct Links<'a> {
    links: crate::Links<'a>,
    runtime: &'a BlockingRuntime,
}

impl<'a> Links<'a> {
    pub(super) fn new(links: crate::Links<'a>, runtime: &'a BlockingRuntime) -> Self {
        Self { links, runtime }
    }

    /// Leaves these fields out of answers.
    #[must_use]
    pub fn omit<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { links: self.links.omit(fields), ..self }
    }

    /// Has only these fields in answers.
    #[must_use]
    pub fn only_fields<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { links: self.links.only_fields(fields), ..self }
    }

    /// Links that fit the query, in pages, see [`belvo_sdk::Links::list`](crate::Links::list).
    pub fn list(&self, query: &LinkQuery) -> Pages<Link> {
        Pages::new(self.links.list(query), self.runtime)
    }

    /// All links of a user of yours, see [`belvo_sdk::Links::of_user`](crate::Links::of_user).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn of_user(&self, external_id: &ExternalId) -> Result<Vec<Link>> {
        self.runtime.wait(self.links.of_user(external_id))
    }

    /// Valid links of a user of yours that you have not stored, see
    /// [`belvo_sdk::Links::orphans`](crate::Links::orphans).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn orphans(&self, external_id: &ExternalId, stored: &[LinkId]) -> Result<Vec<Link>> {
        self.runtime.wait(self.links.orphans(external_id, stored))
    }

    /// Registers a link, see [`belvo_sdk::Links::register`](crate::Links::register).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn register(&self, request: &RegisterLink) -> Result<Registered> {
        self.runtime.wait(self.links.register(request))
    }

    /// Registers a link, unless there is one, see
    /// [`belvo_sdk::Links::register_or_find`](crate::Links::register_or_find).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn register_or_find(&self, request: &RegisterLink) -> Result<RegisteredOrFound> {
        self.runtime.wait(self.links.register_or_find(request))
    }

    /// Submits an MFA token, so that a registration continues, see [`belvo_sdk::Links::resume`](crate::Links::resume).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn resume(&self, request: &ResumeLink) -> Result<Registered> {
        self.runtime.wait(self.links.resume(request))
    }

    /// One link, see [`belvo_sdk::Links::get`](crate::Links::get).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn get(&self, id: &LinkId) -> Result<Link> {
        self.runtime.wait(self.links.get(id))
    }

    /// Gives a link new credentials, see [`belvo_sdk::Links::update_credentials`](crate::Links::update_credentials).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn update_credentials(&self, id: &LinkId, request: &UpdateCredentials) -> Result<Registered> {
        self.runtime.wait(self.links.update_credentials(id, request))
    }

    /// Changes how the data of a link is retrieved, see
    /// [`belvo_sdk::Links::change_retrieval`](crate::Links::change_retrieval).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn change_retrieval(&self, id: &LinkId, request: &ChangeRetrieval) -> Result<Link> {
        self.runtime.wait(self.links.change_retrieval(id, request))
    }

    /// Has the history of a link fetched again, see [`belvo_sdk::Links::refresh`](crate::Links::refresh).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn refresh(&self, id: &LinkId, request: &RefreshLink) -> Result<Accepted> {
        self.runtime.wait(self.links.refresh(id, request))
    }

    /// Deletes a link and all its data, see [`belvo_sdk::Links::delete`](crate::Links::delete).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn delete(&self, id: &LinkId) -> Result<()> {
        self.runtime.wait(self.links.delete(id))
    }

    /// Has a link deleted later, see [`belvo_sdk::Links::delete_async`](crate::Links::delete_async).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn delete_async(&self, id: &LinkId) -> Result<Accepted> {
        self.runtime.wait(self.links.delete_async(id))
    }
}

/// Calls about institutions; from [`Client::institutions`](super::Client::institutions).
#[derive(Clone, Debug)]
pub struct Institutions<'a> {
    institutions: crate::Institutions<'a>,
    runtime: &'a BlockingRuntime,
}

impl<'a> Institutions<'a> {
    pub(super) fn new(institutions: crate::Institutions<'a>, runtime: &'a BlockingRuntime) -> Self {
        Self { institutions, runtime }
    }

    /// Leaves these fields out of answers.
    #[must_use]
    pub fn omit<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { institutions: self.institutions.omit(fields), ..self }
    }

    /// Has only these fields in answers.
    #[must_use]
    pub fn only_fields<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { institutions: self.institutions.only_fields(fields), ..self }
    }

    /// Institutions that fit the query, in pages, see [`belvo_sdk::Institutions::list`](crate::Institutions::list).
    pub fn list(&self, query: &InstitutionQuery) -> Pages<Institution> {
        Pages::new(self.institutions.list(query), self.runtime)
    }

    /// One institution, see [`belvo_sdk::Institutions::get`](crate::Institutions::get).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn get(&self, id: i64) -> Result<Institution> {
        self.runtime.wait(self.institutions.get(id))
    }
}

/// Calls about consents; from [`Client::consents`](super::Client::consents).
#[derive(Clone, Debug)]
pub struct Consents<'a> {
    consents: crate::Consents<'a>,
    runtime: &'a BlockingRuntime,
}

impl<'a> Consents<'a> {
    pub(super) fn new(consents: crate::Consents<'a>, runtime: &'a BlockingRuntime) -> Self {
        Self { consents, runtime }
    }

    /// Leaves these fields out of answers.
    #[must_use]
    pub fn omit<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { consents: self.consents.omit(fields), ..self }
    }

    /// Has only these fields in answers.
    #[must_use]
    pub fn only_fields<T: AsRef<str>>(self, fields: impl IntoIterator<Item = T>) -> Self {
        Self { consents: self.consents.only_fields(fields), ..self }
    }

    /// All consents of a user, in pages, see [`belvo_sdk::Consents::list`](crate::Consents::list).
    pub fn list(&self, query: &ConsentQuery) -> Pages<Consent> {
        Pages::new(self.consents.list(query), self.runtime)
    }

    /// One consent, see [`belvo_sdk::Consents::get`](crate::Consents::get).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn get(&self, id: &ConsentId) -> Result<Consent> {
        self.runtime.wait(self.consents.get(id))
    }
}

/// Calls about widget tokens; from [`Client::widget_tokens`](super::Client::widget_tokens).
#[derive(Clone, Copy, Debug)]
pub struct WidgetTokens<'a> {
    tokens: crate::WidgetTokens<'a>,
    runtime: &'a BlockingRuntime,
}

impl<'a> WidgetTokens<'a> {
    pub(super) fn new(tokens: crate::WidgetTokens<'a>, runtime: &'a BlockingRuntime) -> Self {
        Self { tokens, runtime }
    }

    /// Creates a token for one user and one attempt, see
    /// [`belvo_sdk::WidgetTokens::create`](crate::WidgetTokens::create).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn create(&self, request: &CreateWidgetToken) -> Result<WidgetToken> {
        self.runtime.wait(self.tokens.create(request))
    }
}
