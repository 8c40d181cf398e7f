use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use klavi_types::api::{BusinessCode, ErrorBody};

use provider_mock::call::Reason;

/// A call that Klavi would not take, in the form of its error bodies.
/// Source: docs.klavi.ai/connect/open-finance-codes-and-errors.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The HTTP status, or the business code under 416.
    code: i64,
    error: &'static str,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn of(status: StatusCode, message: impl Into<String>) -> Self {
        let error = status.canonical_reason().unwrap_or("Error");
        Self { status, code: i64::from(status.as_u16()), error, message: message.into() }
    }

    /// The documented answer to wrong keys.
    pub(crate) fn wrong_keys() -> Self {
        Self::of(StatusCode::UNAUTHORIZED, "Invalid accessKey or secretKey")
    }

    pub(crate) fn wrong_token(message: &str) -> Self {
        Self::of(StatusCode::UNAUTHORIZED, message)
    }

    /// The token is good for other calls.
    pub(crate) fn no_permission(message: &str) -> Self {
        Self::of(StatusCode::FORBIDDEN, message)
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::of(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn unprocessable(message: impl Into<String>) -> Self {
        Self::of(StatusCode::UNPROCESSABLE_ENTITY, message)
    }

    pub(crate) fn not_found(message: &str) -> Self {
        Self::of(StatusCode::NOT_FOUND, message)
    }

    pub(crate) fn conflict(message: &str) -> Self {
        Self::of(StatusCode::CONFLICT, message)
    }

    /// HTTP 416: the code is one of Klavi's table, the first text is its description there.
    pub(crate) fn business(code: BusinessCode, message: impl Into<String>) -> Self {
        let error = match code {
            BusinessCode::INVALID_AUTHORISATION => "Invalid authorisation info",
            BusinessCode::INVALID_PRODUCT => "Invalid product info",
            BusinessCode::CONSENT_LIMIT => "Invalid consent request",
            BusinessCode::INVALID_INSTITUTION => "Invalid institution",
            BusinessCode::NO_PRODUCTS => "Invalid products",
            BusinessCode::INVALID_CALLBACK_URL => "Invalid productsCallbackURL",
            BusinessCode::NO_CONSENT | BusinessCode::KYC_NEEDED => "Insufficient authorization info",
            _ => "Product request failed",
        };
        Self { status: StatusCode::RANGE_NOT_SATISFIABLE, code: code.get(), error, message: message.into() }
    }
}

impl Refusal {
    /// Whether it is that business error.
    pub(crate) fn is(&self, code: BusinessCode) -> bool {
        self.status == StatusCode::RANGE_NOT_SATISFIABLE && self.code == code.get()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = Json(ErrorBody::new(self.code, self.error, &self.message));
        (self.status, Extension(Reason(self.message)), body).into_response()
    }
}
