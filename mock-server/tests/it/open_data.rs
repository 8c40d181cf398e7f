use std::collections::BTreeMap;
use std::time::Duration;

use http::Method;
use klavi_mock::MockKlavi;
use klavi_types::DeliveryKind;
use klavi_types::legacy::{AnyLegacyReport, inspect_legacy_report};
use serde_json::{Value, json};

use crate::partner::{Answer, CPF, Partner, consent_body, text, with};
use crate::receiver::Receiver;

/// A link and its token.
pub(crate) async fn link(partner: &Partner, body: Value) -> (String, String, String) {
    let link = partner.link(body).await;
    (text(&link["linkId"]), text(&link["linkToken"]), text(&link["linkURL"]))
}

pub(crate) async fn status(partner: &Partner, token: &str, task_id: &str) -> Value {
    let path = format!("/data/v1/tasks/{task_id}/status");
    partner.send(Method::GET, &path, Some(token), None).await.ok()
}

async fn submit(partner: &Partner, token: &str, task_id: &str, body: &Value) -> Answer {
    let path = format!("/data/v1/tasks/{task_id}/mfa");
    partner.send(Method::POST, &path, Some(token), Some(body)).await
}

/// Reports of the first generation that were queued, by report type.
pub(crate) async fn reports(mock: &MockKlavi) -> Vec<(String, Value)> {
    mock.made().await;
    mock.deliveries()
        .into_iter()
        .filter(|delivery| delivery.kind == DeliveryKind::LegacyReport.as_str())
        .map(|delivery| {
            let inspection = inspect_legacy_report(&delivery.body).unwrap();
            assert!(inspection.malformed.is_empty() && inspection.lost.is_empty(), "{}", delivery.name);
            assert!(!matches!(inspection.value, AnyLegacyReport::Untyped(_)), "{}", delivery.name);
            (delivery.name, serde_json::from_slice(&delivery.body).unwrap())
        })
        .collect()
}

#[tokio::test]
async fn a_plain_login_succeeds_and_its_reports_are_pushed_signed() {
    let receiver = Receiver::start([]).await;
    let mock = MockKlavi::builder().seed(7).console_webhook(receiver.url("/console")).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let (link_id, token, _) =
        link(&partner, json!({"personalTaxId": CPF, "externalInfo": {"mine": "1"}})).await;
    let task_id = partner.mock.start_task(&link_id, "5001", CPF, "123456").await.unwrap();
    assert_eq!(
        status(&partner, &token, &task_id).await,
        json!({"code": 200, "message": "ok", "status": "success"})
    );
    partner.mock.settled().await;
    let reports = reports(&partner.mock).await;
    let names: Vec<_> = reports.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["identity", "balance"]);
    let (_, identity) = &reports[0];
    assert_eq!((identity["code"].as_i64(), identity["msg"].as_str()), (Some(200), Some("ok")));
    assert_eq!(identity["query_param"], json!({"mine": "1"}));
    let time = text(&identity["report_time"]);
    assert!(time.len() == 19 && time.as_bytes()[10] == b' ', "{time}");
    let data = &identity["data"];
    assert_eq!(data["enquiry_cpf"], CPF);
    assert_eq!(data["institution_id"], "5001");
    assert_eq!(data["user_consent"], "Yes");
    assert_eq!(text(&data["connection_key"]).len(), 20);
    assert_eq!(data["connection_key"], reports[1].1["data"]["connection_key"]);
    assert_ne!(data["report_id"], reports[1].1["data"]["report_id"]);
    let sent = receiver.received();
    assert_eq!(sent.len(), 3, "link_created and two reports");
    assert!(sent.iter().all(|sent| sent.headers.contains_key("x-klavi-signature")));
}

