//! Open Data tasks: where they stand, and what they ask the user for.

use klavi_types::api::{Task, TaskStatus};

fn task(mfa: &str) -> Task {
    let body = format!(r#"{{"code":200,"message":"ok","status":"needMFA","mfaInfo":{mfa}}}"#);
    let decoded = klavi_types::decode::<Task>(body.as_bytes()).unwrap();
    assert!(decoded.malformed.is_empty(), "{:?}", decoded.malformed);
    assert_eq!(serde_json::to_string(&decoded.value).unwrap(), body);
    decoded.value
}

#[test]
fn each_kind_of_second_factor_is_read_and_written_back() {
    for mfa in [
        r#"{"mfaId":22,"mfaType":"basic"}"#,
        r#"{"mfaId":30,"mfaType":"contact","contact":"(**) *****-1234"}"#,
        r#"{"mfaId":32,"mfaType":"questions","questions":[{"id":"100","question":"?","options":[{"label":"A","value":"1"}]}]}"#,
        r#"{"mfaId":51,"mfaType":"multichoice","multichoices":[{"label":"E-mail","value":"1"}]}"#,
    ] {
        let task = task(mfa);
        assert_eq!(task.status, Some(TaskStatus::NeedMfa));
        assert!(!task.is_final() && task.failure().is_none());
        assert!(!format!("{task:?}").contains("1234"));
    }
}

#[test]
fn a_failed_task_has_its_code() {
    let body = br#"{"code":408,"message":"blocked","status":"fail"}"#;
    let task = klavi_types::decode::<Task>(body).unwrap().value;
    assert!(task.is_final());
    assert_eq!(task.failure().unwrap().get(), 408);
}
