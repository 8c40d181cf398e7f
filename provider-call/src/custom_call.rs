//! Calls that a client has no method for.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::call::Call;
use crate::error::CallError;

/// A call that the client has no method for; `E` is the client's own error.
///
/// Credential, retries, limits, spans and errors are those of every other call, and like every other call it goes to the
/// client's host alone. Ids belong into `{name}` of the path, never into the path itself: the path stands in errors and
/// spans.
#[must_use = "nothing is sent before `send` or `send_raw`"]
pub struct CustomCall<'a, E> {
    call: Call<'a>,
    error: PhantomData<fn() -> E>,
}

impl<'a, E: From<CallError>> CustomCall<'a, E> {
    /// The same call, with errors of that type.
    pub fn new(call: Call<'a>) -> Self {
        Self { call, error: PhantomData }
    }

    /// The value for `{name}` of the path. It is percent-encoded.
    pub fn path_value(self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self::new(self.call.path_value(name, value))
    }

    /// Adds `name=value` to the query. Both are percent-encoded; neither stands in errors and spans.
    pub fn query(self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self::new(self.call.query(name, value))
    }

    /// Sends `body` as JSON with it.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        Self::new(self.call.json(body))
    }

    /// Says that a repeat does no harm, so that the call is repeated even while it is unknown whether the provider acted
    /// on it. Without this only `GET`, `HEAD`, `OPTIONS` and `TRACE` are.
    pub fn idempotent(self) -> Self {
        Self::new(self.call.idempotent())
    }

    /// Gives it the timeouts of calls for which the provider works long before it answers.
    pub fn slow(self) -> Self {
        Self::new(self.call.slow())
    }

    /// Makes the call and reads the answer as JSON.
    ///
    /// # Errors
    /// That of the client; one that the answer does not fit `T` says where, and nothing of what it holds.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T, E> {
        Ok(self.call.send().await?.json()?)
    }

    /// Makes the call and returns status, headers and body unchanged.
    ///
    /// # Errors
    /// That of the client.
    pub async fn send_raw(self) -> Result<Response<Bytes>, E> {
        Ok(self.call.send().await?.into_response())
    }
}

impl<E> fmt::Debug for CustomCall<'_, E> {
    /// Without values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CustomCall").field(&self.call).finish()
    }
}
