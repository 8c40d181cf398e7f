use provider_wire::{Integer, Secret, record};
use serde::Serialize;

/// Body of `POST /data/v1/auth`. Source: docs.klavi.ai/link/generate-access-token.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Login {
    access_key: Secret,
    secret_key: Secret,
}

impl Login {
    /// Logs in with the pair of keys of one environment.
    pub fn new(access_key: impl Into<Secret>, secret_key: impl Into<Secret>) -> Self {
        Self { access_key: access_key.into(), secret_key: secret_key.into() }
    }
}

/// Answer of `POST /data/v1/auth` and `GET /data/v1/refresh`.
#[record(rename_all = "camelCase")]
pub struct AccessToken {
    /// Bearer token of the partner's back end.
    pub access_token: Option<Secret>,
    /// Its life in seconds, 1800 in every example. Documented as text, sent as a number; both are read.
    pub expire_in: Option<Integer>,
}

impl AccessToken {
    /// A token with its life in seconds.
    pub fn new(access_token: impl Into<Secret>, expire_in: i64) -> Self {
        Self { access_token: Some(access_token.into()), expire_in: Some(expire_in.into()), ..Self::default() }
    }
}