#[tokio::test]
async fn each_kind_of_second_factor_has_its_documented_shape_and_its_answer() {
    let partner = Partner::start().await;
    let (link_id, token, _) = link(&partner, json!({"personalTaxId": CPF})).await;
    let mut sent = 0;
    for (ending, kind, info, answers) in [
        ("301", "basic", json!({"mfaId": 22, "mfaType": "basic"}), vec![json!({"code": "123456"})]),
        (
            "302",
            "contact",
            json!({"mfaId": 30, "mfaType": "contact", "contact": "(11) *****-0000"}),
            vec![json!({"code": "123456"})],
        ),
        ("303", "questions", Value::Null, vec![json!({"code": "2"})]),
        (
            "304",
            "multichoice",
            json!({"mfaId": 51, "mfaType": "multichoice", "multichoices":
                [{"label": "E-mail", "value": "1"}, {"label": "SMS", "value": "2"}]}),
            vec![json!({"switchVerificationType": "1"}), json!({"code": "123456"})],
        ),
    ] {
        let task_id = partner.mock.start_task(&link_id, "5001", CPF, &format!("123{ending}")).await.unwrap();
        let mut task = status(&partner, &token, &task_id).await;
        assert_eq!(task["status"], "needMFA", "{kind}");
        assert_eq!((&task["code"], &task["message"]), (&json!(200), &json!("ok")));
        assert_eq!(task["mfaInfo"]["mfaType"], kind);
        if info.is_null() {
            let question = &task["mfaInfo"]["questions"][0];
            assert_eq!(question["id"], "100");
            assert!(question["question"].is_string() && question["options"].as_array().unwrap().len() == 3);
            assert!(text(&question["options"][1]["label"]).contains("FGTS"));
        } else {
            assert_eq!(task["mfaInfo"], info);
        }
        assert_eq!(reports(&partner.mock).await.len(), sent, "nothing is sent before the factor");
        for answer in answers {
            let answer = with(answer, "mfaId", task["mfaInfo"]["mfaId"].clone());
            assert_eq!(submit(&partner, &token, &task_id, &answer).await.ok(), json!({"message": "ok"}));
            task = status(&partner, &token, &task_id).await;
        }
        assert_eq!(task["status"], "success", "{kind}");
        sent += 2;
        assert_eq!(reports(&partner.mock).await.len(), sent);
    }
}

#[tokio::test]
async fn wrong_answers_are_asked_again_twice() {
    let partner = Partner::start().await;
    let (link_id, token, _) = link(&partner, json!({})).await;
    let task_id = partner.mock.start_task(&link_id, "5001", CPF, "123301").await.unwrap();
    for mfa_id in [22, 23, 24] {
        let task = status(&partner, &token, &task_id).await;
        assert_eq!((&task["status"], &task["mfaInfo"]["mfaId"]), (&json!("needMFA"), &json!(mfa_id)));
        let stale = json!({"mfaId": mfa_id - 1, "code": "123456"});
        submit(&partner, &token, &task_id, &stale).await.refused(422, 422);
        submit(&partner, &token, &task_id, &json!({"mfaId": mfa_id, "code": "000000"})).await.ok();
    }
    let failed = json!({"code": 406, "message": "Wrong password too many times", "status": "fail"});
    assert_eq!(status(&partner, &token, &task_id).await, failed);
    let late = json!({"mfaId": 24, "code": "123456"});
    submit(&partner, &token, &task_id, &late).await.refused(409, 409);
    let reports = reports(&partner.mock).await;
    let [(name, report)] = reports.as_slice() else { panic!("one report says why") };
    assert_eq!(name, "identity");
    assert_eq!((report["code"].as_i64(), report["data"].get("identity")), (Some(406), Some(&Value::Null)));
    assert_eq!(text(&report["data"]["connection_key"]).len(), 20);
}

#[tokio::test]
async fn every_documented_code_can_be_had() {
    let partner = Partner::start().await;
    let (link_id, token, _) = link(&partner, json!({})).await;
    for code in 400..=413 {
        let task_id = partner.mock.start_task(&link_id, "140", CPF, &format!("x{code}")).await.unwrap();
        let task = status(&partner, &token, &task_id).await;
        assert_eq!((&task["status"], task["code"].as_i64()), (&json!("fail"), Some(code)));
        assert!(!text(&task["message"]).is_empty() && task["message"] != "ok");
    }
    for code in [201, 202, 203] {
        let before = reports(&partner.mock).await.len();
        let task_id = partner.mock.start_task(&link_id, "140", CPF, &format!("x{code}")).await.unwrap();
        let task = status(&partner, &token, &task_id).await;
        assert_eq!(
            task,
            json!({"code": 200, "message": "ok", "status": "success"}),
            "the code is the reports'"
        );
        let new = reports(&partner.mock).await.split_off(before);
        assert_eq!(new.len(), 2);
        assert!(new.iter().all(|(_, report)| report["code"] == code));
        assert_eq!(new[0].1["data"].get("enquiry_cpf").is_none(), code == 203, "203: CPF missing");
    }
}

