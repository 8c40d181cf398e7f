//! Every row of the error table, as the client tells it.

use std::time::Duration;

use belvo_sdk::belvo_types::RequestId;
use belvo_sdk::belvo_types::api::{ErrorCode, RefreshLink};
use belvo_sdk::{Error, ErrorKind};
use provider_call::{Answer, ScriptedTransport};
use serde_json::json;

use crate::support::{client, edge, link_id, refusal, registration};

async fn refused(answer: Answer) -> Error {
    let transport = ScriptedTransport::answering(move |_| unreachable!("one call is enough")).then(answer);
    client(&transport).0.links().register(&registration()).await.expect_err("it is refused")
}

/// Status, code, what holds of it, and whether the same call may succeed later. Written from the facts, row by row.
const ROWS: &str = "
    400 required                    invalid              final
    400 null                        invalid              final
    400 blank                       invalid              final
    400 invalid                     invalid              final
    400 invalid_choice              invalid              final
    400 not_a_list                  invalid              final
    400 parse_error                 invalid              final
    400 does_not_exist              invalid              final
    400 validation_error            invalid              final
    400 invalid_period              invalid              final
    400 invalid_credentials_storage invalid              final
    400 invalid_fetch_resources     invalid              final
    400 invalid_access_mode_switch  invalid              final
    400 unsupported_operation       invalid              final
    400 brand_new_code              invalid              final
    400 duplicated                  duplicated           final
    400 login_error                 login                final
    400 activation_failed           activation           final
    400 invalid_link                reconnect            final
    400 unconfirmed_link            reconnect            final
    400 session_expired             session              final
    400 session_expired_ob          session              final
    400 institution_down            institution          later
    400 institution_unavailable     institution          later
    400 institution_inactive        institution          later
    400 unavailable_data            -                    later
    400 already_exists              invalid              final
    400 cancellation_error          invalid              final
    400 max_digits                  invalid              final
    400 max_decimal_places          invalid              final
    400 min_value                   invalid              final
    401 authentication_failed       auth                 final
    401 consent_without_accounts    consent              final
    403 access_to_production_denied permission           final
    403 access_to_resource_denied   permission           final
    403 permission_denied           permission           final
    403 quota_limit_reached         permission,quota     final
    404 not_found                   not_found            final
    404 expired_credentials         reconnect            final
    405 method_not_allowed          invalid              final
    408 request_timeout             timeout              later
    428 activation_required         activation           final
    429 some_code                   rate_limited         later
    500 unexpected_error            outage               later
    500 service_unavailable         outage               later";

type Predicate = fn(&Error) -> bool;

const PREDICATES: [(&str, Predicate); 16] = [
    ("invalid", Error::is_invalid_request),
    ("duplicated", Error::is_duplicated),
    ("login", Error::is_login_refused),
    ("activation", Error::is_activation_required),
    ("reconnect", Error::needs_reconnect),
    ("session", Error::is_session_expired),
    ("institution", Error::is_institution_down),
    ("auth", Error::is_auth),
    ("consent", Error::is_consent_missing),
    ("permission", Error::is_permission_denied),
    ("quota", Error::is_quota_reached),
    ("not_found", Error::is_not_found),
    ("timeout", Error::is_timeout),
    ("rate_limited", Error::is_rate_limited),
    ("outage", Error::is_outage),
    ("mfa", Error::is_mfa_required),
];

fn holding(error: &Error) -> String {
    let names: Vec<_> = PREDICATES.iter().filter(|(_, holds)| holds(error)).map(|(name, _)| *name).collect();
    if names.is_empty() { "-".to_owned() } else { names.join(",") }
}

#[tokio::test]
async fn every_row_of_the_table_has_its_predicate() {
    for row in ROWS.lines().filter(|row| !row.trim().is_empty()) {
        let words: Vec<_> = row.split_whitespace().collect();
        let &[status, code, predicates, later] = &words[..] else { panic!("{row}") };
        let error = refused(refusal(status.parse().expect("a status"), code)).await;
        assert_eq!(error.kind(), ErrorKind::Status);
        assert_eq!(error.http_status().map(|found| found.as_u16().to_string()).as_deref(), Some(status));
        assert_eq!(error.code().map(ErrorCode::as_str), Some(code));
        assert_eq!((holding(&error).as_str(), error.is_retryable()), (predicates, later == "later"), "{row}");
        assert_eq!(error.belvo_request_id().map(RequestId::as_str), Some("r-1"));
    }
}

