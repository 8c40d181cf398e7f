use axum::extract::{FromRequestParts, Path};
use http::request::Parts;

use crate::refusal::Refusal;
use crate::rules;

/// The id in a path; what is no text is no id.
pub(crate) struct Segment(pub(crate) String);

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.map(|Path(id)| Self(id)).map_err(|_| Refusal::gone(&rules::PATH))
    }
}
