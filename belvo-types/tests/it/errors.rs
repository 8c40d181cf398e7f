//! Refusals: every documented code, in every shape of a body.

use belvo_types::api::{ErrorBody, ErrorCode, ErrorSubject, MfaChallenge, RetryAdvice};
use serde_json::json;

/// Section 6 of the facts, written once more: a slip in the enumeration shows as a difference.
const DOCUMENTED: &str = "
    required                    Request     No
    null                        Request     No
    blank                       Request     No
    invalid                     Request     No
    invalid_choice              Request     No
    not_a_list                  Request     No
    parse_error                 Request     No
    does_not_exist              Request     No
    validation_error            Request     No
    invalid_period              Request     No
    invalid_credentials_storage Request     No
    invalid_fetch_resources     Request     No
    invalid_access_mode_switch  Request     No
    unsupported_operation       Request     No
    duplicated                  Request     No
    login_error                 User        No
    activation_failed           User        No
    invalid_link                Link        No
    unconfirmed_link            Link        No
    session_expired             Session     Restart
    session_expired_ob          Session     Restart
    too_many_sessions           Link        WithPauses
    institution_down            Institution Later
    institution_unavailable     Institution Later
    institution_inactive        Institution Later
    unavailable_data            Institution OnceOrTwice
    already_exists              Request     No
    cancellation_error          Request     No
    max_digits                  Request     No
    max_decimal_places          Request     No
    min_value                   Request     No
    authentication_failed       Account     No
    consent_without_accounts    Consent     No
    access_to_production_denied Account     No
    access_to_resource_denied   Account     No
    permission_denied           Account     No
    quota_limit_reached         Account     No
    not_found                   Request     No
    expired_credentials         Link        No
    method_not_allowed          Request     No
    request_timeout             Belvo       OnceOrTwice
    token_required              User        No
    activation_required         User        No
    unexpected_error            Belvo       WithPauses
    service_unavailable         Belvo       WithPauses";

#[test]
fn every_documented_code_is_named_with_its_advice() {
    let rows: Vec<_> = DOCUMENTED.lines().filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(rows.len(), ErrorCode::ALL.len());
    for (code, row) in ErrorCode::ALL.iter().zip(rows) {
        let actual = format!("{code} {:?} {:?}", code.subject(), code.retry());
        assert_eq!(actual, row.split_whitespace().collect::<Vec<_>>().join(" "));
    }
    let unknown = ErrorCode::from("brand_new");
    assert_eq!((unknown.subject(), unknown.retry()), (ErrorSubject::Unknown, RetryAdvice::No));
}

#[test]
fn an_array_and_an_object_say_the_same() {
    let error = json!({"code": "required", "message": "This field is required.", "field": "institution",
        "request_id": "c125e89d60884b5bb2b33a7bd67fb1de"});
    for body in [json!([error]), error.clone()] {
        let read = ErrorBody::read(body.to_string().as_bytes());
        assert_eq!(read.code(), Some(&ErrorCode::Required));
        let [error] = read.errors() else { panic!("one error: {read:?}") };
        assert_eq!(error.field.as_ref().unwrap().as_str(), "institution");
        assert_eq!(error.request_id.as_ref().unwrap().as_str(), "c125e89d60884b5bb2b33a7bd67fb1de");
    }
}

#[test]
fn several_errors_are_all_there() {
    let body = json!([{"code": "required", "field": "password"}, {"code": "blank", "field": "username"}]);
    let read = ErrorBody::read(body.to_string().as_bytes());
    assert_eq!(read.codes().collect::<Vec<_>>(), [&ErrorCode::Required, &ErrorCode::Blank]);
}

#[test]
fn payments_nest_one_or_two_levels() {
    let one =
        json!({"field": "amount", "request_id": "r", "amount": [{"message": "m", "code": "min_value"}]});
    let two =
        json!([{"request_id": "r", "customer": {"identifier": {"message": "m", "code": "already_exists"}}}]);
    for (body, code, field) in
        [(one, ErrorCode::MinValue, "amount"), (two, ErrorCode::AlreadyExists, "identifier")]
    {
        let read = ErrorBody::read(body.to_string().as_bytes());
        let [error] = read.errors() else { panic!("one error: {read:?}") };
        assert_eq!(error.code, Some(code));
        assert_eq!(error.field.as_ref().unwrap().as_str(), field);
        assert_eq!(error.request_id.as_ref().unwrap().as_str(), "r");
    }
}

#[test]
fn a_body_that_is_something_else_has_no_codes() {
    let html = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<center>openresty</center>";
    for body in [html, "", "null", "[]", "7", "\"text\"", "[[", r#"{"a":"#] {
        assert_eq!(ErrorBody::read(body.as_bytes()).code(), None, "{body}");
    }
    let deep = format!("{}{}", r#"{"a":"#.repeat(100_000), "}".repeat(100_000));
    assert_eq!(ErrorBody::read(deep.as_bytes()).code(), None);
}

#[test]
fn an_error_without_a_message_is_one() {
    let read = ErrorBody::read(br#"[{"code":"session_expired_ob","request_id":"r"}]"#);
    assert_eq!(read.code(), Some(&ErrorCode::SessionExpiredOb));
    assert!(read.errors()[0].message.is_none());
}

/// Seed: opt-in prevention of duplicates answers 400 with the user's id at the institution.
#[test]
fn seed_a_duplicate_names_the_user_at_the_institution() {
    let body = br#"[{"code":"duplicated","message":"m","request_id":"r","institution_user_id":"sooE7X="}]"#;
    let read = ErrorBody::read(body);
    assert_eq!(read.errors()[0].institution_user_id.as_ref().unwrap().as_str(), "sooE7X=");
}

#[test]
fn an_activation_is_no_second_factor() {
    let body =
        br#"[{"code":"activation_required","message":"This user doesn't have web access activated yet.",
        "request_id":"r"}]"#;
    let read = ErrorBody::read(body);
    assert_eq!(read.code(), Some(&ErrorCode::ActivationRequired));
    assert_eq!(MfaChallenge::of(&read.errors()[0]), None);
}
