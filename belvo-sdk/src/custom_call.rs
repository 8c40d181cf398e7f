//! Calls that this version has no method for.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use provider_call::Idempotency;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::api::Request;
use crate::client::Client;
use crate::decode::Answer;
use crate::endpoint::{Endpoint, Facts, Keys, Time};
use crate::error::Result;

/// A call of Belvo's API that this version has no method for; from [`Client::request`].
///
/// Keys, retries, limits, spans and errors are those of every other call, and like every other call it goes to the
/// client's host alone. Ids belong into `{name}` of the path, never into the path itself: the path stands in errors and
/// spans. A retrieval may be answered with a second factor: [`Error::mfa_challenge`](crate::Error::mfa_challenge).
///
/// ```no_run
/// use http::Method;
///
/// #[derive(serde::Deserialize)]
/// struct Account {
///     id: String,
/// }
///
/// # async fn example(client: belvo_sdk::Client) -> Result<(), belvo_sdk::Error> {
/// let account: Account = client
///     .request(Method::GET, "/api/accounts/{id}/")
///     .path_value("id", "0d3ffb69-f83b-456e-ad8e-208d0998d71d")
///     .send()
///     .await?;
/// println!("{}", account.id);
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent before `send` or `send_raw`"]
pub struct CustomCall<'a> {
    client: &'a Client,
    method: Method,
    path: &'static str,
    idempotency: Idempotency,
    time: Time,
    path_values: Vec<(&'static str, Cow<'a, str>)>,
    query: Vec<(&'static str, Cow<'a, str>)>,
}

/// A [`CustomCall`] with a body.
#[must_use = "nothing is sent before `send` or `send_raw`"]
pub struct CustomCallWithBody<'a, B> {
    call: CustomCall<'a>,
    body: &'a B,
}

impl<'a> CustomCall<'a> {
    pub(crate) fn new(client: &'a Client, method: Method, path: &'static str) -> Self {
        let idempotency = if method.is_safe() { Idempotency::Idempotent } else { Idempotency::NotIdempotent };
        Self {
            client,
            method,
            path,
            idempotency,
            time: Time::Usual,
            path_values: Vec::new(),
            query: Vec::new(),
        }
    }

    /// The value for `{name}` of the path. It is percent-encoded.
    pub fn path_value(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.path_values.push((name, value.into()));
        self
    }

    /// Adds `name=value` to the query. Both are percent-encoded; neither stands in errors and spans.
    pub fn query(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    /// Says that a repeat does no harm, so that the call is repeated even while it is unknown whether Belvo acted on
    /// it. Without this only `GET`, `HEAD`, `OPTIONS` and `TRACE` are.
    pub fn idempotent(mut self) -> Self {
        self.idempotency = Idempotency::Idempotent;
        self
    }

    /// Gives it the time of a login at the institution: for calls that retrieve data, which take up to five minutes.
    pub fn logs_in(mut self) -> Self {
        self.time = Time::Login;
        self
    }

    /// Sends `body` as JSON with it.
    pub fn json<B: Serialize>(self, body: &'a B) -> CustomCallWithBody<'a, B> {
        CustomCallWithBody { call: self, body }
    }

    /// Makes the call and reads the answer as JSON.
    ///
    /// # Errors
    /// See [`Error`](crate::Error); one that the answer does not fit `T` says where, and nothing of what it holds.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T> {
        self.answer(Ok).await?.json()
    }

    /// Makes the call; the answer is handed out as it came.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub async fn send_raw(self) -> Result<Bytes> {
        self.answer(Ok).await.map(Answer::into_body)
    }

    async fn answer(self, finish: impl FnOnce(Request<'a>) -> Result<Request<'a>>) -> Result<Answer> {
        let Self { client, method, path, idempotency, time, path_values, query } = self;
        let facts = Facts { method, template: path, keys: Keys::Header, time, idempotency };
        let mut request = Request::new(Endpoint::Other(Arc::new(facts)));
        for (name, value) in path_values {
            request = request.path_value(name, value);
        }
        for (name, value) in query {
            request = request.query(name, value);
        }
        client.api().send(finish(request)?).await
    }
}

impl<B: Serialize> CustomCallWithBody<'_, B> {
    /// As [`CustomCall::send`].
    ///
    /// # Errors
    /// See [`CustomCall::send`].
    pub async fn send<T: DeserializeOwned>(self) -> Result<T> {
        self.answer().await?.json()
    }

    /// As [`CustomCall::send_raw`].
    ///
    /// # Errors
    /// See [`CustomCall::send_raw`].
    pub async fn send_raw(self) -> Result<Bytes> {
        self.answer().await.map(Answer::into_body)
    }

    async fn answer(self) -> Result<Answer> {
        self.call.answer(|request| request.json(self.body)).await
    }
}

impl fmt::Debug for CustomCall<'_> {
    /// Without values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomCall")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("idempotency", &self.idempotency)
            .finish_non_exhaustive()
    }
}

impl<B> fmt::Debug for CustomCallWithBody<'_, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomCallWithBody").field("call", &self.call).finish_non_exhaustive()
    }
}
