//! Webhooks: what is sent, when, and how often.

use std::time::Duration;

use belvo_mock::{Delivery, MockBelvo, RefreshRate, WebhookGeneration};
use belvo_mock::{DeliveryState, Resend};
use serde_json::{Value, json};

use super::partner::{BANK, Partner, and, login, text};
use crate::receiver::{Receiver, Reply};

const DAY: Duration = Duration::from_secs(24 * 3600);

fn quick() -> belvo_mock::MockBelvoBuilder {
    MockBelvo::builder().seed(7).retry_step(Duration::ZERO)
}

fn single(resources: &[&str]) -> Value {
    and(login(BANK, "bnk100", "full"), json!({"access_mode": "single", "fetch_resources": resources}))
}

#[tokio::test]
async fn seed_wait_for_the_historical_update_of_each_resource() {
    let receiver = Receiver::start([]).await;
    let partner =
        Partner::with(quick().webhook_url(receiver.url("/hook")).webhook_authorization("Bearer hook-secret"))
            .await;
    let body = and(login(BANK, "bnk100", "full"), json!({"external_id": "user-1"}));
    let link = partner.link(body).await;
    partner.mock.settled().await;

    let received = receiver.received();
    let types: Vec<_> = receiver.bodies().iter().map(|body| text(&body["webhook_type"])).collect();
    let all = ["ACCOUNTS", "OWNERS", "TRANSACTIONS", "BILLS", "INVESTMENTS", "INVESTMENT_TRANSACTIONS"];
    assert_eq!(types, all);
    for (received, body) in received.iter().zip(receiver.bodies()) {
        assert_eq!(received.headers["authorization"], "Bearer hook-secret", "literally");
        assert_eq!(received.headers["content-type"], "application/json");
        assert_eq!((&body["link_id"], &body["external_id"]), (&link["id"], &json!("user-1")));
        assert_eq!(body["process_type"], "historical_update");
        assert_eq!(body["webhook_id"].as_str().unwrap().len(), 32);
        assert_eq!(body["request_id"].as_str().unwrap().len(), 36);
    }
    let data = &receiver.bodies()[2]["data"];
    let [total, came, went] =
        ["total_transactions", "total_inflow_transactions", "total_outflow_transactions"]
            .map(|name| data[name].as_u64().unwrap());
    assert!(came > 0 && went > 0 && came + went == total, "{data}");
    assert!(text(&data["first_transaction_date"]) < text(&data["last_transaction_date"]));
    assert_eq!(receiver.bodies()[0]["data"], json!({"total_accounts": 3}));

    let shown = format!("{:?}", partner.mock.deliveries());
    assert!(!shown.contains("hook-secret") && !shown.contains("127.0.0.1"), "{shown}");
}

#[tokio::test]
async fn seed_a_single_link_fetches_what_was_asked_for_and_nothing_of_itself() {
    let partner = Partner::start().await;
    partner.link(single(&["OWNERS", "ACCOUNTS"])).await;
    assert_eq!(partner.told().len(), 2);
    partner.link(and(login(BANK, "bnk1", "full"), json!({"access_mode": "single"}))).await;
    partner.mock.advance_clock(60 * DAY);
    assert_eq!(partner.told().len(), 2);
}

#[tokio::test]
async fn the_same_seed_and_user_have_the_same_counts() {
    let counts = async |seed: u64, username: &str| {
        let builder = MockBelvo::builder().seed(seed).clock("2026-03-01T12:00:00Z".parse().unwrap());
        let partner = Partner::with(builder).await;
        partner.mock.freeze_clock();
        let body = and(single(&["TRANSACTIONS"]), json!({"username": username}));
        partner.link(body).await;
        partner.mock.deliveries()[0].json()["data"].clone()
    };
    let company = "11222333000181";
    assert_eq!(counts(7, "bnk100").await, counts(7, "bnk100").await);
    assert_eq!(counts(7, company).await, counts(7, company).await);
    assert_ne!(counts(7, "bnk100").await, counts(7, company).await);
}

#[tokio::test]
async fn three_generations_can_be_had() {
    let partner = Partner::start().await;
    for (generation, absent) in [
        (WebhookGeneration::Oldest, &["process_type", "request_id", "external_id"][..]),
        (WebhookGeneration::Middle, &["process_type"]),
        (WebhookGeneration::Current, &[]),
    ] {
        partner.mock.change_behaviour(|behaviour| behaviour.webhooks = generation);
        partner.link(single(&["OWNERS"])).await;
        let body = partner.mock.deliveries().pop().unwrap().json();
        let all = [
            "webhook_id",
            "webhook_type",
            "process_type",
            "webhook_code",
            "link_id",
            "request_id",
            "external_id",
            "data",
        ];
        for name in all {
            assert_eq!(body.get(name).is_none(), absent.contains(&name), "{generation:?} {name}");
        }
    }
}

#[tokio::test]
async fn without_2xx_there_are_five_repetitions() {
    let replies = [500, 302, 404, 503, 199 + 101];
    let receiver = Receiver::start(replies.map(Reply::Status)).await;
    let partner = Partner::with(quick().webhook_url(receiver.url("/"))).await;
    partner.link(single(&["OWNERS"])).await;
    partner.mock.settled().await;
    let delivery = partner.mock.deliveries().remove(0);
    assert_eq!((delivery.state, delivery.attempts.len()), (DeliveryState::Delivered, 6));

    let receiver = Receiver::start([Reply::Status(500); 12]).await;
    partner.mock.set_webhook(receiver.url("/"), None).unwrap();
    partner.link(single(&["OWNERS", "ACCOUNTS"])).await;
    partner.mock.settled().await;
    let states: Vec<_> = partner.mock.deliveries()[1..].iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Failed; 2]);
    let bodies = receiver.bodies();
    let of_first = bodies.iter().filter(|body| **body == bodies[0]).count();
    assert_eq!((bodies.len(), of_first), (12, 6), "the same bytes each time");
    let second = bodies.iter().position(|body| *body != bodies[0]).unwrap();
    assert!(second < 6, "one does not hold the next");

    let again = partner.mock.resend(2, Resend::new()).unwrap();
    partner.mock.settled().await;
    assert_eq!(again.resend_of, Some(2));
    assert_eq!(receiver.bodies().pop().unwrap(), bodies[0]);
}

