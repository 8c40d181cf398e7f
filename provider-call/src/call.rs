//! One call: what goes out, and the loop around its attempts.

mod attempts;
mod options;
mod request;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue};
use serde::Serialize;

use self::attempts::Attempts;
pub use self::options::{CallOptions, InvalidHeader};
use self::request::Content;
pub use self::request::{ATTEMPT_HEADER, REQUEST_ID_HEADER};
use crate::answer::Answer;
use crate::base_url::BaseUrl;
use crate::clock::Clock;
use crate::credential::{CredentialSource, NoCredential};
use crate::endpoint::Endpoint;
use crate::error::{CallError, Refusal};
use crate::settings::Settings;

/// Makes calls to one provider. Cheap to clone; built by [`ClientSettings`](crate::ClientSettings).
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use provider_call::{ClientSettings, Credential, Endpoint, Provider, bearer};
///
/// const GET_THING: Endpoint = Endpoint::get("/things/{id}");
/// const PROVIDER: Provider = Provider::new("example", "example-sdk", "1.0.0");
///
/// let caller = ClientSettings::new().caller(&PROVIDER, "https://api.example.com")?;
/// let credential = Credential::new(bearer("token")?);
/// let answer = caller.call(&GET_THING).credential(&credential).path_value("id", "42").send().await?;
/// println!("{} bytes", answer.body().len());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Caller {
    settings: Arc<Settings>,
    options: CallOptions,
}

impl Caller {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings: Arc::new(settings), options: CallOptions::new() }
    }

    /// A caller like this one, but for the options. It shares budget, rate limit and connections with this one.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { options: self.options.overridden_by(options), settings: Arc::clone(&self.settings) }
    }

    /// A caller like this one, but for its connections, for another runtime: connections are driven by the runtime that
    /// opened them.
    #[cfg(feature = "blocking")]
    #[must_use]
    pub fn with_own_connections(&self) -> Self {
        let mut settings = Settings::clone(&self.settings);
        if let Some(transport) = settings.transport.with_own_connections() {
            settings.transport = transport;
        }
        Self { settings: Arc::new(settings), options: self.options.clone() }
    }

    /// The address that all calls go below.
    #[must_use]
    pub fn base_url(&self) -> &BaseUrl {
        &self.settings.base_url
    }

    /// The clock of this caller.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.settings.clock
    }

    /// The word for the provider in the labels of metrics.
    #[must_use]
    pub fn provider(&self) -> &'static str {
        self.settings.provider.name
    }

    /// A call of an endpoint.
    pub fn call<'a>(&'a self, endpoint: &Endpoint) -> Call<'a> {
        Call {
            caller: self,
            endpoint: endpoint.clone(),
            source: &NoCredential,
            content: Content::default(),
            unserializable: false,
        }
    }
}

/// A call that is not made yet: path, query, headers and JSON body, in any order. `Debug` shows the endpoint only.
#[must_use = "nothing is sent before `send`"]
pub struct Call<'a> {
    caller: &'a Caller,
    endpoint: Endpoint,
    source: &'a dyn CredentialSource,
    content: Content<'a>,
    unserializable: bool,
}

impl<'a> Call<'a> {
    /// Sends the credentials of `source` with it. Default: none.
    pub fn credential(mut self, source: &'a dyn CredentialSource) -> Self {
        self.source = source;
        self
    }

    /// The value for `{name}` of the path. It is percent-encoded, and stands neither in errors nor in spans.
    pub fn path_value(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.content.path_values.push((name.into(), value.into()));
        self
    }

    /// Adds `name=value` to the query. Both are percent-encoded, and stand neither in errors nor in spans.
    pub fn query(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.content.query.push((name.into(), value.into()));
        self
    }

    /// Adds a header, such as a credential that does not go into `Authorization`. No log shows its value.
    pub fn header(mut self, name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        self.content.headers.insert(name, value);
        self
    }

    /// The body, as JSON.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.content.body = body.into(),
            Err(_) => self.unserializable = true,
        }
        self
    }

    /// The body, as a form: `name=value` pairs, percent-encoded.
    pub fn form(mut self, fields: &[(&str, &str)]) -> Self {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        self.content.body = form.extend_pairs(fields).finish().into();
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        self.content.headers.insert(CONTENT_TYPE, kind);
        self
    }

    /// Says that a repeat does no harm, so that the call is repeated even while it is unknown whether the provider acted
    /// on it.
    pub fn idempotent(mut self) -> Self {
        self.endpoint = self.endpoint.idempotent("the caller says so");
        self
    }

    /// Gives it the timeouts of calls for which the provider works long, see [`Endpoint::slow`].
    pub fn slow(mut self) -> Self {
        self.endpoint = self.endpoint.slow();
        self
    }

    /// Makes the call: attempts, pauses, and one new credential after a 401.
    ///
    /// # Errors
    /// If there is no 2xx answer in the end; the last failure tells why.
    pub async fn send(self) -> Result<Answer, CallError> {
        let Self { caller, endpoint, source, content, unserializable } = self;
        if unserializable {
            return Err(CallError::refused(&endpoint, Refusal::Unserializable));
        }
        Attempts::new(caller, &endpoint).make(source, &content).await
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
