//! Every row of the error table, as the client tells it.

use std::time::Duration;

use belvo_sdk::belvo_types::RequestId;
use belvo_sdk::belvo_types::api::{ErrorCode, RefreshLink, RegisterLink};
use belvo_sdk::{Error, ErrorKind, TransportErrorKind};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{client, edge, link_id, refusal, registration};

async fn refused(answer: ScriptedAnswer) -> Error {
    let transport = ScriptedTransport::answering(move |_| unreachable!("one call is enough")).then(answer);
    client(&transport).0.links().register(&registration()).await.expect_err("it is refused")
}

/// How a read and a registration fail, both of which get that answer to each attempt.
async fn both(answer: impl Fn() -> ScriptedAnswer + Send + Sync + 'static) -> [Error; 2] {
    let transport = ScriptedTransport::answering(move |_| answer());
    let (client, _clock) = client(&transport);
    let read = client.links().get(&link_id()).await.expect_err("it fails");
    let registration = client.links().register(&registration()).await.expect_err("it fails");
    [read, registration]
}

/// Status, code, what holds of a read, and whether the same call may succeed later. Written from the facts, row by row.
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
    ("timeout", |error| error.is_timeout()),
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
        let number: u16 = status.parse().expect("a status");
        let owned = code.to_owned();
        let [read, registration] = both(move || refusal(number, &owned)).await;
        assert_eq!((holding(&read).as_str(), read.is_retryable()), (predicates, later == "later"), "{row}");
        assert!(!read.is_outcome_unknown());
        // Where Belvo may have acted, it is no outage, and trying again is no remedy.
        let is_unknown = number == 408 || number >= 500;
        assert_eq!(registration.is_outcome_unknown(), is_unknown, "{row}");
        assert_eq!(registration.is_retryable(), later == "later" && !is_unknown, "{row}");
        let expected = if number >= 500 { "-" } else { predicates };
        assert_eq!(holding(&registration), expected, "{row}");
        for error in [read, registration] {
            assert_eq!(error.kind(), ErrorKind::Status);
            assert_eq!(error.status().map(|found| found.as_u16()), Some(number));
            assert_eq!(error.code().map(ErrorCode::as_str), Some(code));
            assert_eq!(error.belvo_request_id().map(RequestId::as_str), Some("r-1"));
        }
    }
}

/// A chain as a user copies it, with the outcome first. Each answer has one situation.
fn situation(error: &Error) -> &'static str {
    if error.is_outcome_unknown() {
        "look first"
    } else if error.is_outage() {
        "outage"
    } else if error.is_rate_limited() {
        "slow down"
    } else if error.is_retryable() {
        "later"
    } else if error.is_auth() {
        "keys"
    } else if error.is_permission_denied() {
        "permission"
    } else if error.is_not_found() {
        "not found"
    } else if error.is_invalid_request() {
        "request"
    } else {
        "other"
    }
}

#[tokio::test]
async fn every_status_has_one_situation_in_any_order() {
    for status in (100..600).filter(|status| !(200..300).contains(status)) {
        let [read, registration] = both(move || ScriptedAnswer::empty(status)).await;
        let expected = match status {
            400 | 405 => "request",
            401 => "keys",
            403 => "permission",
            404 => "not found",
            408 => "later",
            429 => "slow down",
            500.. => "outage",
            _ => "other",
        };
        assert_eq!(situation(&read), expected, "{status}");
        let ambiguous = status == 408 || status >= 500;
        assert_eq!(situation(&registration), if ambiguous { "look first" } else { expected }, "{status}");
        assert_order_does_not_matter(&registration);
        assert_order_does_not_matter(&read);
    }
}

/// Nothing that says "do it again" holds while the outcome is unknown.
#[track_caller]
fn assert_order_does_not_matter(error: &Error) {
    let again = error.is_retryable() || error.is_outage() || error.is_rate_limited();
    assert!(!(error.is_outcome_unknown() && again), "{error:?}");
}

