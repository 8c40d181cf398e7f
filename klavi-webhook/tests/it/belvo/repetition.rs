//! What is the same webhook and what is another one.

use std::sync::Arc;
use std::time::Duration;

use klavi_webhook::{Answer, Clock, Inbox, MemoryInbox, Receiver, SqliteInbox, Stored};

use super::{CONSENT, DIRECT_DEBIT, NEWEST, OLDEST, PAYMENT, REQUEST, VALUE, belvo, headers, split_at};
use crate::start;

const MINUTE: Duration = Duration::from_secs(60);

/// What a receiver answers to these, each so many seconds after the start.
async fn answers(deliveries: &[(u64, &str)]) -> Vec<Answer> {
    let clock = Clock::manual("2026-01-02T03:00:00Z".parse().unwrap());
    let receiver = Receiver::new(belvo(), Arc::new(MemoryInbox::new())).clock(clock.clone());
    let (mut answers, mut passed) = (Vec::new(), 0);
    for (seconds, body) in deliveries {
        clock.advance(Duration::from_secs(seconds - passed));
        passed = *seconds;
        answers.push(receiver.handle(headers(&[VALUE]), None, (*body).to_owned().into()).await);
    }
    answers
}

#[tokio::test]
async fn the_answer_to_a_request_is_one_entry_however_late_it_is_repeated() {
    let year = 365 * 24 * 3_600;
    assert_eq!(
        answers(&[(0, NEWEST), (5, NEWEST), (year, NEWEST)]).await,
        [Answer::Accepted, Answer::Duplicate, Answer::Duplicate]
    );
}

#[tokio::test]
async fn without_a_request_what_is_repeated_within_the_cooldown_is_one_and_later_another() {
    for body in [OLDEST, CONSENT, PAYMENT, DIRECT_DEBIT] {
        let month = 30 * 24 * 3_600;
        assert_eq!(
            answers(&[(0, body), (5, body), (599, body), (600, body), (601, body), (month, body)]).await,
            [
                Answer::Accepted,
                Answer::Duplicate,
                Answer::Duplicate,
                Answer::Accepted,
                Answer::Duplicate,
                Answer::Accepted
            ],
            "{body}"
        );
    }
}

#[tokio::test]
async fn two_refreshes_with_the_same_counts_are_never_taken_for_one() {
    // Belvo refuses a second refresh within ten minutes: whenever the first comes, the second is another entry.
    for second in (0..600).step_by(7) {
        let answers = answers(&[(second, OLDEST), (second + 600, OLDEST)]).await;
        assert_eq!(answers, [Answer::Accepted, Answer::Accepted], "{second}");
    }
}

#[tokio::test]
async fn other_content_is_a_revision_and_another_request_another_message() {
    let folder = tempfile::tempdir().unwrap();
    let sqlite = SqliteInbox::open(folder.path().join("inbox.db")).await.unwrap();
    for inbox in [&MemoryInbox::new() as &dyn Inbox, &sqlite] {
        let mut stored = Vec::new();
        let changed = NEWEST.replace("300", "301");
        let other_request = NEWEST.replace(REQUEST, "00000000-0000-4000-8000-000000000001");
        let other_code =
            NEWEST.replace("\"webhook_code\": \"historical_update\"", "\"webhook_code\": \"other\"");
        let other_link = NEWEST.replace("16f68516", "16f68517");
        for body in [NEWEST, &changed, NEWEST, &other_request, &other_code, &other_link] {
            stored.extend(inbox.store(split_at(body, start())).await.unwrap());
        }
        assert!(
            matches!(
                stored[..],
                [
                    Stored::New(_),
                    Stored::Revision(_),
                    Stored::Duplicate(_),
                    Stored::New(_),
                    Stored::New(_),
                    Stored::New(_)
                ]
            ),
            "{stored:?}"
        );
    }
}

#[test]
fn the_key_of_an_entry_is_the_same_for_a_repetition_and_another_after_the_cooldown() {
    let key = |body: &str, after: Duration| split_at(body, start() + after).remove(0).dedup_key();
    assert_eq!(key(OLDEST, Duration::ZERO), key(OLDEST, MINUTE));
    assert_ne!(key(OLDEST, Duration::ZERO), key(OLDEST, 10 * MINUTE));
    assert_eq!(key(NEWEST, Duration::ZERO), key(NEWEST, 1_000 * MINUTE));
}
