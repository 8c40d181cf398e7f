//! Open Data tasks: where they stand, what they ask the user for, and what is answered.

use klavi_types::Json;
use klavi_types::api::{MfaType, OpenDataCode, SubmitMfa, Task, TaskStatus};
use serde_json::{json, to_value};

fn read(body: &str) -> Task {
    let decoded = klavi_types::decode::<Task>(body.as_bytes()).unwrap();
    assert!(decoded.malformed.is_empty(), "{:?}", decoded.malformed);
    let inspection = klavi_types::inspect::<Task>(body.as_bytes()).unwrap();
    assert_eq!((&*inspection.unmapped, &*inspection.lost), (&[][..], &[][..]), "{body}");
    assert!(inspection.unknown_words.is_empty(), "{body}");
    decoded.value
}

#[test]
fn each_kind_of_second_factor_is_read_and_written_back() {
    for (mfa, kind) in [
        (r#"{"mfaId":22,"mfaType":"basic"}"#, MfaType::Basic),
        (r#"{"mfaId":30,"mfaType":"contact","contact":"(**) *****-1234"}"#, MfaType::Contact),
        (
            r#"{"mfaId":32,"mfaType":"questions","questions":[{"id":"100","question":"?","options":[{"label":"A","value":"1"}]}]}"#,
            MfaType::Questions,
        ),
        (
            r#"{"mfaId":51,"mfaType":"multichoice","multichoices":[{"label":"E-mail","value":"1"}]}"#,
            MfaType::Multichoice,
        ),
    ] {
        let body = format!(r#"{{"code":200,"message":"ok","status":"needMFA","mfaInfo":{mfa}}}"#);
        let task = read(&body);
        assert_eq!(serde_json::to_string(&task).unwrap(), body);
        assert_eq!(task.status, Some(TaskStatus::NeedMfa));
        assert!(!task.is_final() && task.failure().is_none());
        assert!(!format!("{task:?}").contains("1234"));
        assert_eq!(task.mfa_info.unwrap().mfa_type, Some(kind));
    }
}

#[test]
fn the_other_name_and_casing_of_the_kind_are_read() {
    for kind in [r#""authMethod":"multichoice""#, r#""mfaType":"multiChoice""#, r#""mfaType":"MULTICHOICES""#]
    {
        let task = read(&format!(r#"{{"status":"needMFA","mfaInfo":{{"mfaId":"51",{kind}}}}}"#));
        let info = task.mfa_info.unwrap();
        assert_eq!(info.mfa_type, Some(MfaType::Multichoice), "{kind}");
        assert_eq!(info.mfa_id.unwrap().get(), 51);
    }
}

#[test]
fn a_code_counts_only_where_the_task_failed() {
    for (status, last, failure) in [
        ("fail", true, Some(408)),
        ("success", true, None),
        ("pending", false, None),
        ("needMFA", false, None),
    ] {
        let task = read(&format!(r#"{{"code":408,"message":"blocked","status":"{status}"}}"#));
        assert_eq!((task.is_final(), task.failure().map(OpenDataCode::get)), (last, failure), "{status}");
    }
}

#[test]
fn every_documented_code_has_a_name_and_advice_and_others_pass() {
    for code in (200..=203).chain(400..=413) {
        let code = OpenDataCode::from(code);
        assert!(code.name().is_some() && code.advice().is_some(), "{code}");
        assert_eq!(code.has_data(), code.get() < 300);
        assert_eq!(code.forbids_updates(), [402, 406, 408].contains(&code.get()));
    }
    let unknown: OpenDataCode = serde_json::from_str("599").unwrap();
    assert_eq!((unknown.name(), unknown.to_string().as_str()), (None, "599"));
    assert_eq!(read(r#"{"code":"402","status":"fail"}"#).failure(), Some(402.into()));
}

#[test]
fn a_second_factor_is_written_in_the_documented_names() {
    let answer = SubmitMfa::builder(32)
        .code("123456")
        .password("s3nh4")
        .birthday("1989-03-23")
        .username("ana@exemplo.example")
        .switch_verification_type("sms")
        .further(Json::from_value(&json!({"answers": [{"id": "100", "value": "1"}]})).unwrap())
        .build()
        .unwrap();
    assert_eq!(
        to_value(&answer).unwrap(),
        json!({"mfaId": 32, "code": "123456", "password": "s3nh4", "birthday": "1989-03-23",
            "username": "ana@exemplo.example", "switchVerificationType": "sms",
            "answers": [{"id": "100", "value": "1"}]})
    );
    let shown = format!("{answer:?}");
    for value in ["123456", "s3nh4", "1989", "ana@", "100"] {
        assert!(!shown.contains(value), "{value} in {shown}");
    }
    let empty = SubmitMfa::builder(22).code("").switch_verification_type("").build().unwrap();
    assert_eq!(to_value(&empty).unwrap(), json!({"mfaId": 22}));
}

#[test]
fn what_klavi_cannot_take_is_refused_with_every_reason() {
    let further: Json = serde_json::from_str(r#"{"mfaId": 1, "code": "x"}"#).unwrap();
    let error = SubmitMfa::builder(0).further(further).build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the request is invalid: mfaId: not an id that Klavi gave; further: mfaId has a field of its own; \
         further: code has a field of its own"
    );
    let error = SubmitMfa::builder(1).further(Json::from_value("x").unwrap()).build().unwrap_err();
    assert!(error.names("further"));
}