#[tokio::test]
async fn every_failure_of_the_network_is_told() {
    use TransportErrorKind as Kind;
    for (kind, read_is, registration_is) in [
        (Kind::Connect, "later", "later"),
        (Kind::Certificate, "other", "other"),
        (Kind::ClientCertificate, "other", "other"),
        (Kind::Timeout, "later", "look first"),
        (Kind::BodyTooLarge { limit: 7 }, "other", "look first"),
        (Kind::Other, "later", "look first"),
    ] {
        let [read, registration] = both(move || ScriptedAnswer::fail(kind)).await;
        assert_eq!((situation(&read), situation(&registration)), (read_is, registration_is), "{kind:?}");
        for error in [read, registration] {
            assert_order_does_not_matter(&error);
            assert_eq!((error.transport_kind(), error.status()), (Some(kind), None));
            assert_eq!(error.is_connect(), kind == Kind::Connect);
            assert_eq!(error.is_tls(), matches!(kind, Kind::Certificate | Kind::ClientCertificate));
            assert_eq!(error.is_timeout(), kind == Kind::Timeout);
            assert!(error.details().is_empty() && error.code().is_none());
        }
    }
    let [read, registration] = both(ScriptedAnswer::hang).await;
    assert_eq!((situation(&read), situation(&registration)), ("later", "look first"));
    assert!(read.is_timeout() && registration.is_timeout());
}

#[tokio::test]
async fn a_request_that_cannot_be_built_is_an_error_of_the_client() {
    fn register() -> Result<RegisterLink, Error> {
        Ok(RegisterLink::builder("", "").build()?)
    }
    let error = register().unwrap_err();
    assert_eq!((error.kind(), situation(&error)), (ErrorKind::Request, "request"));
    assert!(error.invalid_request().is_some() && error.endpoint().is_none());
    assert_eq!((error.attempts(), error.request_id()), (0, ""));
}

#[tokio::test]
async fn the_text_of_an_error_has_no_message_of_belvo() {
    let body =
        json!([{"code": "login_error", "message": "Maria Silva is locked out", "field": "Maria Silva"}]);
    let error = refused(ScriptedAnswer::json(400, body.to_string())).await;
    assert_eq!(error.to_string(), "POST /api/links/ failed: HTTP 400, login_error");
    assert!(!format!("{error:?} {:?}", error.details()).contains("Maria"));
    assert_eq!(error.provider_message(), Some("Maria Silva is locked out"));
    assert_eq!(error.details()[0].field(), Some("Maria Silva"));
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
        "POST /api/links/ failed: HTTP 403, as a page: too many requests from this address"
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
    let error = refused(ScriptedAnswer::json(400, body.to_string())).await;
    assert_eq!(
        error.to_string(),
        "POST /api/links/ failed: HTTP 400, required (institution); blank (username); blank (password)"
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
        refused(ScriptedAnswer::json(404, r#"{"code":"not_found","message":"Not found.","request_id":"r"}"#))
            .await;
    assert!(single.is_not_found());
    let nested = refused(ScriptedAnswer::json(
        400,
        r#"{"request_id":"r","amount":[{"code":"min_value","message":"m"}]}"#,
    ))
    .await;
    assert_eq!(nested.to_string(), "POST /api/links/ failed: HTTP 400, min_value (amount)");
    assert_eq!(nested.belvo_request_id().unwrap().as_str(), "r");
}

#[tokio::test]
async fn any_body_will_do_for_an_error() {
    for body in ["", "Bad Gateway", "null", "[]", "{}", "[null]", "7", "\u{0}", "{\"code\":7}"] {
        let error = refused(ScriptedAnswer::text(400, "text/plain", body)).await;
        assert!(error.is_invalid_request(), "{body}");
        assert_eq!(error.to_string(), "POST /api/links/ failed: HTTP 400", "{body}");
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
        let transport = ScriptedTransport::new()
            .then(ScriptedAnswer::json(409, body))
            .then(ScriptedAnswer::json(409, body));
        let (client, _clock) = client(&transport);
        let error = client.links().refresh(&link_id(), &RefreshLink::everything()).await.unwrap_err();
        assert!(error.is_refresh_cooldown() && error.is_retryable() && !error.is_outcome_unknown());
        assert_eq!(error.refresh_cooldown(), Some(Duration::from_secs(minutes * 60)), "{body}");
        let other = client.links().get(&link_id()).await.unwrap_err();
        assert_eq!((other.is_refresh_cooldown(), other.refresh_cooldown()), (false, None));
    }
}
