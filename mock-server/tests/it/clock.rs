use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use klavi_mock::{Error, MockKlavi};
use serde_json::{Value, json};

use crate::partner::{CPF, Partner, text};

fn moment(text: &str) -> Timestamp {
    text.parse().unwrap()
}

async fn turn(partner: &Partner, body: Value) -> Value {
    partner.send(Method::POST, "/_mock/clock", None, Some(&body)).await.ok()
}

fn shown(clock: &Value) -> Timestamp {
    moment(&text(&clock["now"]))
}

#[tokio::test]
async fn it_is_turned_over_http_and_tokens_grow_old() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    let before = partner.mock.now();
    let clock = turn(&partner, json!({"advanceSeconds": 1800})).await;
    assert_eq!(shown(&clock), before + jiff::SignedDuration::from_secs(1800));
    assert_eq!(clock["frozen"], true);
    partner.get("/data/v1/refresh").await.refused(401, 401);
    assert_eq!(partner.get("/_mock/clock").await.ok(), clock);
    assert_eq!(partner.get("/_mock/state").await.ok()["clock"], clock);
    let clock = turn(&partner, json!({"frozen": false, "advanceSeconds": 0})).await;
    assert!(clock["frozen"] == false && clock["aheadMs"].as_i64().unwrap() > 1_700_000, "{clock}");
}

#[tokio::test]
async fn it_can_be_set_to_any_moment_of_the_century() {
    let partner = Partner::start().await;
    for now in ["2030-02-28T12:00:00Z", "2000-01-01T00:00:00Z", "2100-01-01T00:00:00Z"] {
        let clock = turn(&partner, json!({"now": now, "frozen": true})).await;
        assert_eq!(shown(&clock), moment(now));
        assert_eq!(partner.mock.now(), moment(now));
        turn(&partner, json!({"frozen": false})).await;
    }
    for (body, word) in [
        (json!({"advanceSeconds": 1}), "2099"),
        (json!({"advanceSeconds": u64::MAX}), "2099"),
        (json!({"now": "1999-12-31T23:59:59Z"}), "2099"),
        (json!({"now": "2100-01-01T00:00:01Z"}), "2099"),
        (json!({"now": "tomorrow"}), "now: "),
        (json!({"advanceSeconds": -1}), "advanceSeconds: invalid "),
        (json!({"advanceSeconds": 1.5}), "advanceSeconds: invalid "),
        (json!({"advanceSeconds": "1"}), "advanceSeconds: invalid "),
        (json!({"advanceSeconds": 1, "now": "2030-01-01T00:00:00Z"}), "exclude"),
        (json!({}), "required"),
        (json!({"followMachine": true, "frozen": false}), "excludes"),
        (json!({"followMachine": false}), "followMachine: "),
    ] {
        let message = partner.send(Method::POST, "/_mock/clock", None, Some(&body)).await.refused(422, 422);
        assert!(message.contains(word), "{body}: {message}");
    }
    assert_eq!(partner.mock.now(), moment("2100-01-01T00:00:00Z"), "what is refused turns nothing");
    assert!(matches!(partner.mock.set_clock(Timestamp::MAX), Err(Error::ClockRange)));
    let start = MockKlavi::builder().clock(Timestamp::MIN).start().await;
    assert!(matches!(start, Err(Error::ClockRange)));
}

#[tokio::test]
async fn it_goes_back_to_the_machines_time() {
    let partner = Partner::start().await;
    for turned in [json!({"now": "2030-02-28T12:00:00Z", "frozen": true}), json!({"advanceSeconds": 60})] {
        turn(&partner, turned).await;
        let clock = turn(&partner, json!({"followMachine": true})).await;
        assert!(clock["frozen"] == false && clock["aheadMs"] == 0, "{clock}");
    }
    partner.mock.advance_clock(Duration::from_secs(60));
    partner.mock.follow_machine_clock();
    assert_eq!(partner.get("/_mock/clock").await.ok()["aheadMs"], 0);
}

/// At the ends of the clock as well: no report, however it is computed, ends the mock.
#[tokio::test]
async fn every_report_can_be_made_at_any_time() {
    for now in ["2000-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2100-01-01T00:00:00Z"] {
        let partner = Partner::with(MockKlavi::builder().seed(7).start().await.unwrap()).await;
        partner.mock.freeze_clock();
        partner.mock.set_clock(moment(now)).unwrap();
        let partner = Partner { access_token: partner.log_in().await, ..partner };
        partner.authorised("341").await;
        let request = json!({"taxId": CPF, "products": ["all"]});
        partner.post("/data/v1/personal/user-data", &request).await.ok();
        partner.mock.made().await;
        let names: Vec<_> = partner.mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
        assert_eq!(names.iter().filter(|name| *name == "product_generated_success").count(), 23, "{now}");
    }
}

#[tokio::test]
async fn a_frozen_mock_has_the_same_reports_at_every_run() {
    let mut bodies = Vec::new();
    for _ in 0..2 {
        let builder = MockKlavi::builder().seed(7).clock(moment("2026-03-20T15:00:00Z"));
        let partner = Partner::with(builder.start().await.unwrap()).await;
        partner.mock.freeze_clock();
        partner.mock.set_clock(moment("2026-03-20T15:00:10Z")).unwrap();
        partner.authorised("341").await;
        let request =
            json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_categorized_checking_l3"]});
        partner.post("/data/v1/personal/institution-data", &request).await.ok();
        partner.mock.made().await;
        let delivery = partner.mock.deliveries().pop().unwrap();
        let mut report: Value = serde_json::from_slice(&delivery.body).unwrap();
        for id in ["requestId", "productReportId", "links"] {
            report.as_object_mut().unwrap().remove(id).unwrap();
        }
        bodies.push(report);
    }
    assert_eq!(bodies[0]["productReportTime"], "2026-03-20T15:00:10");
    assert!(bodies[0] == bodies[1]);
}

#[tokio::test]
async fn an_advance_beyond_the_end_stops_there() {
    let mock = MockKlavi::builder().start().await.unwrap();
    mock.advance_clock(Duration::MAX);
    assert_eq!(mock.now(), moment("2100-01-01T00:00:00Z"));
}
