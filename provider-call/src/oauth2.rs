//! OAuth 2 client credentials, RFC 6749 section 4.4: a token of one's own, fetched with an id and a secret.
//!
//! Knows no authorization server by name, and nothing of the calls that carry the token.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderValue, Method, Uri};
use provider_wire::{Integer, Secret, Text, record};
use url::form_urlencoded::byte_serialize;

use crate::base_url::InvalidBaseUrl;
use crate::call::Caller;
use crate::config_error::ConfigError;
use crate::credential::{Credential, CredentialLookup, CredentialSource, InvalidCredential, Renewal, basic};
use crate::endpoint::Endpoint;
use crate::error::CallError;
use crate::retry::RetryPolicy;
use crate::settings::{ClientSettings, Provider};
use crate::token::{Fresh, TokenCache};

const PROVIDER: Provider = Provider::new("oauth2", env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"));

/// The time for one login: deliveries that wait for the token have a time limit too.
const TIMEOUT: Duration = Duration::from_secs(10);

/// For an answer that does not say how long its token lives.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

/// A token fetched from an authorization server with the id and the secret of a client.
///
/// All calls share the token. It is renewed a minute before it ends, and replaced after a 401; there is one
/// login at a time, and one a second at most.
pub struct ClientCredentials {
    login: Arc<Login>,
    tokens: TokenCache,
}

/// What the token is asked for with.
#[derive(Clone, Debug)]
#[must_use]
pub struct ClientGrant {
    client_id: String,
    client_secret: Secret,
    scope: Option<String>,
    audience: Option<String>,
    in_body: bool,
}

/// Why [`ClientCredentials`] cannot be set up. Holds no secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidClientGrant {
    /// The token URL cannot be used.
    #[error("the token URL cannot be used: {0}")]
    TokenUrl(InvalidBaseUrl),
    /// The id or the secret of the client is empty or has control characters.
    #[error("the client's id or secret is empty or has control characters")]
    Client(InvalidCredential),
    /// The settings of the client cannot be used.
    #[error("the client for the token URL cannot be set up")]
    Settings(#[source] ConfigError),
}

struct Login {
    caller: Caller,
    endpoint: Endpoint,
    authorization: Option<HeaderValue>,
    grant: ClientGrant,
}

/// The answer of the token endpoint, RFC 6749 section 5.1.
#[record]
struct Granted {
    access_token: Option<Secret>,
    token_type: Option<Text>,
    expires_in: Option<Integer>,
}

impl ClientGrant {
    /// The id and the secret of a client. They travel in the header `Authorization`.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<Secret>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
            scope: None,
            audience: None,
            in_body: false,
        }
    }

    /// Asks for these scopes, separated by spaces.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// Names who the token is for, where the server has several.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sends id and secret in the body, for servers that do not read the header.
    pub fn in_body(mut self) -> Self {
        self.in_body = true;
        self
    }

    /// RFC 6749 section 2.3.1: both are form-encoded before they are put together.
    fn authorization(&self) -> Result<HeaderValue, InvalidCredential> {
        let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
        basic(&self.client_id, self.client_secret.expose())?;
        basic(&encoded(&self.client_id), &encoded(self.client_secret.expose()))
    }
}

impl ClientCredentials {
    /// Fetches tokens at this URL, which is `https`, or `http` to this machine or where the settings
    /// [allow it](ClientSettings::allow_plain_http). Retries are left to the calls that need the token.
    ///
    /// # Errors
    /// If the URL, the id or the secret cannot be used.
    pub fn new(
        settings: ClientSettings,
        token_url: &str,
        grant: ClientGrant,
    ) -> Result<Self, InvalidClientGrant> {
        let not_a_url = || InvalidClientGrant::TokenUrl(InvalidBaseUrl::NotAUrl);
        let uri: Uri = token_url.parse().map_err(|_| not_a_url())?;
        let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
            return Err(not_a_url());
        };
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let authorization = grant.authorization().map_err(InvalidClientGrant::Client)?;
        let caller = settings
            .retry_policy(RetryPolicy::none())
            .timeout(TIMEOUT)
            .caller(&PROVIDER, &format!("{scheme}://{authority}"))
            .map_err(|error| match error {
                ConfigError::BaseUrl(error) => InvalidClientGrant::TokenUrl(error),
                error => InvalidClientGrant::Settings(error),
            })?;
        let tokens = TokenCache::new(Arc::clone(caller.clock()), caller.provider());
        let endpoint = Endpoint::new(Method::POST, path.to_owned())
            .idempotent("a surplus token does no harm and expires");
        let authorization = Some(authorization).filter(|_| !grant.in_body);
        Ok(Self { login: Arc::new(Login { caller, endpoint, authorization, grant }), tokens })
    }
}

impl CredentialSource for ClientCredentials {
    fn credential(&self, patience: Duration, refused: Option<&Credential>) -> CredentialLookup<'_> {
        let login = Arc::clone(&self.login);
        self.tokens.get(patience, refused, move |_| async move { login.fetch().await })
    }

    fn refused(&self, refused: &Credential) -> Renewal {
        self.tokens.refused(refused)
    }
}

impl Login {
    async fn fetch(&self) -> Result<Fresh, CallError> {
        let grant = &self.grant;
        let mut form = vec![("grant_type", "client_credentials")];
        form.extend(grant.scope.as_deref().map(|scope| ("scope", scope)));
        form.extend(grant.audience.as_deref().map(|audience| ("audience", audience)));
        let mut call = self.caller.call(&self.endpoint);
        match &self.authorization {
            Some(authorization) => call = call.header(AUTHORIZATION, authorization.clone()),
            None => form.extend([
                ("client_id", grant.client_id.as_str()),
                ("client_secret", grant.client_secret.expose()),
            ]),
        }
        let parsed = call.form(&form).send().await?.record::<Granted>()?;
        let (granted, _, authorization) =
            parsed.bearer("access_token", |granted| granted.access_token.as_ref())?;
        if granted.token_type.is_some_and(|word| !word.as_str().eq_ignore_ascii_case("bearer")) {
            return Err(CallError::request(&self.endpoint, "the token is not a bearer token"));
        }
        let seconds = granted.expires_in.and_then(|seconds| u64::try_from(seconds.get()).ok());
        let lifetime = seconds.filter(|seconds| *seconds > 0).map_or(DEFAULT_LIFETIME, Duration::from_secs);
        Ok(Fresh { authorization, lifetime })
    }
}

impl fmt::Debug for ClientCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientCredentials")
            .field("caller", &self.login.caller)
            .field("grant", &self.login.grant)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
