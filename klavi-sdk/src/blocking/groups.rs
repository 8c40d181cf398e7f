//! The groups of calls, each waiting for the method of the same name.

use klavi_types::api::{Acknowledgement, Consent, ConsentQuery, CreateLink, ReportAccepted, ReportRequest};
use klavi_types::{ConsentId, LinkId, Secret};
use provider_call::InvalidCredential;

use super::{Client, LinkSession};
use crate::error::Result;

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
        Ok(LinkSession::new(session, self.client.waiting.clone()))
    }

    /// Goes on with a link whose token was kept, without a call.
    ///
    /// # Errors
    /// If the token is empty or could not be sent.
    pub fn resume(
        &self,
        link_id: impl Into<LinkId>,
        link_token: impl Into<Secret>,
    ) -> Result<LinkSession, InvalidCredential> {
        let session = self.client.client.links().resume(link_id, link_token)?;
        Ok(LinkSession::new(session, self.client.waiting.clone()))
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
