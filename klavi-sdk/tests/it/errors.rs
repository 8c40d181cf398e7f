use http::StatusCode;
use klavi_sdk::klavi_types::api::BusinessCode;
use klavi_sdk::{CallOptions, Client, Credentials, Environment, Error, ErrorKind};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::{CPF, create_consent, link_session};

async fn refused(answer: ScriptedAnswer) -> Error {
    let transport = ScriptedTransport::new().then(answer);
    link_session(&transport).create_consent(&create_consent()).await.expect_err("it is refused")
}

fn business(code: i64) -> ScriptedAnswer {
    ScriptedAnswer::json(416, format!(r#"{{"statusCode":{code},"error":"x","message":"some reason"}}"#))
}

#[tokio::test]
async fn a_consent_limit_is_told_from_a_range_error() {
    let message =
        format!(r#"{{"statusCode":4003,"error":"Business","message":"CPF {CPF} exceeds the limit"}}"#);
    let error = refused(ScriptedAnswer::json(416, message)).await;
    assert!(error.is_consent_limit() && !error.is_retryable() && !error.is_outcome_unknown());
    assert_eq!(error.business_code(), Some(BusinessCode::CONSENT_LIMIT));
    assert_eq!(error.status(), Some(StatusCode::RANGE_NOT_SATISFIABLE));
    assert_eq!(error.provider_message(), Some("CPF *** exceeds the limit"));
    assert_eq!(
        error.to_string(),
        "POST /data/v1/consents failed: HTTP 416, business code 4003 consent limit exceeded"
    );
}

#[tokio::test]
async fn each_business_code_has_its_predicate() {
    type Predicate = fn(&Error) -> bool;
    let predicates: [(&str, Predicate); 5] = [
        ("consent missing", Error::is_consent_missing),
        ("consent limit", Error::is_consent_limit),
        ("product rejected", Error::is_product_rejected),
        ("callback url", Error::is_invalid_callback_url),
        ("outage", Error::is_outage),
    ];
    for (code, expected) in [
        (4001, vec!["consent missing"]),
        (4002, vec!["product rejected"]),
        (4003, vec!["consent limit"]),
        (4004, vec!["outage"]),
        (4005, vec!["product rejected"]),
        (4006, vec!["callback url"]),
        (4007, vec![]),
        (4008, vec!["consent missing"]),
        (4009, vec![]),
        (4999, vec![]),
    ] {
        let error = refused(business(code)).await;
        assert_eq!(error.business_code().unwrap().get(), code);
        let holds: Vec<_> =
            predicates.iter().filter(|(_, holds)| holds(&error)).map(|(name, _)| *name).collect();
        assert_eq!(holds, expected, "{code}");
    }
}

#[tokio::test]
async fn a_status_is_no_business_code() {
    for status in [400, 401, 403, 404, 409, 416, 422] {
        let body = format!(r#"{{"statusCode":{status},"error":"Name","message":"Invalid phone"}}"#);
        let error = refused(ScriptedAnswer::json(status, body)).await;
        assert_eq!(error.business_code(), None, "{status}");
        assert_eq!(error.provider_message(), Some("Invalid phone"));
        assert_eq!(error.is_invalid_request(), [400, 422].contains(&status), "{status}");
        assert_eq!(error.is_permission_denied(), status == 403);
        assert_eq!(error.is_not_found(), status == 404);
    }
}

#[tokio::test]
async fn a_body_that_is_not_json_is_kept_for_the_log() {
    let html = format!("<html>\n<body><h1>403 Forbidden</h1>{CPF} maria@example.com</body></html>");
    let error = refused(ScriptedAnswer::text(403, "text/html", html)).await;
    assert!(error.is_permission_denied());
    assert_eq!(error.provider_message(), None);
    assert_eq!(
        error.body_excerpt().as_deref(),
        Some("<html> <body><h1>403 Forbidden</h1>*** ***</body></html>")
    );
    assert_eq!(error.to_string(), "POST /data/v1/consents failed: HTTP 403");
    assert!(!format!("{error:?}").contains("html"));
}

#[tokio::test]
async fn any_body_will_do_for_an_error() {
    for (body, message) in [
        ("", None),
        ("[]", None),
        ("null", None),
        ("{\"statusCode\":", None),
        (r#"{"error":"Bad Request"}"#, Some("Bad Request")),
        (r#"{"error":"Bad Request","message":""}"#, Some("Bad Request")),
        (
            r#"{"message":["email is wrong","phone is wrong"]}"#,
            Some(r#"["email is wrong","phone is wrong"]"#),
        ),
        (r#"{"statusCode":"4003","message":"text"}"#, Some("text")),
    ] {
        let error = refused(ScriptedAnswer::json(400, body)).await;
        assert_eq!((error.kind(), error.provider_message()), (ErrorKind::Status, message), "{body}");
    }
}

#[tokio::test]
async fn a_redirect_of_the_api_is_an_error() {
    let error = refused(ScriptedAnswer::empty(302).header("location", "https://elsewhere.example/")).await;
    assert_eq!((error.kind(), error.status()), (ErrorKind::Status, Some(StatusCode::FOUND)));
}

#[tokio::test]
async fn a_page_in_place_of_an_answer_is_kept_but_data_is_not() {
    let page = refused(ScriptedAnswer::text(200, "text/html", "<html>Maintenance</html>")).await;
    assert_eq!(
        (page.kind(), page.body_excerpt().as_deref()),
        (ErrorKind::Decode, Some("<html>Maintenance</html>"))
    );
    let text = "POST /data/v1/consents failed: the answer cannot be read: text/html: a proxy's page?";
    assert_eq!(page.to_string(), text);
    let cut =
        refused(ScriptedAnswer::json(200, r#"{"consentId":"c","consentRedirectURL":"https://bank.exa"#))
            .await;
    assert_eq!((cut.kind(), cut.body_excerpt()), (ErrorKind::Decode, None));
    assert!(cut.is_outcome_unknown(), "there is a consent now");
}

#[test]
fn the_question_mark_works_before_a_call_as_well() {
    fn build() -> klavi_sdk::Result<Client> {
        Ok(Client::builder(Credentials::new("", "hidden"), Environment::Sandbox).build()?)
    }
    fn header() -> klavi_sdk::Result<CallOptions> {
        Ok(CallOptions::new().header("no name", "hidden")?)
    }
    for error in [build().unwrap_err(), header().unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Request);
        assert!(error.endpoint().is_none() && !error.is_retryable() && !error.is_outcome_unknown());
        assert!(!format!("{error} {error:?}").contains("hidden"));
    }
    assert!(header().unwrap_err().to_string().contains("a header name consists of"));
}
