//! The partner's access token: fetched once for all, renewed before it ends, replaced when it is refused.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use klavi_types::api::AccessToken;
use klavi_types::{Integer, Secret};
use provider_call::{
    CallError, CallOptions, Caller, ConfigError, Credential, CredentialLookup, CredentialSource, Endpoint,
    Fresh, Parsed, Renewal, RetryPolicy, TokenCache,
};

use crate::consents::Flights;
use crate::credentials::Credentials;

/// What carries most calls.
pub(crate) const ACCESS_TOKEN: &str = "access token";

pub(crate) const AUTH: Endpoint =
    Endpoint::post("/data/v1/auth").idempotent("a second token does no harm and expires");
pub(crate) const REFRESH: Endpoint = Endpoint::get("/data/v1/refresh")
    .credential(ACCESS_TOKEN)
    .idempotent("a second token does no harm and expires");

/// What every example of the documentation names; for an answer without `expireIn`.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(1800);

/// An exchange that hangs must leave time for the login after it.
const EXCHANGE_TIME: Duration = Duration::from_secs(10);

/// How an access token is renewed before it ends. Klavi calls both ways equal; the other one is tried where the first
/// fails. A refused token, and one that has ended, is always replaced by a login.
#[doc(alias = "refresh")]
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
    tokens: TokenCache,
    /// Consents that are being made.
    flights: Flights,
}

#[derive(Debug)]
struct Login {
    caller: Caller,
    credentials: RwLock<Credentials>,
    renewal: TokenRenewal,
}

impl Session {
    pub(crate) fn new(
        caller: Caller,
        credentials: Credentials,
        renewal: TokenRenewal,
    ) -> Result<Self, ConfigError> {
        Ok(Self::of(caller, credentials.complete()?, renewal))
    }

    fn of(caller: Caller, credentials: Credentials, renewal: TokenRenewal) -> Self {
        let tokens = TokenCache::new(Arc::clone(caller.clock()), caller.provider());
        let login = Login { caller, credentials: RwLock::new(credentials), renewal };
        Self { login: Arc::new(login), tokens, flights: Flights::default() }
    }

    #[cfg(feature = "blocking")]
    pub(crate) fn with_caller(&self, caller: Caller) -> Self {
        Self::of(caller, self.login.credentials(), self.login.renewal)
    }

    pub(crate) fn set_credentials(&self, credentials: Credentials) -> Result<(), ConfigError> {
        let credentials = credentials.complete()?;
        *self.login.credentials.write().unwrap_or_else(PoisonError::into_inner) = credentials;
        self.tokens.clear();
        Ok(())
    }

    /// For the one call that takes the key itself.
    pub(crate) fn secret_key(&self) -> Secret {
        self.login.credentials().secret_key().clone()
    }

    pub(crate) fn flights(&self) -> &Flights {
        &self.flights
    }
}

impl CredentialSource for Session {
    fn credential(&self, patience: Duration, refused: Option<&Credential>) -> CredentialLookup<'_> {
        let login = Arc::clone(&self.login);
        self.tokens.get(patience, refused, move |previous| async move { login.fetch(previous).await })
    }

    fn refused(&self, refused: &Credential) -> Renewal {
        self.tokens.refused(refused)
    }
}

impl Login {
    fn credentials(&self) -> Credentials {
        self.credentials.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// `previous` is there as long as it works.
    async fn fetch(&self, previous: Option<Credential>) -> Result<Fresh, CallError> {
        let Some(token) = previous else { return self.log_in().await };
        let (first, way) = match self.renewal {
            TokenRenewal::Exchange => (self.exchange(&token).await, "exchange"),
            TokenRenewal::Login => (self.log_in().await, "login"),
        };
        let error = match first {
            Ok(fresh) => return Ok(fresh),
            Err(error) => error,
        };
        tracing::debug!(%error, way, "renewing the token the other way, as this one failed");
        match self.renewal {
            TokenRenewal::Exchange => self.log_in().await,
            TokenRenewal::Login => self.exchange(&token).await,
        }
    }

    async fn log_in(&self) -> Result<Fresh, CallError> {
        fresh(self.caller.call(&AUTH).json(&self.credentials().login()).send().await?.record()?)
    }

    /// Tried once only: a login does the same and is tried as often as it may.
    async fn exchange(&self, token: &Credential) -> Result<Fresh, CallError> {
        let once = CallOptions::new().retry_policy(RetryPolicy::none()).timeout(EXCHANGE_TIME);
        let caller = self.caller.with_options(once);
        fresh(caller.call(&REFRESH).credential(token).send().await?.record()?)
    }
}

fn fresh(parsed: Parsed<AccessToken>) -> Result<Fresh, CallError> {
    let (token, _, authorization) = parsed.bearer("accessToken", |token| token.access_token.as_ref())?;
    Ok(Fresh { authorization, lifetime: lifetime(token.expire_in) })
}

/// Seconds from now, as `expireIn` names them.
pub(crate) fn lifetime(expire_in: Option<Integer>) -> Duration {
    match expire_in.map(|seconds| u64::try_from(seconds.get())) {
        Some(Ok(seconds)) if seconds > 0 => Duration::from_secs(seconds),
        _ => DEFAULT_LIFETIME,
    }
}
