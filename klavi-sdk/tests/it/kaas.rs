#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use klavi_sdk::klavi_types::kaas::{CategorizationRequest, CategorizedEntry, TransactionSource, UserData};
use klavi_sdk::klavi_types::{Amount, RequestId};
use klavi_sdk::{ErrorKind, InvalidCredential, Kaas, KaasCredentials};
use provider_call::{ScriptedAnswer, ScriptedTransport};

use crate::support::client;

const ANALYTICS: &str = "/klaas/open-finance/v1/analytics";

fn kaas(transport: &ScriptedTransport) -> Kaas {
    client(transport).0.kaas(KaasCredentials::partner("the-code", "the-kaas-token").unwrap())
}

fn request() -> CategorizationRequest {
    let mut entry = CategorizedEntry::default();
    entry.transaction_id = Some("t-1".into());
    entry.transaction_date = Some("2022-02-09".parse().unwrap());
    entry.transaction_name = Some("PADARIA EXEMPLO".into());
    entry.amount = Some("500".parse::<Amount>().unwrap().into());
    entry.credit_debit_type = Some("DEBITO".into());
    CategorizationRequest::builder("user-7", "208", TransactionSource::Checking)
        .transactions(vec![entry])
        .build()
        .unwrap()
}

#[tokio::test]
async fn either_generation_of_headers_goes_alone() {
    for (credentials, code, token) in [
        (KaasCredentials::partner("the-code", "the-kaas-token"), "partner_code", "partner_token"),
        (KaasCredentials::client("the-code", "the-kaas-token"), "client_id", "client_secret"),
    ] {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, "[]"));
        let kaas = client(&transport).0.kaas(credentials.unwrap());
        assert!(kaas.categorise(&request()).await.unwrap().transactions().is_empty());
        let requests = transport.requests();
        let headers = requests[0].headers();
        assert_eq!(
            (&headers[code], &headers[token]),
            (&"the-code".parse().unwrap(), &"the-kaas-token".parse().unwrap())
        );
        assert!(headers[code].is_sensitive() && headers[token].is_sensitive());
        assert!(!headers.contains_key("authorization"), "and nothing else");
        let others = ["partner_code", "partner_token", "client_id", "client_secret"];
        assert_eq!(others.iter().filter(|name| headers.contains_key(**name)).count(), 2);
        assert_eq!(requests.len(), 1, "there is no login");
        let shown = format!("{kaas:?} {headers:?}");
        assert!(!shown.contains("the-code") && !shown.contains("the-kaas-token"), "{shown}");
    }
}

#[tokio::test]
async fn categories_come_bare_or_wrapped_and_after_a_passing_failure() {
    let entry = r#"{"transactionId":"t-1","amount":500,"category":"Alimentação","thirdCategory":7}"#;
    for body in [
        format!("[{entry}]"),
        format!(r#"{{"transactionDetails":[{entry}]}}"#),
        format!(r#"{{"categoryDetail":[{entry}]}}"#),
    ] {
        let transport =
            ScriptedTransport::new().then(ScriptedAnswer::empty(503)).then(ScriptedAnswer::json(200, body));
        let answer = kaas(&transport).categorise(&request()).await.unwrap();
        assert_eq!(answer.transactions()[0].category.as_ref().unwrap(), &"Alimentação");
        assert_eq!(transport.calls(), ["POST /klaas/transaction/v2/category"; 2]);
    }
}

#[tokio::test]
async fn a_refused_token_is_final() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(401));
    let error = kaas(&transport).categorise(&request()).await.unwrap_err();
    assert!(error.is_auth() && !error.is_link_expired());
    assert_eq!(transport.requests().len(), 1);
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, "\"none\""));
    assert_eq!(kaas(&transport).categorise(&request()).await.unwrap_err().kind(), ErrorKind::Decode);
}

#[tokio::test]
async fn data_are_sent_once_to_the_agreed_path() {
    let mut data = UserData::default();
    data.accounts = Vec::new().into();
    for (body, request_id) in
        [(r#"{"requestId":"r-1","message":"ok"}"#, Some("r-1")), ("{}", None), ("", None)]
    {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, body));
        let accepted = kaas(&transport).analyse(ANALYTICS, &data).await.unwrap();
        assert_eq!(accepted.request_id.as_ref().map(RequestId::as_str), request_id);
        assert_eq!(transport.calls(), [format!("POST {ANALYTICS}")]);
        assert_eq!(transport.requests()[0].headers()["partner_code"], "the-code");
    }
    let transport =
        ScriptedTransport::new().then(ScriptedAnswer::empty(500)).then(ScriptedAnswer::empty(200));
    let error = kaas(&transport).analyse(ANALYTICS, &data).await.unwrap_err();
    assert!(
        error.is_outcome_unknown() && error.endpoint().unwrap().to_string() == format!("POST {ANALYTICS}")
    );
    assert_eq!(transport.unused(), 1);
}

#[test]
fn a_token_cannot_smuggle_a_header() {
    for bad in ["", "a b", "a\r\nx: y", "ç"] {
        assert_eq!(KaasCredentials::partner("code", bad).unwrap_err(), InvalidCredential);
        assert_eq!(KaasCredentials::client(bad, "secret").unwrap_err(), InvalidCredential);
    }
}
