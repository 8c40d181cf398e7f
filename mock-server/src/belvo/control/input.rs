use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::api::fields::integer;
use crate::belvo::refusal::Refusal;

/// A JSON object of any content type. An empty body is one without members.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Input<T> {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Response> {
        let body = Bytes::from_request(request, state).await;
        let body = body.map_err(|_| parse_error("The body is too large or was cut off").into_response())?;
        read(&body).map(Self).map_err(IntoResponse::into_response)
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    let body = if body.trim_ascii().is_empty() { b"{}" } else { body };
    let json = serde_json::from_slice::<serde_json::Value>(body);
    let json = json.map_err(|_| parse_error("The body is not valid JSON"))?;
    // An array would pass for the members of a structure in their order.
    if !json.is_object() {
        return Err(parse_error("The body must be a JSON object"));
    }
    serde_path_to_error::deserialize(with_whole_numbers(json)).map_err(|error| {
        let path = error.path().to_string();
        let words = error.into_inner().to_string();
        if path == "." {
            Refusal::bad_request("invalid", words)
        } else {
            Refusal::of_field("invalid", &path, words)
        }
    })
}

/// With `12.0` as the whole number that it is to JSON Schema.
fn with_whole_numbers(mut json: serde_json::Value) -> serde_json::Value {
    for value in json.as_object_mut().into_iter().flatten().map(|(_, value)| value) {
        if value.is_f64()
            && let Some(whole) = integer(value)
        {
            *value = whole.into();
        }
    }
    json
}

fn parse_error(message: &str) -> Refusal {
    Refusal::bad_request("parse_error", message)
}
