//! One call of an endpoint, with errors in the client's own words.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use provider_call::{Call, CallOptions, Caller, CredentialSource};
use serde::Serialize;

use crate::decode::Answer;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};

/// Makes calls to Klavi. Knows endpoints, but holds no credential.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    caller: Arc<Caller>,
}

/// What goes with a call besides the credential.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) endpoint: Endpoint,
    call: Call<'a>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(endpoint: Endpoint) -> Self {
        Self { call: endpoint.call(), endpoint }
    }

    pub(crate) fn path_value(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.call = self.call.path_value(name, value);
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl Into<Cow<'a, str>>) -> Self {
        self.call = self.call.query(name, value);
        self
    }

    /// A header that no log shows, such as a credential outside `Authorization`.
    pub(crate) fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.call = self.call.header(name, value);
        self
    }

    pub(crate) fn json(mut self, body: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_vec(body).map_err(|error| Error::unsendable(&self.endpoint, error))?;
        self.call = self.call.json(body);
        Ok(self)
    }
}

impl Api {
    pub(crate) fn new(caller: Caller) -> Self {
        Self { caller: Arc::new(caller) }
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The same, but for the options.
    pub(crate) fn with(&self, options: CallOptions) -> Self {
        Self::new(self.caller.with(options))
    }

    pub(crate) async fn send<S>(&self, request: Request<'_>, source: &S) -> Result<Answer>
    where
        S: CredentialSource<Error: IntoError>,
    {
        match self.caller.run(&request.call, source).await {
            Ok(reply) => Ok(Answer::new(request.endpoint, reply)),
            Err(error) => Err(Error::from_call(request.endpoint, error)),
        }
    }
}

/// The failure to get a credential, as the error of the call that needed it.
pub(crate) trait IntoError {
    fn into_error(self) -> Error;
}

impl IntoError for Infallible {
    fn into_error(self) -> Error {
        match self {}
    }
}

impl IntoError for Error {
    fn into_error(self) -> Error {
        self
    }
}
