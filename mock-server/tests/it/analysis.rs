use std::time::Duration;

use klavi_types::events::{EventName, decode_events};
use serde_json::Value;

use crate::partner::{Answer, Partner, text};

async fn pull(partner: &Partner, key: Option<&str>) -> Answer {
    let mut request = partner.http.get(format!("{}/data/analysis/v1/events", partner.mock.base_url()));
    if let Some(key) = key {
        request = request.header("secretKey", key);
    }
    Answer::read(request.send().await.unwrap()).await
}

#[tokio::test]
async fn the_event_of_a_batch_is_pulled_with_the_secret_key_and_leads_to_its_result_for_a_day() {
    let partner = Partner::start().await;
    let key = partner.mock.secret_key().to_owned();
    let answer = pull(&partner, Some(&key)).await;
    let event = answer.ok();
    let decoded = decode_events(answer.text.as_bytes()).unwrap();
    assert!(decoded.malformed.is_empty());
    assert_eq!(event["eventType"], "analysis");
    assert_eq!(event["eventName"], EventName::AnalysisFinished.as_str());
    let names: Vec<_> = event.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["eventId", "eventName", "eventTime", "eventType", "partnerAppId", "payload"]);
    assert_eq!(pull(&partner, Some(&key)).await.ok(), event, "the same until there is another");

    let url = text(&event["payload"]["presignedUrl"]);
    let result: Value = partner.open(&url).await.ok();
    assert_eq!(result["batchId"], event["payload"]["batchId"]);
    partner.mock.advance_clock(Duration::from_secs(24 * 60 * 60));
    partner.open(&url).await.refused(403, 403);
    let next = pull(&partner, Some(&key)).await.ok();
    assert_ne!(next["eventId"], event["eventId"]);
    assert_ne!(next["payload"]["batchId"], event["payload"]["batchId"]);
}

#[tokio::test]
async fn nothing_but_the_secret_key_will_do() {
    let partner = Partner::start().await;
    let access_key = partner.mock.access_key().to_owned();
    for key in [None, Some(""), Some("wrong"), Some(&*access_key)] {
        pull(&partner, key).await.refused(401, 401);
    }
    partner.get("/data/analysis/v1/events").await.refused(401, 401);
    partner.open(&format!("{}/analysis-results/1.json", partner.mock.base_url())).await.refused(403, 403);
}
