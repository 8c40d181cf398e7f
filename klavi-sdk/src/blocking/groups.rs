//! The groups of calls, each waiting for the method of the same name.

use std::borrow::Cow;

use klavi_types::api::{
    Acknowledgement, Consent, ConsentQuery, CreateConsent, CreateLink, ReportAccepted, ReportRequest,
};
use klavi_types::events::Event;
use klavi_types::kaas::{Categorization, CategorizationRequest};
use klavi_types::{ConsentId, LinkId, Secret};
use provider_call::{BlockingRuntime, InvalidCredential};
use serde::Serialize;

use super::{Client, LinkSession, Watch};
use crate::consents::{CleanUp, CreatedOrReused, CustomerConsents};
use crate::error::Result;
use crate::kaas::KaasCredentials;

/// Calls about links; from [`Client::links`].
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    client: &'a Client,
}

impl<'a> Links<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a link and begins its session, see [`klavi_sdk::Links::create`](crate::Links::create).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn create(&self, request: &CreateLink) -> Result<LinkSession> {
        let session = self.client.wait(async |client| client.links().create(request).await)?;
        Ok(LinkSession::new(session, self.client.runtime.clone()))
    }

    /// Resumes the session of a link from its id and token, without a call.
    ///
    /// # Errors
    /// If the token is empty or could not be sent.
    pub fn resume(
        &self,
        link_id: impl Into<LinkId>,
        link_token: impl Into<Secret>,
    ) -> Result<LinkSession, InvalidCredential> {
        let session = self.client.client.links().resume(link_id, link_token)?;
        Ok(LinkSession::new(session, self.client.runtime.clone()))
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

    /// One consent, see [`klavi_sdk::Consents::get`](crate::Consents::get).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn get(&self, id: &ConsentId) -> Result<Consent> {
        self.client.wait(async |client| client.consents().get(id).await)
    }

    /// All consents of a person or a company, see [`klavi_sdk::Consents::list`](crate::Consents::list).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn list(&self, query: &ConsentQuery) -> Result<Vec<Consent>> {
        self.client.wait(async |client| client.consents().list(query).await)
    }

    /// The consents of that person or company alone, see [`klavi_sdk::Consents::of_customer`](crate::Consents::of_customer).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn of_customer(&self, query: &ConsentQuery) -> Result<CustomerConsents> {
        self.client.wait(async |client| client.consents().of_customer(query).await)
    }

    /// A consent for a customer at a bank, see
    /// [`klavi_sdk::Consents::create_or_reuse`](crate::Consents::create_or_reuse).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn create_or_reuse(
        &self,
        session: &LinkSession,
        request: &CreateConsent,
        clean_up: CleanUp,
    ) -> Result<CreatedOrReused> {
        let session = session.session();
        self.client.wait(async |client| client.consents().create_or_reuse(session, request, clean_up).await)
    }

    /// Watches a consent, see [`klavi_sdk::Consents::watch`](crate::Consents::watch).
    pub fn watch(&self, id: &ConsentId) -> Watch<Consent> {
        Watch::new(self.client.client.consents().watch(id), self.client.runtime.clone())
    }

    /// Revokes a consent, see [`klavi_sdk::Consents::revoke`](crate::Consents::revoke).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn revoke(&self, id: &ConsentId) -> Result<Acknowledgement> {
        self.client.wait(async |client| client.consents().revoke(id).await)
    }
}

/// Calls about reports; from [`Client::reports`].
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a> {
    client: &'a Client,
}

impl<'a> Reports<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Asks for reports, see [`klavi_sdk::Reports::request`](crate::Reports::request).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn request(&self, request: &ReportRequest) -> Result<ReportAccepted> {
        self.client.wait(async |client| client.reports().request(request).await)
    }
}

/// Calls of KaaS; from [`Client::kaas`].
#[derive(Clone, Debug)]
pub struct Kaas {
    kaas: crate::Kaas,
    runtime: BlockingRuntime,
}

impl Kaas {
    pub(super) fn new(client: &Client, credentials: KaasCredentials) -> Self {
        Self { kaas: client.client.kaas(credentials), runtime: client.runtime.clone() }
    }

    /// Categorises entries, see [`klavi_sdk::Kaas::categorise`](crate::Kaas::categorise).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn categorise(&self, request: &CategorizationRequest) -> Result<Categorization> {
        self.runtime.wait(self.kaas.categorise(request))
    }

    /// Sends a person's data, see [`klavi_sdk::Kaas::analyse`](crate::Kaas::analyse).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn analyse(
        &self,
        path: impl Into<Cow<'static, str>>,
        data: &impl Serialize,
    ) -> Result<ReportAccepted> {
        self.runtime.wait(self.kaas.analyse(path, data))
    }
}

/// Calls about batch analyses; from [`Client::analysis`].
#[derive(Clone, Copy, Debug)]
pub struct Analysis<'a> {
    client: &'a Client,
}

impl<'a> Analysis<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Pulls the events of finished batches, see [`klavi_sdk::Analysis::events`](crate::Analysis::events).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn events(&self) -> Result<Vec<Event>> {
        self.client.wait(async |client| client.analysis().events().await)
    }
}
