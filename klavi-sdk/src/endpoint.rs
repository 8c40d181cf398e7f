//! Every endpoint of the API, in one table.

use std::fmt;
use std::sync::Arc;

use http::Method;
use klavi_types::api::ReportRequest;
use klavi_types::{Level, PersonType};
use provider_call::Idempotency::{Idempotent, NotIdempotent};
use provider_call::{Call, Idempotency};

/// The endpoints; what is known of each stands in [`TABLE`].
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Endpoint {
    Auth,
    Refresh,
    CreateLink,
    Institutions,
    InstitutionStatuses,
    CreateConsent,
    GetConsent,
    ListConsents,
    RevokeConsent,
    PersonalInstitutionReport,
    PersonalUserReport,
    BusinessInstitutionReport,
    BusinessUserReport,
    TaskStatus,
    SubmitMfa,
    Categorisation,
    AnalysisEvents,
    /// One that the caller describes.
    Other(Arc<Facts>),
}

/// Whose token an endpoint asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Token {
    /// None: the keys stand in the body.
    Keys,
    Access,
    Link,
    /// None: code and token of KaaS stand in headers of their own.
    Partner,
    /// None: the secret key stands in a header.
    SecretKey,
}

/// What has to be known of an endpoint to call it.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Facts {
    pub(crate) method: Method,
    pub(crate) template: &'static str,
    pub(crate) token: Token,
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
    token: Token,
    idempotency: Idempotency,
    why: &'static str,
) -> Row {
    Row { endpoint, facts: Facts { method, template, token, idempotency }, why }
}

const ONE_MORE_REPORT: &str = "a repeat has the data fetched and the reports sent twice";

#[rustfmt::skip]
static TABLE: [Row; 17] = [
    row(Endpoint::Auth, Method::POST, "/data/v1/auth", Token::Keys, Idempotent,
        "a surplus token does no harm and expires"),
    row(Endpoint::Refresh, Method::GET, "/data/v1/refresh", Token::Access, Idempotent,
        "a surplus token does no harm and expires"),
    row(Endpoint::CreateLink, Method::POST, "/data/v1/links", Token::Access, NotIdempotent,
        "a repeat makes a second link with a token that nobody holds"),
    row(Endpoint::Institutions, Method::GET, "/data/v1/links/institutions", Token::Link, Idempotent, "reads"),
    row(Endpoint::InstitutionStatuses, Method::GET, "/data/v1/links/institutions/status", Token::Link, Idempotent,
        "reads"),
    row(Endpoint::CreateConsent, Method::POST, "/data/v1/consents", Token::Link, NotIdempotent,
        "each consent eats into the limit per person and institution"),
    row(Endpoint::GetConsent, Method::GET, "/data/v1/consents/{consentId}", Token::Access, Idempotent, "reads"),
    row(Endpoint::ListConsents, Method::GET, "/data/v1/consents", Token::Access, Idempotent, "reads"),
    row(Endpoint::RevokeConsent, Method::DELETE, "/data/v1/consents/{consentId}/revoke", Token::Access, Idempotent,
        "a revoked consent stays revoked"),
    row(Endpoint::PersonalInstitutionReport, Method::POST, "/data/v1/personal/institution-data", Token::Access,
        NotIdempotent, ONE_MORE_REPORT),
    row(Endpoint::PersonalUserReport, Method::POST, "/data/v1/personal/user-data", Token::Access,
        NotIdempotent, ONE_MORE_REPORT),
    row(Endpoint::BusinessInstitutionReport, Method::POST, "/data/v1/business/institution-data", Token::Access,
        NotIdempotent, ONE_MORE_REPORT),
    row(Endpoint::BusinessUserReport, Method::POST, "/data/v1/business/user-data", Token::Access,
        NotIdempotent, ONE_MORE_REPORT),
    row(Endpoint::TaskStatus, Method::GET, "/data/v1/tasks/{taskId}/status", Token::Link, Idempotent, "reads"),
    row(Endpoint::SubmitMfa, Method::POST, "/data/v1/tasks/{taskId}/mfa", Token::Link, NotIdempotent,
        "a repeat is one more try at the bank, which blocks the account after a few"),
    row(Endpoint::Categorisation, Method::POST, "/klaas/transaction/v2/category", Token::Partner, Idempotent,
        "answers from what was sent, keeps nothing, and counts users, not calls"),
    row(Endpoint::AnalysisEvents, Method::GET, "/data/analysis/v1/events", Token::SecretKey, Idempotent, "reads"),
];

