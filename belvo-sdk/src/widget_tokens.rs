//! Tokens with which a user's browser opens Belvo's pages.

use belvo_types::Secret;
use belvo_types::api::{CreateWidgetToken, WidgetToken};
use provider_call::Endpoint;

use crate::client::Client;
use crate::error::Result;
use crate::keys::KEYS_IN_BODY;

pub(crate) const CREATE: Endpoint = Endpoint::post("/api/token/")
    .credential(KEYS_IN_BODY)
    .idempotent("a second token does no harm and expires");

/// Calls about widget tokens; from [`Client::widget_tokens`].
#[derive(Clone, Copy, Debug)]
pub struct WidgetTokens<'a> {
    client: &'a Client,
}

impl<'a> WidgetTokens<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Creates a token for one user and one attempt, valid for ten minutes. The keys go in the body of this one call,
    /// and no `Authorization` goes with it. Source: developers.belvo.com, connect widget.
    ///
    /// ```no_run
    /// use belvo_sdk::belvo_types::api::{CreateWidgetToken, Scopes};
    /// use belvo_sdk::belvo_types::widget::WidgetUrl;
    ///
    /// # async fn example(client: belvo_sdk::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = CreateWidgetToken::builder(Scopes::multi_region()).external_id("user-7f3a").build()?;
    /// let token = client.widget_tokens().create(&request).await?;
    /// let url = token.access.map(|access| WidgetUrl::builder(access).locale("pt").build());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// See [`Error`](crate::Error); one of [`ErrorKind::Decode`](crate::ErrorKind::Decode) where the answer has no
    /// `access`.
    pub async fn create(&self, request: &CreateWidgetToken) -> Result<WidgetToken> {
        let keys = self.client.keys().credentials();
        // The keys go in the body alone: no credential in `Authorization`.
        let answer = self.client.caller().call(&CREATE).json(&keys.with(request)).send().await?;
        let has_access = |token: &WidgetToken| !token.access.as_ref().is_none_or(Secret::is_empty);
        Ok(answer.record()?.require("access", has_access)?)
    }
}
