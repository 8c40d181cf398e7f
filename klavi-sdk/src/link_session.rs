//! The session of one link, with a token of its own.

use std::fmt;
use std::sync::Arc;

use http::Method;
use jiff::Timestamp;
use klavi_types::api::{
    self, Acknowledgement, ConsentCreated, CreateConsent, Institution, InstitutionStatus, Link, SubmitMfa,
};
use klavi_types::{LinkId, Secret, TaskId};
use provider_call::{CallOptions, Clock, FixedCredential, InvalidCredential, bearer};

use crate::api::{Api, Request};
use crate::custom_call::CustomCall;
use crate::decode::{Answer, Parsed};
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::session::lifetime;
use crate::task::OpenDataTask;

/// One link and the calls that its token allows. From [`Links::create`](crate::Links::create) or
/// [`Links::resume`](crate::Links::resume).
///
/// Link, token and page live equally long, 30 minutes by default. Once they have ended every call fails with
/// [`is_link_expired`](crate::Error::is_link_expired), and a new link is needed. `Debug` shows no token.
#[derive(Clone)]
pub struct LinkSession {
    api: Api,
    link_id: Option<LinkId>,
    url: Option<Secret>,
    token: Secret,
    credential: FixedCredential,
    expires_at: Option<Timestamp>,
}

impl LinkSession {
    pub(crate) fn from_answer(api: Api, parsed: &Parsed<Link>, asked_at: Timestamp) -> Result<Self> {
        let Link { link_id, link_url, link_token, expire_in, .. } = &parsed.value;
        let (token, authorization) = parsed.token("linkToken", link_token.as_ref())?;
        Ok(Self {
            api,
            link_id: link_id.clone(),
            url: link_url.clone(),
            token: token.clone(),
            credential: FixedCredential::new(authorization),
            expires_at: asked_at.checked_add(lifetime(*expire_in)).ok(),
        })
    }

    pub(crate) fn resume(api: Api, link_id: LinkId, token: Secret) -> Result<Self, InvalidCredential> {
        let credential = FixedCredential::new(bearer(token.expose())?);
        Ok(Self { api, link_id: Some(link_id), url: None, token, credential, expires_at: None })
    }

    /// This session with other timeouts, retries or headers for the calls made through it.
    /// See [`Client::with`](crate::Client::with).
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        Self { api: self.api.with(options), ..self.clone() }
    }

    /// Id of the link, as events and reports name it. Absent only if Klavi's answer had none.
    #[must_use]
    pub fn link_id(&self) -> Option<&LinkId> {
        self.link_id.as_ref()
    }

    /// The WhiteLabel page for this user. It carries a token: send it to this user only, and to no log.
    ///
    /// Absent in a resumed session.
    #[must_use]
    pub fn url(&self) -> Option<&Secret> {
        self.url.as_ref()
    }

    /// The link token, to be kept for [`Links::resume`](crate::Links::resume).
    #[must_use]
    pub fn token(&self) -> &Secret {
        &self.token
    }

    /// The end of the link, a little early rather than late. Unknown in a resumed session.
    #[must_use]
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// The institutions that this user can connect. Source: docs.klavi.ai/connect/get-institution-list.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_link_expired`](crate::Error::is_link_expired) after the link's end.
    pub async fn institutions(&self) -> Result<Vec<Institution>> {
        self.api.send(Request::new(Endpoint::Institutions), &self.credential).await?.list()
    }

    /// How far the user got with each chosen institution.
    /// Source: docs.klavi.ai/connect/get-status-of-selected-institution.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_link_expired`](crate::Error::is_link_expired) after the link's end.
    pub async fn institution_statuses(&self) -> Result<Vec<InstitutionStatus>> {
        self.api.send(Request::new(Endpoint::InstitutionStatuses), &self.credential).await?.list()
    }

    /// Creates a consent at one institution. Source: docs.klavi.ai/connect/create-a-consent.
    ///
    /// Send the browser to the answer's `consent_redirect_url` within 60 seconds; it works once.
    ///
    /// ```no_run
    /// use klavi_sdk::klavi_types::api::CreateConsent;
    ///
    /// # async fn example(session: klavi_sdk::LinkSession) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = CreateConsent::builder("341", "track-0001", "https://partner.example/back")
    ///     .personal_tax_id("123.456.789-09")
    ///     .build()?;
    /// match session.create_consent(&request).await {
    ///     Ok(consent) => println!("created {:?}", consent.consent_id.map(|id| id.to_string())),
    ///     Err(error) if error.is_consent_limit() => println!("revoke an old consent first"),
    ///     Err(error) if error.is_outcome_unknown() => println!("look into the list before trying again"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_consent_limit`](crate::Error::is_consent_limit) if this person has
    /// too many at this institution. Never repeated while the outcome is unknown, as each consent counts.
    pub async fn create_consent(&self, request: &CreateConsent) -> Result<ConsentCreated> {
        let request = Request::new(Endpoint::CreateConsent).json(request)?;
        self.api.send(request, &self.credential).await?.record().map(|parsed| parsed.value)
    }

    /// A collection at an Open Data institution.
    pub fn task(&self, id: impl Into<TaskId>) -> OpenDataTask<'_> {
        OpenDataTask::new(self, id.into())
    }

    /// A call with the link's token that this version has no method for; `path` begins with `/data/v1/`.
    pub fn request(&self, method: Method, path: &'static str) -> CustomCall<'_> {
        CustomCall::of_link(self, method, path)
    }

    pub(crate) async fn task_status(&self, id: &TaskId) -> Result<api::Task> {
        let request = Request::new(Endpoint::TaskStatus).path_value("taskId", id.as_str());
        self.send(request).await?.record().map(|parsed| parsed.value)
    }

    pub(crate) async fn submit_mfa(&self, id: &TaskId, answer: &SubmitMfa) -> Result<Acknowledgement> {
        let request = Request::new(Endpoint::SubmitMfa).path_value("taskId", id.as_str()).json(answer)?;
        self.send(request).await?.record_or_empty()
    }

    pub(crate) async fn send(&self, request: Request<'_>) -> Result<Answer> {
        self.api.send(request, &self.credential).await
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        self.api.caller().clock()
    }
}

impl fmt::Debug for LinkSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkSession").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
