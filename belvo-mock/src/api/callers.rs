use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::instance::Instance;
use crate::refusal::Refusal;

/// A caller with the right keys: HTTP Basic, `secretId` and `secretPassword`.
pub(super) struct Partner;

impl FromRequestParts<Arc<Instance>> for Partner {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, mock: &Arc<Instance>) -> Result<Self, Refusal> {
        let (id, password) = keys(parts).ok_or_else(Refusal::wrong_keys)?;
        if accepts(mock, &id, &password) { Ok(Self) } else { Err(Refusal::wrong_keys()) }
    }
}

impl OptionalFromRequestParts<Arc<Instance>> for Partner {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, mock: &Arc<Instance>) -> Result<Option<Self>, Infallible> {
        Ok(<Self as FromRequestParts<_>>::from_request_parts(parts, mock).await.ok())
    }
}

pub(super) fn accepts(mock: &Instance, id: &str, password: &str) -> bool {
    mock.settings.secret_id.is(id) && mock.settings.secret_password.is(password)
}

fn keys(parts: &Parts) -> Option<(String, String)> {
    let (scheme, encoded) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, password) = pair.split_once(':')?;
    Some((id.to_owned(), password.to_owned()))
}
