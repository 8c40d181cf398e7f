//! Tokens with which a user's browser opens Belvo's pages.

use belvo_types::Secret;
use belvo_types::api::{CreateWidgetToken, WidgetToken};

use crate::api::Request;
use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::Result;

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
        let body = self.client.credentials().with(request);
        let request = Request::new(Endpoint::CreateWidgetToken).json(&body)?;
        let parsed = self.client.api().send(request).await?.record::<WidgetToken>()?;
        if parsed.value.access.as_ref().is_none_or(Secret::is_empty) {
            return Err(parsed.lacks("access"));
        }
        Ok(parsed.value)
    }
}
