//! What calls of the control API bring, judged strictly.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::StatusCode;
use http::request::Parts;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, IgnoredAny};
use serde_json::error::Category;
use serde_json::{Map, Value};

use super::Problem;

/// A JSON object of any content type. An empty body is one without members.
#[derive(Debug)]
pub struct Input<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let too_large = "The request body is too large or was cut off";
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, too_large).into_response())?;
        read(&body).map(Self).map_err(IntoResponse::into_response)
    }
}

/// A JSON object as it was sent.
///
/// # Errors
/// Where it is none, or a member is wrong.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    // An array would pass for the members of a structure in their order.
    if !body.trim_ascii_start().starts_with(b"{") {
        let json = serde_json::from_slice::<IgnoredAny>(body);
        return Err(Problem::bad_request(json.map_or(NOT_JSON, |_| "The body must be a JSON object")));
    }
    strict(body).or_else(|refusal| with_whole_numbers(body).ok_or(refusal))
}

fn strict<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.inner());
        match inner.classify() {
            Category::Data if path == "." => Problem::unprocessable(in_words(inner)),
            Category::Data => Problem::unprocessable(format!("{path}: {}", in_words(inner))),
            Category::Syntax | Category::Eof | Category::Io => Problem::bad_request(NOT_JSON),
        }
    })?;
    json.end().map_err(|_| Problem::bad_request(NOT_JSON))?;
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

/// A whole number, also one that is written as `12.0`.
pub fn integer(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = |number: &f64| number.fract() == 0.0 && number.abs() < EXACT;
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and small enough")]
    let narrowed = |number: f64| number as i64;
    value.as_i64().or_else(|| value.as_f64().filter(whole).map(narrowed))
}

/// A member that can be taken away with `null`; one that is not there leaves all as it is, for which it needs `default`.
#[derive(Debug, Default)]
pub enum Change<T> {
    /// It was not there.
    #[default]
    Stays,
    /// It was `null`.
    Gone,
    /// It was that.
    To(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Gone, Self::To))
    }
}

impl<T> Change<T> {
    /// With the value made into another.
    ///
    /// # Errors
    /// Those of `map`.
    pub fn try_map<U, E>(self, map: impl FnOnce(T) -> Result<U, E>) -> Result<Change<U>, E> {
        Ok(match self {
            Self::Stays => Change::Stays,
            Self::Gone => Change::Gone,
            Self::To(value) => Change::To(map(value)?),
        })
    }

    /// Carries it out.
    pub fn apply(self, member: &mut Option<T>) {
        match self {
            Self::Stays => {}
            Self::Gone => *member = None,
            Self::To(value) => *member = Some(value),
        }
    }
}

/// Refuses a number that is beyond the bound of its member.
///
/// # Errors
/// The refusal.
pub fn bounded<N: Copy + PartialOrd + std::fmt::Display>(
    name: &str,
    number: Option<N>,
    least: N,
    most: N,
) -> Result<Option<N>, Problem> {
    match number {
        Some(number) if number < least || number > most => {
            Err(Problem::unprocessable(format!("{name}: must be from {least} to {most}")))
        }
        number => Ok(number),
    }
}

/// Refuses what cannot be read as the value of its member.
pub fn invalid(name: &str, error: &impl std::fmt::Display) -> Problem {
    Problem::unprocessable(format!("{name}: {error}"))
}

/// Parts of the path; what cannot be read as them is an address that does not exist.
#[derive(Debug)]
pub struct At<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(path)| Self(path)).map_err(|_| Problem::not_found("The resource does not exist"))
    }
}
