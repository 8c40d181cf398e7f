//! Refusals of Klavi's API, each by a rule. Not: which rules there are.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use klavi_types::api::{BusinessCode, ErrorBody};

use provider_mock::call::Reason;
use provider_mock::rule::{self, Rule};

/// A call that Klavi would not take, in the form of its error bodies.
/// Source: docs.klavi.ai/connect/open-finance-codes-and-errors.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The HTTP status, or the business code under 416.
    code: i64,
    error: &'static str,
    pub(crate) message: String,
    /// What it rests on. Whatever the API refuses names a rule.
    rules: Vec<&'static Rule>,
}

impl Refusal {
    /// A refusal by a rule, under its status.
    pub(crate) fn by(rule: &'static Rule, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(rule.status).unwrap_or(StatusCode::BAD_REQUEST);
        let business = rule.code.parse::<i64>().ok().map(BusinessCode::from);
        let refusal = match business {
            Some(code) => Self::business(code, message),
            None => Self::of(status, message),
        };
        Self { rules: vec![rule], ..refusal }
    }

    /// The same by several rules, of which the first gives the status.
    pub(crate) fn by_all(rules: Vec<&'static Rule>, message: impl Into<String>) -> Self {
        let refusal = Self::by(rules[0], message);
        Self { rules, ..refusal }
    }

    /// One that a fault asks for: by no rule.
    pub(crate) fn played(status: StatusCode, business: Option<BusinessCode>, message: &str) -> Self {
        match business {
            Some(code) => Self::business(code, message),
            None => Self::of(status, message),
        }
    }

    fn of(status: StatusCode, message: impl Into<String>) -> Self {
        let error = status.canonical_reason().unwrap_or("Error");
        Self { status, code: i64::from(status.as_u16()), error, message: message.into(), rules: Vec::new() }
    }

    /// HTTP 416: the code is one of Klavi's table, the first text is its description there.
    fn business(code: BusinessCode, message: impl Into<String>) -> Self {
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
        let status = StatusCode::RANGE_NOT_SATISFIABLE;
        Self { status, code: code.get(), error, message: message.into(), rules: Vec::new() }
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
        let mut response = (self.status, Extension(Reason(self.message)), body).into_response();
        rule::name(response.headers_mut(), &self.rules);
        response
    }
}
