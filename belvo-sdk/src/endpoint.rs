//! Every endpoint of the API, in one table.

use std::fmt;
use std::sync::Arc;

use http::Method;
use provider_call::Idempotency::{Idempotent, NotIdempotent};
use provider_call::{Call, Idempotency};

/// The endpoints; what is known of each stands in [`TABLE`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Endpoint {
    ListLinks,
    RegisterLink,
    ResumeLink,
    GetLink,
    UpdateCredentials,
    ChangeRetrieval,
    DeleteLink,
    RefreshLink,
    CreateWidgetToken,
    ListConsents,
    GetConsent,
    ListInstitutions,
    GetInstitution,
    /// One that the caller describes.
    Other(Arc<Facts>),
}

/// Where the keys stand.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Keys {
    /// In `Authorization`.
    Header,
    /// In the body, and no `Authorization` with it.
    Body,
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Time {
    Usual,
    /// Belvo logs in at the institution, which takes up to five minutes.
    Login,
}

/// What has to be known of an endpoint to call it.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Facts {
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) keys: Keys,
    pub(crate) time: Time,
    pub(crate) idempotency: Idempotency,
}

#[derive(Debug)]
struct Row {
    endpoint: Endpoint,
    facts: Facts,
    /// Why it may or may not be repeated.
    #[cfg_attr(not(test), expect(dead_code, reason = "for readers; a test sees that none is left out"))]
    why: &'static str,
}

const fn row(
    endpoint: Endpoint,
    method: Method,
    template: &'static str,
    keys: Keys,
    time: Time,
    idempotency: Idempotency,
    why: &'static str,
) -> Row {
    Row { endpoint, facts: Facts { method, template, keys, time, idempotency }, why }
}

#[rustfmt::skip]
static TABLE: [Row; 13] = [
    row(Endpoint::ListLinks, Method::GET, "/api/links/", Keys::Header, Time::Usual, Idempotent, "reads"),
    row(Endpoint::RegisterLink, Method::POST, "/api/links/", Keys::Header, Time::Login, NotIdempotent,
        "a repeat makes a second link of the same user, and is one more login at the bank"),
    row(Endpoint::ResumeLink, Method::PATCH, "/api/links/", Keys::Header, Time::Login, NotIdempotent,
        "a token and a session can be used once"),
    row(Endpoint::GetLink, Method::GET, "/api/links/{id}/", Keys::Header, Time::Usual, Idempotent, "reads"),
    row(Endpoint::UpdateCredentials, Method::PUT, "/api/links/{id}/", Keys::Header, Time::Login, NotIdempotent,
        "a repeat is one more login at the bank, which locks the user out after a few"),
    row(Endpoint::ChangeRetrieval, Method::PATCH, "/api/links/{id}/", Keys::Header, Time::Usual, Idempotent,
        "sets what it sets, however often"),
    row(Endpoint::DeleteLink, Method::DELETE, "/api/links/{id}/", Keys::Header, Time::Usual, Idempotent,
        "a deleted link stays deleted"),
    row(Endpoint::RefreshLink, Method::POST, "/api/links/{id}/refresh/", Keys::Header, Time::Usual, NotIdempotent,
        "a repeat meets the cooldown of the first one, which hides that one's request id"),
    row(Endpoint::CreateWidgetToken, Method::POST, "/api/token/", Keys::Body, Time::Usual, Idempotent,
        "a surplus token does no harm and expires"),
    row(Endpoint::ListConsents, Method::GET, "/api/consents/", Keys::Header, Time::Usual, Idempotent, "reads"),
    row(Endpoint::GetConsent, Method::GET, "/api/consents/{id}/", Keys::Header, Time::Usual, Idempotent, "reads"),
    row(Endpoint::ListInstitutions, Method::GET, "/api/institutions/", Keys::Header, Time::Usual, Idempotent, "reads"),
    row(Endpoint::GetInstitution, Method::GET, "/api/institutions/{id}/", Keys::Header, Time::Usual, Idempotent,
        "reads"),
];

impl Endpoint {
    fn facts(&self) -> &Facts {
        if let Self::Other(facts) = self {
            return facts;
        }
        let row = TABLE.iter().find(|row| row.endpoint == *self);
        &row.expect("the table has a row for every endpoint").facts
    }

    pub(crate) fn call<'a>(&self) -> Call<'a> {
        let Facts { method, template, idempotency, .. } = self.facts();
        Call::new(method.clone(), template, *idempotency)
    }

    pub(crate) fn keys(&self) -> Keys {
        self.facts().keys
    }

    pub(crate) fn time(&self) -> Time {
        self.facts().time
    }

    pub(crate) fn is_idempotent(&self) -> bool {
        self.facts().idempotency == Idempotent
    }

    pub(crate) fn template(&self) -> &'static str {
        self.facts().template
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Facts { method, template, .. } = self.facts();
        write!(f, "{method} {template}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contract of the provider, written once more: a slip in the table shows as a difference.
    ///
    /// Seed: its samples list links with POST, which is a slip of the article; the reference says GET.
    const EXPECTED: &str = "
        GET    /api/links/              Header Usual Idempotent
        POST   /api/links/              Header Login NotIdempotent
        PATCH  /api/links/              Header Login NotIdempotent
        GET    /api/links/{id}/         Header Usual Idempotent
        PUT    /api/links/{id}/         Header Login NotIdempotent
        PATCH  /api/links/{id}/         Header Usual Idempotent
        DELETE /api/links/{id}/         Header Usual Idempotent
        POST   /api/links/{id}/refresh/ Header Usual NotIdempotent
        POST   /api/token/              Body   Usual Idempotent
        GET    /api/consents/           Header Usual Idempotent
        GET    /api/consents/{id}/      Header Usual Idempotent
        GET    /api/institutions/       Header Usual Idempotent
        GET    /api/institutions/{id}/  Header Usual Idempotent";

    #[test]
    fn the_table_says_what_the_provider_says() {
        let expected: Vec<_> = EXPECTED.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(TABLE.len(), expected.len());
        for (row, expected) in TABLE.iter().zip(expected) {
            assert!(std::ptr::eq(row.endpoint.facts(), &row.facts), "{} has two rows", row.endpoint);
            let words: Vec<_> = expected.split_whitespace().collect();
            let Facts { method, template, keys, time, idempotency } = &row.facts;
            let actual = format!("{method} {template} {keys:?} {time:?} {idempotency:?}");
            assert_eq!(actual, words.join(" "));
            assert!(!row.why.is_empty(), "{}", row.endpoint);
            assert!(template.starts_with("/api/") && template.ends_with('/'), "{template}");
        }
    }

    #[test]
    fn what_logs_in_at_a_bank_is_not_repeated_and_has_time() {
        for row in &TABLE {
            let logs_in = row.facts.time == Time::Login;
            let counts = logs_in || row.endpoint == Endpoint::RefreshLink;
            assert_eq!(row.endpoint.is_idempotent(), !counts, "{}", row.endpoint);
        }
    }
}
