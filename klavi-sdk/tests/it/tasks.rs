use klavi_sdk::klavi_types::api::{MfaType, OpenDataCode, SubmitMfa, TaskStatus};
use klavi_sdk::klavi_types::{Integer, Json};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::{Value, json};

use crate::support::{calls_with_tokens, link_session};

fn pending() -> ScriptedAnswer {
    ScriptedAnswer::json(200, r#"{"code":200,"message":"ok","status":"pending"}"#)
}

fn needs(mfa_id: i64) -> ScriptedAnswer {
    let mfa = json!({"mfaId": mfa_id, "mfaType": "basic"});
    ScriptedAnswer::json(
        200,
        json!({"code": 200, "message": "ok", "status": "needMFA", "mfaInfo": mfa}).to_string(),
    )
}

fn ok() -> ScriptedAnswer {
    ScriptedAnswer::json(200, r#"{"message":"ok"}"#)
}

#[tokio::test]
async fn a_task_is_asked_with_the_token_of_its_link() {
    let transport = ScriptedTransport::new().then(needs(22)).then(ok());
    let session = link_session(&transport);
    let task = session.task("task/1");
    let status = task.status().await.unwrap();
    assert_eq!(status.status, Some(TaskStatus::NeedMfa));
    assert_eq!(status.mfa_info.unwrap().mfa_type, Some(MfaType::Basic));
    let further: Json = serde_json::from_str(r#"{"answers":{"100":"2"}}"#).unwrap();
    let answer = SubmitMfa::builder(22).code("123456").further(further).build().unwrap();
    assert_eq!(task.submit_mfa(&answer).await.unwrap().message.unwrap(), "ok");
    assert_eq!(
        calls_with_tokens(&transport),
        [
            "GET /data/v1/tasks/task%2F1/status Bearer the-link-token",
            "POST /data/v1/tasks/task%2F1/mfa Bearer the-link-token",
        ]
    );
    let body: Value = serde_json::from_slice(transport.requests()[1].body()).unwrap();
    assert_eq!(body, json!({"mfaId": 22, "code": "123456", "answers": {"100": "2"}}));
}

#[tokio::test]
async fn an_answer_that_may_have_arrived_is_not_sent_again() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::empty(502)).then(ok());
    let session = link_session(&transport);
    let answer = SubmitMfa::builder(22).code("123456").build().unwrap();
    let error = session.task("task-1").submit_mfa(&answer).await.unwrap_err();
    assert!(error.is_outcome_unknown());
    assert_eq!(transport.unused(), 1);
    assert!(!format!("{error:?} {answer:?}").contains("123456"));
}

#[tokio::test]
async fn a_watch_tells_each_factor_and_the_end() {
    let failed = r#"{"code":406,"message":"x","status":"fail"}"#;
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(404))
        .then(pending())
        .then(pending())
        .then(needs(22))
        .then(needs(22))
        .then(needs(23))
        .then(ScriptedAnswer::json(200, failed));
    let session = link_session(&transport);
    let mut watch = session.task("task-1").watch();
    let mut seen = Vec::new();
    while let Some(task) = watch.next().await {
        let task = task.unwrap();
        let factor = task.mfa_info.as_ref().and_then(|mfa| mfa.mfa_id).map_or(0, Integer::get);
        seen.push(format!(
            "{} {factor} {:?}",
            task.status.as_ref().unwrap(),
            task.failure().map(OpenDataCode::get)
        ));
    }
    assert_eq!(seen, ["pending 0 None", "needMFA 22 None", "needMFA 23 None", "fail 0 Some(406)"]);
    assert_eq!(transport.unused(), 0);
}

#[tokio::test]
async fn the_end_of_the_link_is_the_end_of_a_watch() {
    let transport = ScriptedTransport::new().then(pending()).then(ScriptedAnswer::empty(401));
    let session = link_session(&transport);
    assert!(session.task("task-1").watch().settled().await.unwrap_err().is_link_expired());
}
