use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::refusal::Refusal;
use crate::rules;

/// The variable part of a path. One that is no UTF-8 names nothing.
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(text)| Self(text))
            .map_err(|_| Refusal::by(&rules::PATH, "The resource does not exist"))
    }
}
