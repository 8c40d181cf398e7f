//! Calls that this version has no method for.

use std::borrow::Cow;

use bytes::Bytes;
use http::Response;
use provider_call::BlockingRuntime;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::Result;

/// A call that this version has no method for; from [`Client::request`](super::Client::request).
#[derive(Debug)]
#[must_use = "nothing is sent before `send` or `send_raw`"]
pub struct CustomCall<'a> {
    call: crate::CustomCall<'a>,
    runtime: &'a BlockingRuntime,
}

impl<'a> CustomCall<'a> {
    pub(super) fn new(call: crate::CustomCall<'a>, runtime: &'a BlockingRuntime) -> Self {
        Self { call, runtime }
    }

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

    /// Says that a repeat does no harm.
    pub fn idempotent(self) -> Self {
        Self { call: self.call.idempotent(), ..self }
    }

    /// Gives it the time of a login at the institution, see
    /// [`login_timeout`](crate::ClientBuilder::login_timeout).
    pub fn slow(self) -> Self {
        Self { call: self.call.slow(), ..self }
    }

    /// Makes the call and reads the answer as JSON.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn send<T: DeserializeOwned>(self) -> Result<T> {
        self.runtime.wait(self.call.send())
    }

    /// Makes the call, and returns status, headers and body unread.
    ///
    /// # Errors
    /// See [`Error`](crate::Error).
    pub fn send_raw(self) -> Result<Response<Bytes>> {
        self.runtime.wait(self.call.send_raw())
    }
}
