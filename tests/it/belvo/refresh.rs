//! Links that are brought up to date, by the turned clock and on request.

use std::time::Duration;

use belvo_mock::{RefreshRate, WebhookGeneration};
use belvo_sdk::belvo_types::api::{RefreshLink, RefreshRate as Rate, Resource};
use belvo_sdk::belvo_types::webhooks::{ProcessType, WebhookCode};

use super::desk::{Desk, id, mock, user};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Seed: recurrent links are brought up to date every seven days, others by agreement; new data are announced, and
/// nobody has to POST for them.
#[tokio::test]
async fn seed_a_recurrent_link_is_brought_up_to_date_as_often_as_it_says() {
    for (agreed, word) in [
        (None, Rate::Week),
        (Some(RefreshRate::SixHours), Rate::SixHours),
        (Some(RefreshRate::TwelveHours), Rate::TwelveHours),
        (Some(RefreshRate::Daily), Rate::Day),
    ] {
        let desk = Desk::with(mock().clock("2026-03-02T12:00:00Z".parse().unwrap())).await;
        desk.mock.change_behaviour(|behaviour| {
            behaviour.refresh_rate = agreed.unwrap_or(behaviour.refresh_rate);
        });
        let link = desk.link(&user("user-7f3a"), "bnk100").await;
        assert_eq!(link.refresh_rate, Some(word.clone()));
        let accesses = link.last_accessed_at;
        let period = HOUR * word.hours().unwrap();
        desk.mock.advance_clock(period - HOUR);
        assert_eq!(desk.get(id(&link)).await.last_accessed_at, accesses, "{word}: not before");
        desk.mock.advance_clock(HOUR);
        assert_ne!(desk.get(id(&link)).await.last_accessed_at, accesses, "{word}");
        // A month has transactions in any case.
        desk.mock.advance_clock(30 * 24 * HOUR);
        let told = desk.webhooks("TRANSACTIONS.new_transactions_available").await;
        assert!(!told.is_empty(), "{word}");
        for webhook in told {
            assert_eq!(webhook.process_type, Some(ProcessType::RecurrentUpdate));
            assert!(webhook.announces_data() && webhook.link_id == link.id);
        }
    }
}

/// What was asked for comes back in the webhook under the id of the request; twice in ten minutes is too often.
#[tokio::test]
async fn a_refresh_is_answered_by_the_webhook_of_its_request() {
    let desk = Desk::new().await;
    let link = desk.link(&user("user-7f3a"), "bnk100").await;
    let before = desk.entries().await.len();
    let refresh = RefreshLink::only([Resource::Accounts]);
    let accepted = desk.client.links().refresh(id(&link), &refresh).await.unwrap();
    let entries = desk.entries().await.split_off(before);
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].name.as_deref(), Some("ACCOUNTS.historical_update"));
    // API and webhooks write the same id with hyphens and without.
    let bare = |id: Option<&str>| id.unwrap().replace('-', "");
    let request_id = accepted.request_id.as_ref().map(belvo_sdk::belvo_types::RequestId::as_str);
    assert_eq!(bare(entries[0].request_id.as_deref()), bare(request_id));

    let error = desk.client.links().refresh(id(&link), &refresh).await.unwrap_err();
    assert!(error.is_refresh_cooldown() && error.refresh_cooldown().is_some(), "{error}");
    desk.mock.advance_clock(10 * Duration::from_secs(60));
    desk.client.links().refresh(id(&link), &refresh).await.unwrap();
    assert_eq!(desk.entries().await.len(), before + 2);
}

/// What is sent twice is filed once, in each of the three generations of webhooks.
#[tokio::test]
async fn a_webhook_that_is_sent_twice_is_filed_once() {
    for generation in [WebhookGeneration::Oldest, WebhookGeneration::Middle, WebhookGeneration::Current] {
        let desk = Desk::new().await;
        desk.mock.change_behaviour(|behaviour| {
            behaviour.webhooks = generation;
            behaviour.duplicates = 2;
        });
        desk.link(&user("user-7f3a"), "bnk100").await;
        desk.mock.settled().await;
        assert!(desk.mock.deliveries().iter().all(|delivery| delivery.attempts.len() == 3));
        let webhooks = desk.webhooks("OWNERS.historical_update").await;
        assert_eq!(webhooks.len(), 1, "{generation:?}");
        assert_eq!(webhooks[0].webhook_code, Some(WebhookCode::HistoricalUpdate));
        assert_eq!(desk.entries().await.len(), 6, "{generation:?}");
    }
}

/// Somebody else's webhooks are refused, and nothing of them is kept.
#[tokio::test]
async fn another_authorization_is_refused_and_belvo_gives_up() {
    let desk = Desk::new().await;
    desk.mock.set_webhook(&desk.hook, Some("Bearer something-else")).unwrap();
    desk.link(&user("user-7f3a"), "bnk100").await;
    assert_eq!(desk.entries().await.len(), 0);
    assert!(desk.mock.deliveries().iter().all(|delivery| delivery.attempts.len() == 6));
}
