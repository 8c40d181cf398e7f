//! The answers to a delivery and their HTTP statuses. Knows no reasons: those go to the log.

use http::StatusCode;

/// The answer to a delivery. The response has an empty body, and a refusal carries no reason: it goes to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answer {
    /// Stored; `200`. Exactly 200, because a provider's documentation may call any other status a failure.
    Accepted,
    /// Stored before, with nothing new; `200`.
    Duplicate,
    /// Authentic, but not understood: kept for inspection; `200`, since sending it again would not help.
    Quarantined,
    /// A connectivity test: nothing to store; `200`.
    Ping,
    /// The proof of the sender is missing, repeated, malformed or wrong; `401`.
    Unauthorised,
    /// The address is not on the list, or is not known; `403`.
    Forbidden,
    /// Neither POST nor GET nor HEAD; `405`.
    WrongMethod,
    /// Larger than the limit; `413`.
    TooLarge,
    /// The body is incomplete; `400`.
    Broken,
    /// The body took too long; `408`.
    TooSlow,
    /// The body is encoded (`Content-Encoding`); `415`.
    Encoded,
    /// Out of memory for it, or it could not be stored; `503` with `Retry-After`, so that the sender retries.
    Unavailable,
}

impl Answer {
    /// The HTTP status.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Accepted | Self::Duplicate | Self::Quarantined | Self::Ping => StatusCode::OK,
            Self::Unauthorised => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Broken => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Seconds after which the sender may try again; only with `503`.
    pub const fn retry_after(self) -> Option<u32> {
        match self {
            // The header counts whole seconds; providers retry within them.
            Self::Unavailable => Some(1),
            _ => None,
        }
    }

    /// Whether the sender need not retry the delivery.
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Accepted | Self::Duplicate | Self::Quarantined | Self::Ping)
    }

    /// The word for it in logs: `accepted`, `duplicate`, ….
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Duplicate => "duplicate",
            Self::Quarantined => "quarantined",
            Self::Ping => "ping",
            Self::Unauthorised => "unauthorised",
            Self::Forbidden => "forbidden",
            Self::WrongMethod => "wrong_method",
            Self::TooLarge => "too_large",
            Self::Broken => "broken",
            Self::TooSlow => "too_slow",
            Self::Encoded => "encoded",
            Self::Unavailable => "unavailable",
        }
    }
}

impl axum::response::IntoResponse for Answer {
    fn into_response(self) -> axum::response::Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(http::header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