#[tokio::test]
async fn time_decides_how_long_a_task_is_pending_and_a_factor_asked() {
    let mock = MockKlavi::builder().seed(7).task_pace(Duration::from_secs(600)).start().await.unwrap();
    let partner = Partner::with(mock).await;
    let (link_id, token, _) = link(&partner, json!({})).await;
    let task_id = partner.mock.start_task(&link_id, "5001", CPF, "123301").await.unwrap();
    assert_eq!(status(&partner, &token, &task_id).await["status"], "pending");
    let early = json!({"mfaId": 22, "code": "123456"});
    submit(&partner, &token, &task_id, &early).await.refused(409, 409);
    partner.mock.advance_clock(Duration::from_secs(600));
    assert_eq!(status(&partner, &token, &task_id).await["status"], "needMFA");
    submit(&partner, &token, &task_id, &early).await.ok();
    assert_eq!(status(&partner, &token, &task_id).await["status"], "pending");
    partner.mock.advance_clock(Duration::from_secs(600));
    assert_eq!(reports(&partner.mock).await.len(), 2, "sent when the clock is turned");
    assert_eq!(status(&partner, &token, &task_id).await["status"], "success");

    let partner = Partner::start().await;
    let (link_id, token, _) = link(&partner, json!({})).await;
    let forgotten = partner.mock.start_task(&link_id, "5001", CPF, "123302").await.unwrap();
    partner.mock.advance_clock(Duration::from_secs(120));
    let task = status(&partner, &token, &forgotten).await;
    assert_eq!(task, json!({"code": 402, "message": "User credential error", "status": "fail"}));
}

#[tokio::test]
async fn a_task_is_that_of_its_link_and_of_its_token() {
    let partner = Partner::start().await;
    let (link_id, token, _) = link(&partner, json!({})).await;
    let (_, other_token, _) = link(&partner, json!({})).await;
    let task_id = partner.mock.start_task(&link_id, "5001", CPF, "123301").await.unwrap();
    let path = format!("/data/v1/tasks/{task_id}/status");
    partner.send(Method::GET, &path, Some(&other_token), None).await.refused(404, 404);
    partner.send(Method::GET, &path, Some(&partner.access_token), None).await.refused(403, 403);
    partner.send(Method::GET, &path, None, None).await.refused(401, 401);
    partner.send(Method::GET, "/data/v1/tasks/none/status", Some(&token), None).await.refused(404, 404);
    let good = json!({"mfaId": 22, "code": "123456"});
    submit(&partner, &other_token, &task_id, &good).await.refused(404, 404);
    for (name, value, starts) in [
        ("mfaId", Value::Null, "mfaId is required"),
        ("mfaId", json!("22"), "mfaId must be a whole number"),
        ("mfaId", json!(1.5), "mfaId must be a whole number"),
        ("mfaId", json!(u64::MAX), "mfaId must be a whole number"),
        ("code", json!(123_456), "code must be a string"),
        ("password", json!([]), "password must be a string"),
        ("code", Value::Null, "code is required for this factor"),
    ] {
        let message =
            submit(&partner, &token, &task_id, &with(good.clone(), name, value)).await.refused(422, 422);
        assert!(message.starts_with(starts), "{message}");
    }
    partner.mock.advance_clock(Duration::from_secs(1800));
    partner.send(Method::GET, &path, Some(&token), None).await.refused(401, 401);
}

#[tokio::test]
async fn the_list_has_both_kinds_and_the_status_both_sets_of_words() {
    let partner = Partner::start().await;
    let (link_id, token, _) = link(&partner, json!({"personalTaxId": CPF})).await;
    let get = async |path: &str| partner.send(Method::GET, path, Some(&token), None).await.ok();
    let list = get("/data/v1/links/institutions").await;
    let kinds: BTreeMap<_, _> = list
        .as_array()
        .unwrap()
        .iter()
        .map(|bank| (text(&bank["institutionCode"]), bank["institutionType"].as_i64().unwrap()))
        .collect();
    for code in ["3001", "3002", "3003", "3004", "5001", "5002", "140", "102", "208", "4001"] {
        assert_eq!(kinds[code], 2, "{code}");
    }
    assert_eq!(kinds["341"], 1);

    partner.create_consent(&token, &consent_body("341", "1")).await.ok();
    partner.mock.start_task(&link_id, "208", CPF, "123402").await.unwrap();
    partner.mock.start_task(&link_id, "208", CPF, "123304").await.unwrap();
    let statuses = get("/data/v1/links/institutions/status").await;
    assert_eq!(
        statuses,
        json!([
            {"institutionCode": "341", "name": "Itaú (mock)", "status": "AWAITING_AUTHORISATION"},
            {"institutionCode": "208", "name": "BTG Investimentos (mock)", "status": "needMFA"},
        ])
    );
    let consent = partner.create_consent(&token, &consent_body("5001", "2")).await;
    assert!(consent.refused(416, 4004).contains("Open Data"));
}
