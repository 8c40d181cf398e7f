//! What the control API refuses, and how its descriptions say so.

use std::collections::BTreeMap;

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use utoipa::openapi::{ComponentsBuilder, ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa::{IntoResponses, PartialSchema, ToSchema};

/// A call that the control API would not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The status that it is answered with.
    pub status: StatusCode,
    /// What is wrong, in a sentence.
    pub message: String,
}

/// Why a call of the control API was refused.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ControlError)]
struct Body {
    /// The HTTP status.
    status_code: u16,
    /// The kind of error.
    #[schema(min_length = 1)]
    error: String,
    /// What is wrong.
    #[schema(min_length = 1)]
    message: String,
}

impl Problem {
    /// One of that status.
    pub fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    /// The body is none that can be read.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// A member is wrong.
    pub fn unprocessable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    /// What it is about does not exist.
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// It cannot happen now.
    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, message)
    }
}

impl From<crate::Error> for Problem {
    fn from(error: crate::Error) -> Self {
        use crate::Error;

        let message = error.to_string();
        match error {
            Error::UnknownConsent
            | Error::UnknownInstitution
            | Error::UnknownLink
            | Error::UnknownDelivery => Self::not_found(message),
            _ => Self::conflict(message),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Body {
            status_code: self.status.as_u16(),
            error: self.status.canonical_reason().unwrap_or("Error").to_owned(),
            message: self.message,
        };
        (self.status, Json(body)).into_response()
    }
}

const ALL: [(&str, u16, &str); 6] = [
    ("ControlBadRequest", 400, "The body is no JSON object."),
    ("ControlForbidden", 403, "The caller is a page of another site."),
    ("ControlNotFound", 404, "What the address names does not exist."),
    ("ControlConflict", 409, "This cannot happen now."),
    ("ControlTooLarge", 413, "The body is too large or was cut off."),
    ("ControlUnprocessable", 422, "A member is wrong; the message names it."),
];

/// What the descriptions refer to.
pub fn components(mut components: ComponentsBuilder) -> ComponentsBuilder {
    components = components.schema("ControlError", Body::schema());
    for (name, _, about) in ALL {
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("ControlError"))).build();
        let response = ResponseBuilder::new().description(about).content("application/json", content).build();
        components = components.response(name, response);
    }
    components
}

/// Sets of refusals, as the descriptions name them.
macro_rules! sets {
    ($( $(#[$doc:meta])* $name:ident: $($status:literal),+; )*) => { $(
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name;

        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
                let named = |(name, status, _): &(&str, u16, &str)| {
                    (status.to_string(), RefOr::Ref(Ref::from_response_name(*name)))
                };
                ALL.iter().filter(|(_, status, _)| [$($status),+].contains(status)).map(named).collect()
            }
        }
    )* };
}

sets! {
    /// Of every call to the control API: pages of other origins are kept out.
    ForControl: 403;
    /// Of those that have a body.
    ForControlBody: 400, 403, 413, 422;
    /// Of those about something that may not exist.
    NotFound: 404;
    /// Of those that may come at the wrong time.
    Conflict: 409;
}
