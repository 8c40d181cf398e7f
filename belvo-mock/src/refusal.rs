//! Refusals of Belvo's API, each by a rule. Not: which rules there are.

use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::rules;
use provider_mock::call::Reason;
use provider_mock::rule::{self, Rule};

/// How many problems one answer names: a small body can have a million.
const MOST: usize = 100;
/// How many of them the log names.
const LOGGED: usize = 10;

/// A call that Belvo would not take, in the form of its errors: an array of objects.
/// Source: developers.belvo.com, `belvo-api-errors`.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    problems: Vec<Problem>,
}

#[derive(Debug)]
struct Problem {
    code: &'static str,
    message: Option<String>,
    field: Option<String>,
    others: Map<String, Value>,
    /// What it rests on. Whatever the API refuses names a rule.
    rule: Option<&'static Rule>,
}

impl Refusal {
    /// A refusal by a rule, under its status and code.
    pub(crate) fn by(rule: &'static Rule, message: impl Into<String>) -> Self {
        let status = StatusCode::from_u16(rule.status).unwrap_or(StatusCode::BAD_REQUEST);
        let mut refusal = Self::new(status, rule.code, message);
        refusal.problems[0].rule = Some(rule);
        refusal
    }

    /// The same about a field.
    pub(crate) fn in_field(rule: &'static Rule, field: &str, message: impl Into<String>) -> Self {
        let mut refusal = Self::by(rule, message);
        refusal.problems[0].field = Some(field.to_owned());
        refusal
    }

    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        let problem =
            Problem { code, message: Some(message.into()), field: None, others: Map::new(), rule: None };
        Self { status, problems: vec![problem] }
    }

    /// Members beside code, message and request id.
    pub(crate) fn with(mut self, others: Map<String, Value>) -> Self {
        self.problems[0].others = others;
        self
    }

    /// Both of them in one array, under the status of the first; no more than [`MOST`].
    pub(crate) fn and(mut self, other: Self) -> Self {
        let left = MOST.saturating_sub(self.problems.len());
        self.problems.extend(other.problems.into_iter().take(left));
        self
    }

    pub(crate) fn wrong_keys() -> Self {
        Self::by(&rules::KEYS, "Invalid Secret Keys")
    }

    /// What the rule is about does not exist.
    pub(crate) fn gone(rule: &'static Rule) -> Self {
        Self::by(rule, "Not found.")
    }

    pub(crate) fn login_error() -> Self {
        Self::by(&rules::LOGIN, "Invalid credentials provided to login to the institution")
    }

    pub(crate) fn session_expired() -> Self {
        Self::by(&rules::SESSION, "The session has expired, start again")
    }

    pub(crate) fn expired_credentials() -> Self {
        Self::by(&rules::EXPIRED, "The credentials of this link have expired")
    }

    /// What Belvo has under the name of an error: for calls that the name of a user has fail, by no rule.
    pub(crate) fn named(code: &str) -> Option<Self> {
        let (status, code, message) = NAMED.iter().find(|(_, name, _)| *name == code)?;
        let status = StatusCode::from_u16(*status).ok()?;
        let mut refusal = Self::new(status, code, *message);
        if *code == "session_expired_ob" {
            // The one error without.
            refusal.problems[0].message = None;
        }
        Some(refusal)
    }

    /// The body that a status has of itself: for faults, by no rule.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        let (code, message) = match status.as_u16() {
            400 => ("validation_error", "The request is not valid"),
            401 => return Self::wrong_keys(),
            403 => ("access_to_resource_denied", "You do not have access to this resource"),
            404 => ("not_found", "Not found."),
            405 => ("method_not_allowed", "Method not allowed."),
            408 => ("request_timeout", "The request timed out, you can retry asking for less data"),
            429 => ("too_many_requests", "Too many requests"),
            503 => ("service_unavailable", "The service is not available"),
            _ => {
                ("unexpected_error", "Belvo is unable to process the request due to an internal system issue")
            }
        };
        Self::new(status, code, message)
    }

    pub(crate) fn is(&self, code: &str) -> bool {
        self.problems.iter().any(|problem| problem.code == code)
    }

    /// A text beside code and message, of the first.
    pub(crate) fn member(&self, name: &str) -> Option<&str> {
        self.problems[0].others.get(name)?.as_str()
    }

    /// Codes and fields, for the log.
    fn reason(&self) -> String {
        let words = |problem: &Problem| match &problem.field {
            Some(field) => format!("{field}: {}", problem.code),
            None => problem.code.to_owned(),
        };
        self.problems.iter().take(LOGGED).map(words).collect::<Vec<_>>().join(", ")
    }

    /// Code and message of the first, for pages.
    pub(crate) fn first(&self) -> (&'static str, &str) {
        let problem = &self.problems[0];
        (problem.code, problem.message.as_deref().unwrap_or_default())
    }
}

/// Errors that come from outside the call: of the institution, of the user, of Belvo. Texts, where the documents have
/// none, are the mock's; no client is to read them.
const NAMED: &[(u16, &str, &str)] = &[
    (400, "login_error", "Invalid credentials provided to login to the institution"),
    (400, "activation_failed", "The web access of the user could not be activated"),
    (400, "invalid_link", "The link is invalid, its credentials have to be updated"),
    (400, "unconfirmed_link", "The link was never confirmed"),
    (400, "session_expired", "The session has expired, start again"),
    (400, "session_expired_ob", ""),
    (400, "too_many_sessions", "There is another session open for the user, try again later"),
    (400, "institution_down", "The institution is down, try again later"),
    (400, "institution_unavailable", "The institution is unavailable, try again later"),
    (400, "institution_inactive", "The institution is inactive"),
    (400, "unavailable_data", "The institution cannot provide the data at the moment"),
    (401, "consent_without_accounts", "The user has given no account in the consent"),
    (403, "access_to_production_denied", "You don't have access to the production environment"),
    (403, "access_to_resource_denied", "You don't have access to this resource"),
    (403, "permission_denied", "You do not have permission to perform this action"),
    (403, "quota_limit_reached", "You have reached the limit of links"),
    (404, "expired_credentials", "The credentials of this link have expired"),
    (408, "request_timeout", "The request timed out, you can retry asking for less data"),
    (428, "activation_required", "This user doesn't have web access activated yet."),
    (500, "unexpected_error", "Belvo is unable to process the request due to an internal system issue"),
    (500, "service_unavailable", "The service is not available"),
];

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let reason = self.reason();
        let request_id = Uuid::new_v4().simple().to_string();
        let rules: Vec<_> = self.problems.iter().filter_map(|problem| problem.rule).collect();
        let problems: Vec<_> = self
            .problems
            .into_iter()
            .map(|problem| {
                let mut object = problem.others;
                object.insert("code".to_owned(), json!(problem.code));
                if let Some(message) = problem.message {
                    object.insert("message".to_owned(), json!(message));
                }
                object.insert("request_id".to_owned(), json!(request_id));
                if let Some(field) = problem.field {
                    object.insert("field".to_owned(), json!(field));
                }
                Value::Object(object)
            })
            .collect();
        let mut response = (self.status, Extension(Reason(reason)), Json(problems)).into_response();
        rule::name(response.headers_mut(), &rules);
        response
    }
}

/// The answer of the edge to an address that calls too often: HTML, not JSON.
pub(crate) fn forbidden_by_edge() -> Response {
    const PAGE: &str = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n<center><h1>403 Forbidden</h1>\
                        </center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n";
    let reason = Extension(Reason("too many calls of this address".to_owned()));
    (StatusCode::FORBIDDEN, reason, [(CONTENT_TYPE, "text/html")], PAGE).into_response()
}
