//! The session of one link, with a token of its own.

use std::borrow::Cow;
use std::fmt;

use http::Method;
use jiff::Timestamp;
use klavi_types::api::{ConsentCreated, CreateConsent, Institution, InstitutionStatus, Link};
use klavi_types::{LinkId, Secret, TaskId};
use provider_call::{
    Call, CallOptions, Caller, Credential, CustomCall, Endpoint, InvalidCredential, Parsed, bearer,
};

use crate::error::{Error, Result};
use crate::session::lifetime;
use crate::task::OpenDataTask;

/// What carries the calls about one link.
pub(crate) const LINK_TOKEN: &str = "link token";

pub(crate) const INSTITUTIONS: Endpoint = Endpoint::get("/data/v1/links/institutions").credential(LINK_TOKEN);
pub(crate) const INSTITUTION_STATUSES: Endpoint =
    Endpoint::get("/data/v1/links/institutions/status").credential(LINK_TOKEN);
pub(crate) const CREATE_CONSENT: Endpoint = Endpoint::post("/data/v1/consents")
    .credential(LINK_TOKEN)
    .not_idempotent("each consent counts towards the limit per customer and institution");

/// One link and the calls that its token allows. From [`Links::create`](crate::Links::create) or
/// [`Links::resume`](crate::Links::resume).
///
/// Link, token and page live equally long, 30 minutes by default. Once they have ended every call fails with
/// [`is_link_expired`](crate::Error::is_link_expired), and a new link is needed. `Debug` shows no token.
#[derive(Clone)]
pub struct LinkSession {
    caller: Caller,
    link_id: Option<LinkId>,
    url: Option<Secret>,
    token: Secret,
    credential: Credential,
    expires_at: Option<Timestamp>,
}

impl LinkSession {
    pub(crate) fn from_answer(caller: Caller, parsed: Parsed<Link>, asked_at: Timestamp) -> Result<Self> {
        let (link, token, authorization) = parsed.bearer("linkToken", |link| link.link_token.as_ref())?;
        let Link { link_id, link_url, expire_in, .. } = link;
        Ok(Self {
            caller,
            link_id,
            url: link_url,
            token,
            credential: Credential::new(authorization),
            expires_at: asked_at.checked_add(lifetime(expire_in)).ok(),
        })
    }

    pub(crate) fn resume(caller: Caller, link_id: LinkId, token: Secret) -> Result<Self, InvalidCredential> {
        let credential = Credential::new(bearer(token.expose())?);
        Ok(Self { caller, link_id: Some(link_id), url: None, token, credential, expires_at: None })
    }

    /// This session with other timeouts, retries or headers for the calls made through it.
    /// See [`Client::with_options`](crate::Client::with_options).
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { caller: self.caller.with_options(options), ..self.clone() }
    }

    /// Id of the link, as events and reports name it. Absent only if Klavi's answer had none.
    #[must_use]
    pub fn link_id(&self) -> Option<&LinkId> {
        self.link_id.as_ref()
    }

    /// The WhiteLabel page for this user. It carries a token: send it to this user only, and to no log.
    ///
    /// Absent in a resumed session.
    #[doc(alias = "link_url")]
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
        Ok(self.call(&INSTITUTIONS).send().await?.list()?)
    }

    /// How far the user got with each chosen institution.
    /// Source: docs.klavi.ai/connect/get-status-of-selected-institution.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_link_expired`](crate::Error::is_link_expired) after the link's end.
    pub async fn institution_statuses(&self) -> Result<Vec<InstitutionStatus>> {
        Ok(self.call(&INSTITUTION_STATUSES).send().await?.list()?)
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
    ///     Err(error) if error.is_outcome_unknown() => println!("list the consents before you send it again"),
    ///     Err(error) if error.is_consent_limit() => println!("revoke an old consent first"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error); [`is_consent_limit`](crate::Error::is_consent_limit) if this person has
    /// too many at this institution. Never repeated while the outcome is unknown, as each consent counts.
    #[doc(alias("create", "consents"))]
    pub async fn create_consent(&self, request: &CreateConsent) -> Result<ConsentCreated> {
        Ok(self.call(&CREATE_CONSENT).json(request).send().await?.record()?.value)
    }

    /// A collection at an Open Data institution.
    pub fn task(&self, id: impl Into<TaskId>) -> OpenDataTask<'_> {
        OpenDataTask::new(self, id.into())
    }

    /// A call with the link's token that this version has no method for; `path` begins with `/data/v1/`.
    pub fn request(&self, method: Method, path: impl Into<Cow<'static, str>>) -> CustomCall<'_, Error> {
        CustomCall::new(self.call(&Endpoint::new(method, path).credential(LINK_TOKEN)))
    }

    /// A call with the link's token.
    pub(crate) fn call(&self, endpoint: &Endpoint) -> Call<'_> {
        self.caller.call(endpoint).credential(&self.credential)
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }
}

impl fmt::Debug for LinkSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkSession").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
