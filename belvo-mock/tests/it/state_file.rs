//! What a state file brings through a restart.

use std::time::Duration;

use belvo_mock::{DeliveryState, MockBelvo};
use serde_json::json;

use super::partner::{BANK, Partner, login, text};
use crate::receiver::Receiver;

#[tokio::test]
async fn links_sessions_and_what_is_still_to_be_sent_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("belvo.json");
    let with = || MockBelvo::builder().seed(7).retry_step(Duration::from_secs(3600)).state_file(&path);

    // Nobody listens: the webhooks of the history wait for their second attempt.
    let nobody = "http://127.0.0.1:9/hook";
    let partner = Partner::with(with().webhook_url(nobody).webhook_authorization("Bearer s3cret")).await;
    partner.mock.freeze_clock();
    partner.mock.change_behaviour(|behaviour| behaviour.page_size = 3);
    let link = partner.link(login(BANK, "bnk100", "full")).await;
    let asked = partner.post("/api/links/", &login(BANK, "mfa_default", "pass_valid")).await;
    assert_eq!(asked.status, 428, "{}", asked.text);
    let told = asked.json()[0].clone();
    let (now, keys) = (partner.mock.now(), partner.mock.secret_password().to_owned());
    assert!(with().start().await.is_err(), "one mock has the file");
    partner.mock.shutdown().await;

    let receiver = Receiver::start([]).await;
    let restarted = MockBelvo::builder().state_file(&path).retry_step(Duration::ZERO);
    let partner = Partner::with(restarted.webhook_url(receiver.url("/hook"))).await;
    assert_eq!((partner.mock.now(), partner.mock.secret_password()), (now, keys.as_str()));
    assert_eq!(partner.mock.behaviour().page_size, 3);
    let kept = partner.get(&format!("/api/links/{}/", text(&link["id"]))).await.ok();
    assert_eq!(kept["status"], "valid");
    let answer = json!({"session": told["session"], "link": told["link"], "token": "123456"});
    let resumed = partner.patch("/api/links/", &answer).await;
    assert_eq!(resumed.status, 201, "{}", resumed.text);
    let deliveries = partner.mock.deliveries();
    assert!(
        deliveries
            .iter()
            .any(|delivery| delivery.state == DeliveryState::Pending || delivery.attempts.len() > 1)
    );
}
