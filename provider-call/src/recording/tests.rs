//! What a recording keeps and what it leaves out.

use std::error::Error;
use std::time::Duration;

use super::*;
use crate::credential::{Credential, bearer};
use crate::{CallError, Caller, ClientSettings, Endpoint, ErrorKind, ManualClock, Provider, RetryPolicy};
use crate::{ScriptedAnswer, ScriptedTransport};

const PROVIDER: Provider = Provider::new("bank", "test-sdk", "1");
const LOGIN: Endpoint = Endpoint::post("/v1/auth");
const GET: Endpoint = Endpoint::get("/v1/links/{id}/accounts");

fn caller(transport: impl Transport + 'static) -> Caller {
    let policy = RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO);
    let settings = ClientSettings::new().transport(transport).clock(ManualClock::new()).retry_policy(policy);
    settings.caller(&PROVIDER, "https://api.example.com").unwrap()
}

async fn get(caller: &Caller) -> Result<crate::Answer, CallError> {
    let credential = Credential::new(bearer("s3cret-token").unwrap());
    let call =
        caller.call(&GET).credential(&credential).path_value("id", "0325412e-e566-4f4e-ac5b-2f4471586b88");
    call.query("cpf", "12345678909").send().await
}

/// All secrets of a call, in every place where one can stand.
fn telling() -> ScriptedTransport {
    let login =
        ScriptedAnswer::json(200, r#"{"accessToken":"s3cret","tokens":["s3cret"],"expiresIn":86400}"#)
            .header("set-cookie", "sid=s3cret")
            .header("x-customer", "Maria");
    let body = r#"{
        "accounts": [{"accountNumber": 12345, "type": "CHECKING", "balance": 1234.56, "openedAt": "2026-01-31"}],
        "owner": {"fullName": {"given": "Maria", "rest": ["Silva"]}, "birthDate": "1990-05-17", "isActive": true},
        "note": "call +55 11 91234-5678 or maria@example.com", "12345678909": {"code": 7, "big": 12345678909},
        "next": "https://api.example.com/v1/links?cpf=12345678909", "updatedAt": "2026-01-31T10:00:00.123Z"
    }"#;
    ScriptedTransport::new()
        .then(login)
        .then(ScriptedAnswer::json(200, format!("\u{feff}{body}")))
        .then(ScriptedAnswer::json(200, r#"{"name":"Maria"#))
        .then(ScriptedAnswer::text(422, "text/plain", "Maria Silva is unknown"))
}

async fn recorded() -> Recording {
    let recorder = Recorder::new(telling());
    let caller = caller(recorder.clone());
    let keys = serde_json::json!({"accessKey": "s3cret", "password": "s3cret", "email": "maria@example.com"});
    caller.call(&LOGIN).json(&keys).send().await.unwrap();
    for _ in 0..3 {
        get(&caller).await.ok();
    }
    recorder.recording()
}

#[tokio::test]
async fn a_recording_holds_no_secret_and_nothing_of_a_person() {
    let recording = recorded().await;
    let json = recording.to_json();
    for secret in ["s3cret", "Maria", "Silva", "maria", "12345", "0325412e", "91234", "1990", "sid="] {
        assert!(!json.contains(secret), "{secret}: {json}");
    }
    for kept in [
        "1234.56",
        "CHECKING",
        "2026-01-31T10:00:00.123Z",
        "\"openedAt\": \"2026-01-31\"",
        "86400",
        "\"cpf\"",
    ] {
        assert!(json.contains(kept), "{kept}: {json}");
    }
    assert!(!format!("{recording:?}").contains("CHECKING"));
}

#[tokio::test]
async fn a_recording_is_read_from_its_own_file() {
    let recording = recorded().await;
    let again = Recording::from_json(&recording.to_json()).unwrap();
    assert_eq!(again.to_json(), recording.to_json());
    let accounts = "GET /v1/links/***/accounts";
    assert_eq!(again.calls(), ["POST /v1/auth", accounts, accounts, accounts]);
    let path = std::env::temp_dir().join(format!("recording-{:032x}.json", fastrand::u128(..)));
    recording.write(&path).unwrap();
    assert_eq!(Recording::read(&path).unwrap().to_json(), recording.to_json());
    std::fs::remove_file(&path).unwrap();
    assert!(matches!(Recording::read(&path), Err(RecordingError::Read(..))));
    let error = Recording::from_json("{\n\"exchanges\": [\"Maria\"]}").unwrap_err();
    assert_eq!(error.to_string(), "not a recording: line 2, column 21");
}

#[tokio::test]
async fn a_replay_answers_as_the_provider_did() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(503).header("retry-after", "7"))
        .then(ScriptedAnswer::fail(TransportErrorKind::BodyTooLarge { limit: 9 }))
        .then(ScriptedAnswer::hang())
        .then(ScriptedAnswer::text(200, "text/html", "<html>Bad gateway"));
    let recorder = Recorder::new(transport);
    let once = |transport: Arc<dyn Transport>| async move {
        let caller = caller(transport);
        let once = caller.with_options(crate::CallOptions::new().retry_policy(RetryPolicy::none()));
        let busy = get(&once).await.unwrap_err();
        assert_eq!(busy.retry_after(), Some(Duration::from_secs(7)));
        let large = get(&once).await.unwrap_err();
        assert_eq!(large.transport_kind(), Some(TransportErrorKind::BodyTooLarge { limit: 9 }));
        assert!(get(&once).await.unwrap_err().to_string().contains("no answer within"));
        let page = get(&once).await.unwrap().json::<Value>().unwrap_err();
        assert!(page.to_string().contains("text/html"), "{page}");
    };
    once(Arc::new(recorder.clone())).await;
    let replay = ReplayTransport::new(Recording::from_json(&recorder.recording().to_json()).unwrap());
    once(Arc::new(replay.clone())).await;
    assert_eq!(replay.unused(), 0);
}

#[tokio::test]
async fn a_request_that_was_not_recorded_fails_at_once_and_is_named() {
    let replay = ReplayTransport::new(recorded().await);
    let caller = caller(replay.clone());
    let other = Endpoint::get("/v1/links/{id}");
    let error = caller.call(&other).path_value("id", "12345678909").send().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts(), error.is_passing()), (ErrorKind::Transport, 1, false));
    assert_eq!(error.transport_kind(), Some(TransportErrorKind::NotSent));
    assert!(!error.is_outcome_unknown());
    let cause = error.source().unwrap().to_string();
    assert_eq!(cause, "the recording has no answer left to GET /v1/links/***");
    assert_eq!(replay.unused(), 4);
    for _ in 0..2 {
        assert_eq!(get(&caller).await.unwrap().status(), 200);
    }
    assert_eq!(get(&caller).await.unwrap_err().status().unwrap(), 422);
    assert_eq!(get(&caller).await.unwrap_err().transport_kind(), Some(TransportErrorKind::NotSent));
}
