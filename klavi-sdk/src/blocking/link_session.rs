//! The session of one link.

use std::borrow::Cow;

use http::Method;
use klavi_types::TaskId;
use klavi_types::api::{
    self, Acknowledgement, ConsentCreated, CreateConsent, Institution, InstitutionStatus, SubmitMfa,
};
use provider_call::{BlockingRuntime, CallOptions};

use super::{CustomCall, Watch};
use crate::error::Result;

/// One link and the calls that its token allows. From [`Links::create`](super::Links::create) or
/// [`Links::resume`](super::Links::resume).
#[derive(Clone, Debug)]
pub struct LinkSession {
    session: crate::LinkSession,
    runtime: BlockingRuntime,
}

impl LinkSession {
    pub(super) fn new(session: crate::LinkSession, runtime: BlockingRuntime) -> Self {
        Self { session, runtime }
    }

    /// The session itself: id, token, URL and end of the link.
    #[must_use]
    pub fn session(&self) -> &crate::LinkSession {
        &self.session
    }

    /// This session with other timeouts, retries or headers, see
    /// [`klavi_sdk::LinkSession::with_options`](crate::LinkSession::with_options).
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { session: self.session.with_options(options), runtime: self.runtime.clone() }
    }

    /// The institutions that this user can connect, see
    /// [`klavi_sdk::LinkSession::institutions`](crate::LinkSession::institutions).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn institutions(&self) -> Result<Vec<Institution>> {
        self.runtime.wait(self.session.institutions())
    }

    /// How far the user got with each chosen institution, see
    /// [`klavi_sdk::LinkSession::institution_statuses`](crate::LinkSession::institution_statuses).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn institution_statuses(&self) -> Result<Vec<InstitutionStatus>> {
        self.runtime.wait(self.session.institution_statuses())
    }

    /// Creates a consent at one institution, see
    /// [`klavi_sdk::LinkSession::create_consent`](crate::LinkSession::create_consent).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn create_consent(&self, request: &CreateConsent) -> Result<ConsentCreated> {
        self.runtime.wait(self.session.create_consent(request))
    }

    /// A collection at an Open Data institution, see [`klavi_sdk::LinkSession::task`](crate::LinkSession::task).
    pub fn task(&self, id: impl Into<TaskId>) -> OpenDataTask<'_> {
        OpenDataTask { task: self.session.task(id), runtime: &self.runtime }
    }

    /// A call with the link's token that this version has no method for, see
    /// [`klavi_sdk::LinkSession::request`](crate::LinkSession::request).
    pub fn request(&self, method: Method, path: impl Into<Cow<'static, str>>) -> CustomCall<'_> {
        self.session.request(method, path).blocking(&self.runtime)
    }
}

/// One collection at an Open Data institution; from [`LinkSession::task`].
#[derive(Clone, Debug)]
pub struct OpenDataTask<'a> {
    task: crate::OpenDataTask<'a>,
    runtime: &'a BlockingRuntime,
}

impl OpenDataTask<'_> {
    /// How far it is, see [`klavi_sdk::OpenDataTask::status`](crate::OpenDataTask::status).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn status(&self) -> Result<api::Task> {
        self.runtime.wait(self.task.status())
    }

    /// Submits the user's MFA token, see [`klavi_sdk::OpenDataTask::submit_mfa`](crate::OpenDataTask::submit_mfa).
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn submit_mfa(&self, answer: &SubmitMfa) -> Result<Acknowledgement> {
        self.runtime.wait(self.task.submit_mfa(answer))
    }

    /// Watches it, see [`klavi_sdk::OpenDataTask::watch`](crate::OpenDataTask::watch).
    pub fn watch(&self) -> Watch<api::Task> {
        Watch::new(self.task.watch(), self.runtime.clone())
    }
}
