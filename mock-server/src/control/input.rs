use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny};
use serde_json::error::Category;
use serde_json::{Map, Value};

use crate::api::fields::integer;
use crate::refusal::Refusal;

/// A JSON object of any content type. An empty body is one without members.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let too_large = "The request body is too large or was cut off";
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| Refusal::of(StatusCode::PAYLOAD_TOO_LARGE, too_large).into_response())?;
        read(&body).map(Self).map_err(IntoResponse::into_response)
    }
}

/// A JSON object as it was sent.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    // An array would pass for the members of a structure in their order.
    if !body.trim_ascii_start().starts_with(b"{") {
        let json = serde_json::from_slice::<IgnoredAny>(body);
        return Err(Refusal::bad_request(json.map_or(NOT_JSON, |_| "The body must be a JSON object")));
    }
    strict(body).or_else(|refusal| with_whole_numbers(body).ok_or(refusal))
}

fn strict<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.inner());
        match inner.classify() {
            Category::Data if path == "." => Refusal::unprocessable(in_words(inner)),
            Category::Data => Refusal::unprocessable(format!("{path}: {}", in_words(inner))),
            Category::Syntax | Category::Eof | Category::Io => Refusal::bad_request(NOT_JSON),
        }
    })?;
    json.end().map_err(|_| Refusal::bad_request(NOT_JSON))?;
    Ok(read)
}

/// What the body is with `12.0` as the whole number that it is to JSON Schema; `None` where that does not help.
fn with_whole_numbers<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    let mut members: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let mut found = false;
    for value in members.values_mut().filter(|value| value.is_f64()) {
        if let Some(whole) = integer(value) {
            *value = whole.into();
            found = true;
        }
    }
    found.then(|| serde_json::from_value(Value::Object(members)).ok()).flatten()
}

const NOT_JSON: &str = "The body is not valid JSON";

/// Without the place in the body, which the path says better.
fn in_words(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    words.strip_suffix(&place).unwrap_or(&words).to_owned()
}

/// A member that can be taken away with `null`; one that is not there leaves all as it is, for which it needs `default`.
#[derive(Default)]
pub(crate) enum Change<T> {
    #[default]
    Stays,
    Gone,
    To(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Gone, Self::To))
    }
}

impl<T> Change<T> {
    pub(super) fn try_map<U, E>(self, map: impl FnOnce(T) -> Result<U, E>) -> Result<Change<U>, E> {
        Ok(match self {
            Self::Stays => Change::Stays,
            Self::Gone => Change::Gone,
            Self::To(value) => Change::To(map(value)?),
        })
    }

    pub(crate) fn apply(self, member: &mut Option<T>) {
        match self {
            Self::Stays => {}
            Self::Gone => *member = None,
            Self::To(value) => *member = Some(value),
        }
    }
}

/// Refuses a number that is beyond the bound of its member.
pub(super) fn bounded<N: Copy + PartialOrd + std::fmt::Display>(
    name: &str,
    number: Option<N>,
    least: N,
    most: N,
) -> Result<Option<N>, Refusal> {
    match number {
        Some(number) if number < least || number > most => {
            Err(Refusal::unprocessable(format!("{name}: must be from {least} to {most}")))
        }
        number => Ok(number),
    }
}

/// Refuses what cannot be read as the value of its member.
pub(super) fn invalid(name: &str, error: &impl std::fmt::Display) -> Refusal {
    Refusal::unprocessable(format!("{name}: {error}"))
}

/// Parts of the path; what cannot be read as them is an address that does not exist.
pub(super) struct At<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(path)| Self(path)).map_err(|_| Refusal::not_found("The resource does not exist"))
    }
}