#[tokio::test]
async fn duplicates_come_when_they_are_asked_for() {
    let receiver = Receiver::start([]).await;
    let duplicating = quick().webhook_url(receiver.url("/")).behaviour(|behaviour| behaviour.duplicates = 2);
    let partner = Partner::with(duplicating).await;
    partner.link(single(&["OWNERS"])).await;
    partner.mock.settled().await;
    assert_eq!(receiver.received().len(), 3);
    assert_eq!(receiver.bodies()[0], receiver.bodies()[2]);
}

#[tokio::test]
async fn seed_a_recurrent_link_is_brought_up_to_date_every_seven_days() {
    let partner = Partner::start().await;
    partner.mock.freeze_clock();
    partner.mock.set_clock("2026-03-01T12:00:00Z".parse().unwrap()).unwrap();
    let link = partner.link(login(BANK, "bnk100", "full")).await;
    let before = partner.told().len();
    partner.mock.advance_clock(7 * DAY - Duration::from_secs(1));
    assert_eq!(partner.told().len(), before);
    partner.mock.advance_clock(Duration::from_secs(1));
    let news: Vec<_> = partner.mock.deliveries()[before..].iter().map(Delivery::json).collect();
    let codes: Vec<_> = news.iter().map(|body| text(&body["webhook_code"])).collect();
    assert_eq!(codes[..3], ["new_accounts_available", "new_owners_available", "new_transactions_available"]);
    assert!(news.iter().all(|body| body["process_type"] == "recurrent_update"));
    assert!(news[2]["data"]["new_transactions"].as_u64().unwrap() > 0);
    let accessed = partner.get(&format!("/api/links/{}/", text(&link["id"]))).await.ok();
    assert!(text(&accessed["last_accessed_at"]).starts_with("2026-03-08T12:00:00"));

    // Three weeks at once are three updates, and their entries are counted once.
    partner.mock.advance_clock(21 * DAY);
    let updates = partner.told().iter().filter(|(_, code)| code == "new_owners_available").count();
    assert_eq!(updates, 4);
}

#[tokio::test]
async fn seed_a_monthly_link_has_a_day_from_the_1st_to_the_20th_and_keeps_it() {
    for _ in 0..5 {
        let monthly =
            MockBelvo::builder().behaviour(|behaviour| behaviour.refresh_rate = RefreshRate::Monthly);
        let partner = Partner::with(monthly.clock("2026-01-25T12:00:00Z".parse().unwrap())).await;
        partner.mock.freeze_clock();
        partner.link(login(BANK, "bnk100", "full")).await;
        partner.mock.set_clock("2026-05-21T00:00:00Z".parse().unwrap()).unwrap();
        let shown = partner.get("/api/links/").await.ok();
        let last = text(&shown["results"][0]["last_accessed_at"]);
        let day: u8 = last[8..10].parse().unwrap();
        assert!(last.starts_with("2026-05-") && (1..=20).contains(&day), "{last}");
        let updates = partner.told().iter().filter(|(_, code)| code == "new_owners_available").count();
        assert_eq!(updates, 4, "February to May");
        partner.mock.set_clock("2026-06-21T00:00:00Z".parse().unwrap()).unwrap();
        let next = text(&partner.get("/api/links/").await.ok()["results"][0]["last_accessed_at"]);
        assert_eq!((&next[..7], &next[8..10]), ("2026-06", &last[8..10]));
    }
}

#[tokio::test]
async fn an_update_that_cannot_log_in_changes_the_status_and_says_so() {
    let partner = Partner::start().await;
    let link = partner.link(login(BANK, "bnk100", "full")).await;
    partner.mock.change_password(text(&link["id"])).unwrap();
    partner.mock.update(text(&link["id"])).unwrap();
    assert_eq!(partner.status_of(&link["id"]).await, "invalid");
    assert_eq!(partner.told().pop().unwrap(), ("LINK".to_owned(), "invalid_credentials".to_owned()));

    let body = login(BANK, "mfa_default", "pass_valid");
    let link = partner.link(and(body, json!({"token": "123456"}))).await;
    partner.mock.advance_clock(7 * DAY);
    assert_eq!(partner.status_of(&link["id"]).await, "token_required");
    assert_eq!(partner.told().pop().unwrap(), ("LINK".to_owned(), "token_required".to_owned()));
    let told = partner.told().len();
    partner.mock.advance_clock(28 * DAY);
    assert_eq!(partner.told().len(), told, "it waits for the user");
}

#[tokio::test]
async fn a_clock_that_is_turned_far_makes_up_for_a_bounded_number_of_updates() {
    let often = MockBelvo::builder().behaviour(|behaviour| behaviour.refresh_rate = RefreshRate::SixHours);
    let partner = Partner::with(often).await;
    partner.link(login("tatooine_mx_fiscal", "rfc", "full")).await;
    partner.mock.set_clock("2090-01-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(partner.get("/api/links/").await.ok()["count"], 1);
}
