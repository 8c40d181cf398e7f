//! Every endpoint that the client has a method for.

use std::collections::BTreeSet;

use belvo_sdk::{ENDPOINTS, Endpoint};

#[test]
fn each_endpoint_is_there_once_with_its_reason() {
    let texts: BTreeSet<_> = ENDPOINTS.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), ENDPOINTS.len());
    for endpoint in ENDPOINTS {
        assert!(!endpoint.reason().is_empty(), "{endpoint}");
        assert!(endpoint.path().starts_with("/api/") && endpoint.path().ends_with('/'), "{endpoint}");
    }
}

#[test]
fn the_keys_are_in_the_header_of_all_calls_but_one() {
    let elsewhere: Vec<_> =
        ENDPOINTS.iter().filter(|endpoint| endpoint.credential_name() != "keys").collect();
    let [tokens] = elsewhere[..] else { panic!("{elsewhere:?}") };
    assert_eq!(
        (tokens.to_string().as_str(), tokens.credential_name()),
        ("POST /api/token/", "keys in the body")
    );
}

/// Seed: its samples list links with POST, which is a slip of the article; the reference says GET.
#[test]
fn seed_links_are_listed_with_get() {
    assert!(ENDPOINTS.iter().any(|endpoint| endpoint.to_string() == "GET /api/links/"));
}

#[test]
fn what_logs_in_at_a_bank_has_time_and_is_not_repeated() {
    let of = |holds: fn(&&Endpoint) -> bool| -> Vec<String> {
        ENDPOINTS.iter().filter(holds).map(ToString::to_string).collect()
    };
    let logins = ["POST /api/links/", "PATCH /api/links/", "PUT /api/links/{id}/"];
    assert_eq!(of(|endpoint| endpoint.is_slow()), logins);
    let counted = [&logins[..], &["POST /api/links/{id}/refresh/"]].concat();
    assert_eq!(of(|endpoint| !endpoint.is_idempotent()), counted);
}
