//! One call of an endpoint, with errors in the client's own words.

use std::borrow::Cow;
use std::convert::Infallible;

use http::{HeaderName, HeaderValue};
use provider_call::{BaseUrl, Call, CallError, CallOptions, Caller, FixedCredential, NoCredential, Reply};
use serde::Serialize;

use crate::decode::Answer;
use crate::endpoint::{Endpoint, Keys, Time};
use crate::error::{Error, Result};

/// Makes calls to Belvo.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    caller: Caller,
    /// For calls in which Belvo logs in at an institution; shares connections and limits with the other one.
    login: Caller,
    credential: FixedCredential,
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

    pub(crate) fn query(mut self, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) -> Self {
        self.call = self.call.query(name, value);
        self
    }

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
    pub(crate) fn new(caller: Caller, login: Caller, credential: FixedCredential) -> Self {
        Self { caller, login, credential }
    }

    pub(crate) fn base_url(&self) -> &BaseUrl {
        self.caller.base_url()
    }

    /// The same, but for the options.
    pub(crate) fn with(&self, options: CallOptions) -> Self {
        Self {
            login: self.login.with(options.clone()),
            caller: self.caller.with(options),
            credential: self.credential.clone(),
        }
    }

    pub(crate) async fn send(&self, request: Request<'_>) -> Result<Answer> {
        let caller = match request.endpoint.time() {
            Time::Usual => &self.caller,
            Time::Login => &self.login,
        };
        let result: Result<Reply, CallError<Infallible>> = match request.endpoint.keys() {
            Keys::Header => caller.run(&request.call, &self.credential).await,
            Keys::Body => caller.run(&request.call, &NoCredential).await,
        };
        match result {
            Ok(reply) => Ok(Answer::new(request.endpoint, reply)),
            Err(error) => Err(Error::from_call(request.endpoint, error)),
        }
    }
}