#[tokio::test]
async fn the_page_of_the_edge_is_a_rate_limit_and_no_permission() {
    let error = refused(edge()).await;
    assert_eq!(
        (holding(&error).as_str(), error.is_retryable(), error.is_outcome_unknown()),
        ("rate_limited", true, false)
    );
    assert_eq!(
        error.to_string(),
        "POST /api/links/ failed: HTTP 403 Forbidden, as a page: too many requests from this address"
    );
    assert_eq!(error.code(), None);
}

#[tokio::test]
async fn one_sentence_names_what_went_wrong() {
    let body = json!([
        {"code": "required", "message": "This field is required.", "field": "institution", "request_id": "r-7"},
        {"code": "blank", "message": "May not be blank.", "field": "username"},
        {"code": "blank", "message": "May not be blank.", "field": "password"},
        {"code": "blank", "message": "May not be blank.", "field": "token"},
    ]);
    let error = refused(Answer::json(400, body.to_string())).await;
    assert_eq!(
        error.to_string(),
        "POST /api/links/ failed: HTTP 400, required (institution): This field is required.; blank (username): May not \
         be blank.; blank (password): May not be blank."
    );
    assert_eq!((error.details().len(), error.codes().count()), (4, 4));
    let last = &error.details()[3];
    assert_eq!((last.field(), last.message()), (Some("token"), Some("May not be blank.")));
    assert_eq!(error.provider_message(), Some("This field is required."));
    assert_eq!(error.belvo_request_id().unwrap().as_str(), "r-7");
}

#[tokio::test]
async fn a_single_object_and_nested_payments_are_told_as_well() {
    let single =
        refused(Answer::json(404, r#"{"code":"not_found","message":"Not found.","request_id":"r"}"#)).await;
    assert!(single.is_not_found());
    let nested =
        refused(Answer::json(400, r#"{"request_id":"r","amount":[{"code":"min_value","message":"m"}]}"#))
            .await;
    assert_eq!(nested.to_string(), "POST /api/links/ failed: HTTP 400, min_value (amount): m");
    assert_eq!(nested.belvo_request_id().unwrap().as_str(), "r");
}

#[tokio::test]
async fn any_body_will_do_for_an_error() {
    for body in ["", "Bad Gateway", "null", "[]", "{}", "[null]", "7", "\u{0}", "{\"code\":7}"] {
        let error = refused(Answer::text(400, "text/plain", body)).await;
        assert!(error.is_invalid_request(), "{body}");
        assert_eq!(error.to_string(), "POST /api/links/ failed: HTTP 400 Bad Request", "{body}");
    }
}

#[tokio::test]
async fn a_cooldown_is_told_by_its_status_and_its_minutes_are_a_hint() {
    for (body, minutes) in [
        (
            r#"[{"code":"x","message":"The link has already been refreshed. Please wait 7 minutes before trying again."}]"#,
            7,
        ),
        (r#"[{"message":"Please wait a moment."}]"#, 10),
        ("", 10),
    ] {
        let transport = ScriptedTransport::new().then(Answer::json(409, body)).then(Answer::json(409, body));
        let (client, _clock) = client(&transport);
        let error = client.links().refresh(&link_id(), &RefreshLink::everything()).await.unwrap_err();
        assert!(error.is_refresh_cooldown() && error.is_retryable() && !error.is_outcome_unknown());
        assert_eq!(error.refresh_cooldown(), Some(Duration::from_secs(minutes * 60)), "{body}");
        let other = client.links().get(&link_id()).await.unwrap_err();
        assert_eq!((other.is_refresh_cooldown(), other.refresh_cooldown()), (false, None));
    }
}
