use std::sync::Arc;

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;

use crate::instance::Instance;
use crate::refusal::Refusal;
use crate::rules;

/// A caller with a valid accessToken: the partner's back end.
pub(crate) struct Partner;

/// A caller with a valid linkToken: the session of a link.
pub(crate) struct LinkSession {
    pub(crate) link_id: String,
}

impl FromRequestParts<Arc<Instance>> for Partner {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, mock: &Arc<Instance>) -> Result<Self, Refusal> {
        mock.check_access_token(bearer(parts)?).map(|()| Self)
    }
}

impl FromRequestParts<Arc<Instance>> for LinkSession {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, mock: &Arc<Instance>) -> Result<Self, Refusal> {
        mock.check_link_token(bearer(parts)?).map(|link_id| Self { link_id })
    }
}

fn bearer(parts: &Parts) -> Result<&str, Refusal> {
    let missing =
        || Refusal::by(&rules::TOKEN_MISSING, "The header Authorization: Bearer <token> is missing");
    let header = parts.headers.get(AUTHORIZATION).ok_or_else(missing)?;
    let (scheme, token) = header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or_else(missing)?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(token.trim()) } else { Err(missing()) }
}
