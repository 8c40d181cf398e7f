//! The partner's access token: fetched once for all, renewed before it ends, replaced when it is refused.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderValue;
use klavi_types::api::AccessToken;
use klavi_types::{Integer, Secret};
use provider_call::{
    CallOptions, CredentialSource, FixedCredential, Fresh, NoCredential, Renewal, RetryPolicy, Token,
    TokenCache,
};

use crate::api::{Api, Request};
use crate::client::PROVIDER;
use crate::credentials::Credentials;
use crate::decode::Parsed;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// What every example of the documentation names; for an answer without `expireIn`.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(1800);

/// An exchange that hangs must leave time for the login after it.
const EXCHANGE_TIME: Duration = Duration::from_secs(10);

/// How an access token is renewed before it ends. Klavi calls both ways equal; the other one is tried where the first
/// fails. A refused token, and one that has ended, is always replaced by a login.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum TokenRenewal {
    /// The old token is exchanged, `GET /data/v1/refresh`; the keys travel less often.
    #[default]
    Exchange,
    /// A login with the keys, `POST /data/v1/auth`.
    Login,
}

#[derive(Debug)]
pub(crate) struct Session {
    login: Arc<Login>,
    tokens: TokenCache<HeaderValue, Error>,
}

#[derive(Debug)]
struct Login {
    api: Api,
    credentials: Credentials,
    renewal: TokenRenewal,
}

impl Session {
    pub(crate) fn new(api: Api, credentials: Credentials, renewal: TokenRenewal) -> Self {
        let tokens = TokenCache::new(Arc::clone(api.caller().clock())).provider(PROVIDER);
        Self { login: Arc::new(Login { api, credentials, renewal }), tokens }
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
    /// `previous` is there as long as it works.
    async fn fetch(&self, previous: Option<Token<HeaderValue>>) -> Result<Fresh<HeaderValue>> {
        let Some(token) = previous else { return self.log_in().await };
        let (first, way) = match self.renewal {
            TokenRenewal::Exchange => (self.exchange(token.value()).await, "exchange"),
            TokenRenewal::Login => (self.log_in().await, "login"),
        };
        let error = match first {
            Ok(fresh) => return Ok(fresh),
            Err(error) => error,
        };
        tracing::debug!(%error, way, "renewing the token the other way, as this one failed");
        match self.renewal {
            TokenRenewal::Exchange => self.log_in().await,
            TokenRenewal::Login => self.exchange(token.value()).await,
        }
    }

    async fn log_in(&self) -> Result<Fresh<HeaderValue>> {
        let request = Request::new(Endpoint::Auth).json(&self.credentials.login())?;
        fresh(&self.api.send(request, &NoCredential).await?.record()?)
    }

    /// Tried once only: a login does the same and is tried as often as it may.
    async fn exchange(&self, token: &HeaderValue) -> Result<Fresh<HeaderValue>> {
        let once = CallOptions::new().retry_policy(RetryPolicy::never().total(EXCHANGE_TIME));
        let source = FixedCredential::new(token.clone());
        let request = Request::new(Endpoint::Refresh);
        fresh(&self.api.with(once).send(request, &source).await?.record()?)
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

impl Session {
    /// For the one call that takes the key itself.
    pub(crate) fn secret_key(&self) -> &Secret {
        self.login.credentials.secret_key()
    }
}
