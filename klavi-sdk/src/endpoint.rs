//! Every endpoint of the API, in one table.

use std::fmt;

use http::Method;
use klavi_types::api::ReportRequest;
use klavi_types::{Level, PersonType};
use provider_call::Idempotency::{Idempotent, NotIdempotent};
use provider_call::{Call, Idempotency};

/// The endpoints; what is known of each stands in [`TABLE`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
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
}

/// Whose token an endpoint asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Token {
    /// None: the keys stand in the body.
    Keys,
    Access,
    Link,
}

#[derive(Debug)]
struct Row {
    endpoint: Endpoint,
    method: Method,
    template: &'static str,
    token: Token,
    idempotency: Idempotency,
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
    Row { endpoint, method, template, token, idempotency, why }
}

const ONE_MORE_REPORT: &str = "a repeat has the data fetched and the reports sent twice";

#[rustfmt::skip]
static TABLE: [Row; 13] = [
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
];

impl Endpoint {
    fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.endpoint == self).expect("the table has a row for every endpoint")
    }

    pub(crate) fn of_report(request: &ReportRequest) -> Self {
        match (request.person_type(), request.level()) {
            (PersonType::Personal, Level::Institution) => Self::PersonalInstitutionReport,
            (PersonType::Personal, Level::User) => Self::PersonalUserReport,
            (PersonType::Business, Level::Institution) => Self::BusinessInstitutionReport,
            (PersonType::Business, Level::User) => Self::BusinessUserReport,
        }
    }

    pub(crate) fn call<'a>(self) -> Call<'a> {
        let row = self.row();
        Call::new(row.method.clone(), row.template, row.idempotency)
    }

    pub(crate) fn token(self) -> Token {
        self.row().token
    }

    pub(crate) fn is_idempotent(self) -> bool {
        self.row().idempotency == Idempotent
    }

    /// Method and path template, as errors name the endpoint.
    pub(crate) fn name(self) -> (&'static Method, &'static str) {
        let row = self.row();
        (&row.method, row.template)
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
        POST   /data/v1/business/user-data            Access NotIdempotent";

    #[test]
    fn the_table_says_what_the_provider_says() {
        let expected: Vec<_> = EXPECTED.lines().filter(|line| !line.trim().is_empty()).collect();
        assert_eq!(TABLE.len(), expected.len());
        for (row, expected) in TABLE.iter().zip(expected) {
            assert_eq!(row.endpoint.name(), (&row.method, row.template), "it has two rows");
            let words: Vec<_> = expected.split_whitespace().collect();
            let actual = format!("{} {} {:?} {:?}", row.method, row.template, row.token, row.idempotency);
            assert_eq!(actual, words.join(" "));
            assert!(!row.why.is_empty(), "{}", row.endpoint);
        }
    }

    #[test]
    fn what_changes_something_for_good_is_not_repeated() {
        for row in &TABLE {
            let harmless = row.method != Method::POST || row.endpoint == Endpoint::Auth;
            assert_eq!(row.idempotency == Idempotent, harmless, "{}", row.endpoint);
        }
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
