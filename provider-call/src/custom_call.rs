//! Calls that a client has no method for.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use bytes::Bytes;
use http::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[cfg(feature = "blocking")]
use crate::blocking::BlockingRuntime;
use crate::call::Call;
use crate::error::CallError;

/// A call that the client has no method for; `E` is the client's own error. `R` is `&BlockingRuntime` for a client whose
/// calls block.
///
/// Credential, retries, limits, spans and errors are those of every other call, and like every other call it goes to the
/// client's host alone. Ids belong into `{name}` of the path, never into the path itself: the path stands in errors and
/// spans.
#[must_use = "nothing is sent before `send` or `send_raw`"]
pub struct CustomCall<'a, E, R = ()> {
    call: Call<'a>,
    #[cfg_attr(
        not(feature = "blocking"),
        expect(dead_code, reason = "there is none without blocking clients")
    )]
    runtime: R,
    error: PhantomData<fn() -> E>,
}

impl<'a, E: From<CallError>> CustomCall<'a, E> {
    /// The same call, with errors of that type.
    pub fn new(call: Call<'a>) -> Self {
        Self { call, runtime: (), error: PhantomData }
    }

    /// The same call, whose sending blocks the thread.
    #[cfg(feature = "blocking")]
    pub fn blocking(self, runtime: &'a BlockingRuntime) -> CustomCall<'a, E, &'a BlockingRuntime> {
        CustomCall { call: self.call, runtime, error: PhantomData }
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

#[cfg(feature = "blocking")]
impl<E: From<CallError>> CustomCall<'_, E, &BlockingRuntime> {
    /// Makes the call and reads the answer as JSON.
    ///
    /// # Errors
    /// That of the client; one that the answer does not fit `T` says where, and nothing of what it holds.
    pub fn send<T: DeserializeOwned>(self) -> Result<T, E> {
        Ok(self.runtime.wait(self.call.send())?.json()?)
    }

    /// Makes the call and returns status, headers and body unread.
    ///
    /// # Errors
    /// That of the client.
    pub fn send_raw(self) -> Result<Response<Bytes>, E> {
        Ok(self.runtime.wait(self.call.send())?.into_response())
    }
}

impl<'a, E, R> CustomCall<'a, E, R> {
    /// The value for `{name}` of the path. It is percent-encoded.
    pub fn path_value(self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self { call: self.call.path_value(name, value), ..self }
    }

    /// Adds `name=value` to the query. Both are percent-encoded; neither stands in errors and spans.
    pub fn query(self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        Self { call: self.call.query(name, value), ..self }
    }

    /// Sends `body` as JSON with it.
    pub fn json(self, body: &(impl Serialize + ?Sized)) -> Self {
        Self { call: self.call.json(body), ..self }
    }

    /// Says that a repeat does no harm, so that the call is repeated even while it is unknown whether the provider acted
    /// on it. Without this only `GET`, `HEAD`, `OPTIONS` and `TRACE` are.
    pub fn idempotent(self) -> Self {
        Self { call: self.call.idempotent(), ..self }
    }

    /// Gives it the timeouts of calls for which the provider works long before it answers.
    pub fn slow(self) -> Self {
        Self { call: self.call.slow(), ..self }
    }
}

impl<E, R> fmt::Debug for CustomCall<'_, E, R> {
    /// Without values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CustomCall").field(&self.call).finish()
    }
}