impl Endpoint {
    fn facts(&self) -> &Facts {
        if let Self::Other(facts) = self {
            return facts;
        }
        let row = TABLE.iter().find(|row| row.endpoint == *self);
        &row.expect("the table has a row for every endpoint").facts
    }

    pub(crate) fn of_report(request: &ReportRequest) -> Self {
        match (request.person_type(), request.level()) {
            (PersonType::Personal, Level::Institution) => Self::PersonalInstitutionReport,
            (PersonType::Personal, Level::User) => Self::PersonalUserReport,
            (PersonType::Business, Level::Institution) => Self::BusinessInstitutionReport,
            (PersonType::Business, Level::User) => Self::BusinessUserReport,
        }
    }

    pub(crate) fn call<'a>(&self) -> Call<'a> {
        let Facts { method, template, idempotency, .. } = self.facts();
        Call::new(method.clone(), template, *idempotency)
    }

    pub(crate) fn token(&self) -> Token {
        self.facts().token
    }

    pub(crate) fn is_idempotent(&self) -> bool {
        self.facts().idempotency == Idempotent
    }

    /// Method and path template, as errors name the endpoint.
    pub(crate) fn name(&self) -> (&Method, &'static str) {
        let facts = self.facts();
        (&facts.method, facts.template)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (method, template) = self.name();
        write!(f, "{method} {template}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contract of the provider, written once more: a slip in the table shows as a difference.
    const EXPECTED: &str = "
        POST   /data/v1/auth                          Keys   Idempotent
        GET    /data/v1/refresh                       Access Idempotent
        POST   /data/v1/links                         Access NotIdempotent
        GET    /data/v1/links/institutions            Link   Idempotent
        GET    /data/v1/links/institutions/status     Link   Idempotent
        POST   /data/v1/consents                      Link   NotIdempotent
        GET    /data/v1/consents/{consentId}          Access Idempotent
        GET    /data/v1/consents                      Access Idempotent
        DELETE /data/v1/consents/{consentId}/revoke   Access Idempotent
        POST   /data/v1/personal/institution-data     Access NotIdempotent
        POST   /data/v1/personal/user-data            Access NotIdempotent
        POST   /data/v1/business/institution-data     Access NotIdempotent
        POST   /data/v1/business/user-data            Access NotIdempotent
        GET    /data/v1/tasks/{taskId}/status         Link   Idempotent
        POST   /data/v1/tasks/{taskId}/mfa            Link   NotIdempotent
        POST   /klaas/transaction/v2/category         Partner   Idempotent
        GET    /data/analysis/v1/events               SecretKey Idempotent";

    #[test]
    fn the_table_says_what_the_provider_says() {
        let expected: Vec<_> = EXPECTED.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(TABLE.len(), expected.len());
        for (row, expected) in TABLE.iter().zip(expected) {
            assert!(std::ptr::eq(row.endpoint.facts(), &row.facts), "{} has two rows", row.endpoint);
            let words: Vec<_> = expected.split_whitespace().collect();
            let Facts { method, template, token, idempotency } = &row.facts;
            let actual = format!("{method} {template} {token:?} {idempotency:?}");
            assert_eq!(actual, words.join(" "));
            assert!(!row.why.is_empty(), "{}", row.endpoint);
        }
    }

    #[test]
    fn what_changes_something_for_good_is_not_repeated() {
        for row in &TABLE {
            let harmless = [Endpoint::Auth, Endpoint::Categorisation].contains(&row.endpoint);
            let harmless = harmless || row.facts.method != Method::POST;
            assert_eq!(row.endpoint.is_idempotent(), harmless, "{}", row.endpoint);
        }
    }

    #[test]
    fn categorisation_goes_where_its_request_says() {
        assert_eq!(Endpoint::Categorisation.name().1, klavi_types::kaas::CATEGORIZATION_PATH);
    }

    #[test]
    fn a_report_goes_where_its_request_says() {
        use klavi_types::api::ProductSelection;

        for tax_id in ["123.456.789-09", "12.ABC.345/01DE-35"] {
            let all = || ProductSelection::All;
            let institution = ReportRequest::institution(tax_id, "341").products(all()).build().unwrap();
            let user = ReportRequest::user(tax_id).products(all()).build().unwrap();
            for request in [institution, user] {
                assert_eq!(Endpoint::of_report(&request).name().1, request.path());
            }
        }
    }
}
