//! The partner's access token: fetched once for all, renewed before it ends, replaced when it is refused.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use klavi_types::Integer;
use klavi_types::api::AccessToken;
use provider_call::{CredentialSource, FixedCredential, Fresh, NoCredential, Renewal, Token, TokenCache};

use crate::api::{Api, Request};
use crate::credentials::Credentials;
use crate::decode::Parsed;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// What every example of the documentation names; for an answer without `expireIn`.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(1800);

#[derive(Debug)]
pub(crate) struct Session {
    login: Arc<Login>,
    tokens: TokenCache<HeaderValue, Error>,
}

#[derive(Debug)]
struct Login {
    api: Api,
    credentials: Credentials,
}

impl Session {
    pub(crate) fn new(api: Api, credentials: Credentials) -> Self {
        let tokens = TokenCache::new(Arc::clone(api.caller().clock()));
        Self { login: Arc::new(Login { api, credentials }), tokens }
    }
}

impl CredentialSource for Session {
    type Credential = Token<HeaderValue>;
    type Error = Error;

    async fn credential(&self) -> Result<Token<HeaderValue>> {
        let login = Arc::clone(&self.login);
        self.tokens.get(move |previous| async move { login.fetch(previous).await }).await
    }

    fn authorization(&self, credential: &Token<HeaderValue>) -> Option<HeaderValue> {
        Some(credential.value().clone())
    }

    fn invalidate(&self, refused: &Token<HeaderValue>) -> Renewal {
        self.tokens.invalidate(refused);
        Renewal::Possible
    }
}

impl Login {
    /// With the old token while it works, else with the keys.
    async fn fetch(&self, previous: Option<Token<HeaderValue>>) -> Result<Fresh<HeaderValue>> {
        if let Some(token) = previous {
            match self.refresh(token.value()).await {
                Ok(fresh) => return Ok(fresh),
                Err(error) => tracing::debug!(%error, "logging in, as the refresh failed"),
            }
        }
        let request = Request::new(Endpoint::Auth).json(&self.credentials.login())?;
        fresh(&self.api.send(request, &NoCredential).await?.record()?)
    }

    /// Tried once only: the login that follows a failure does the same and is tried as often as it may.
    async fn refresh(&self, token: &HeaderValue) -> Result<Fresh<HeaderValue>> {
        let source = FixedCredential::new(token.clone());
        let request = Request::new(Endpoint::Refresh);
        fresh(&self.api.without_retry().send(request, &source).await?.record()?)
    }
}

fn fresh(parsed: &Parsed<AccessToken>) -> Result<Fresh<HeaderValue>> {
    let AccessToken { access_token, expire_in, .. } = &parsed.value;
    let (_, value) = parsed.token("accessToken", access_token.as_ref())?;
    Ok(Fresh { value, lifetime: lifetime(*expire_in) })
}

/// Seconds from now, as `expireIn` names them.
pub(crate) fn lifetime(expire_in: Option<Integer>) -> Duration {
    match expire_in.map(|seconds| u64::try_from(seconds.get())) {
        Some(Ok(seconds)) if seconds > 0 => Duration::from_secs(seconds),
        _ => DEFAULT_LIFETIME,
    }
}
