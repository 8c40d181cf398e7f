//! Links: one connection attempt of one user.

use klavi_types::api::CreateLink;
use klavi_types::{LinkId, Secret};
use provider_call::{Endpoint, InvalidCredential};

use crate::client::Client;
use crate::error::Result;
use crate::link_session::LinkSession;
use crate::session::ACCESS_TOKEN;

pub(crate) const CREATE: Endpoint = Endpoint::post("/data/v1/links")
    .credential(ACCESS_TOKEN)
    .not_idempotent("a repeat makes a second link with a token that nobody holds");

/// Calls about links; from [`Client::links`].
#[derive(Clone, Copy, Debug)]
pub struct Links<'a> {
    client: &'a Client,
}

impl<'a> Links<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a link and begins its session. Source: docs.klavi.ai/connect/create-a-link.
    ///
    /// ```no_run
    /// use klavi_sdk::klavi_types::api::CreateLink;
    ///
    /// # async fn example(client: klavi_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = CreateLink::builder().redirect_url("https://partner.example/back").build()?;
    /// let session = client.links().create(&request).await?;
    /// for institution in session.institutions().await? {
    ///     println!("{:?}", institution.name.as_ref().map(|name| name.as_str()));
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error). After [`is_outcome_unknown`](crate::Error::is_outcome_unknown) a link may
    /// exist that is never used; it does no harm and expires.
    pub async fn create(&self, request: &CreateLink) -> Result<LinkSession> {
        let caller = self.client.caller();
        let asked_at = caller.clock().wall();
        let answer = self.client.call(&CREATE).json(request).send().await?;
        LinkSession::from_answer(caller.clone(), answer.record()?, asked_at)
    }

    /// Resumes a link whose token was kept, without a call.
    ///
    /// # Errors
    /// If the token is empty or could not be sent.
    pub fn resume(
        &self,
        link_id: impl Into<LinkId>,
        link_token: impl Into<Secret>,
    ) -> Result<LinkSession, InvalidCredential> {
        LinkSession::resume(self.client.caller().clone(), link_id.into(), link_token.into())
    }
}
