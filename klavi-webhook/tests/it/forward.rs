//! From the inbox to an HTTP endpoint, signed after Standard Webhooks.

mod faults;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;
use klavi_webhook::{
    Clock, Dispatcher, EntryState, Expectation, Forward, ForwardKey, Inbox, InvalidForward, MemoryInbox,
    RetrySchedule, Store,
};
use provider_call::{ScriptedAnswer, ScriptedTransport, TransportErrorKind};

use crate::{EVENTS, REPORT, entries, split, start};

/// The key of the specification's own examples.
const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn run(transport: &ScriptedTransport, bodies: &[&str]) -> (Arc<MemoryInbox>, Clock) {
    let clock = Clock::manual(start());
    let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
    for body in bodies {
        inbox.store(split(body)).await.unwrap();
    }
    let forward = Forward::new(
        "http://127.0.0.1:3000/klavi".parse().unwrap(),
        KEY.parse().unwrap(),
        Arc::new(transport.clone()),
    );
    let dispatcher = Dispatcher::new(inbox.clone(), forward.unwrap().clock(clock.clone()))
        .schedule(RetrySchedule::new(3, Duration::from_secs(1), Duration::from_secs(1)));
    for _ in 0..4 {
        dispatcher.run_due().await.unwrap();
        clock.advance(Duration::from_secs(5));
    }
    (inbox, clock)
}

#[tokio::test]
async fn an_entry_is_posted_as_it_came_with_what_tells_it() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::empty(202));
    let (inbox, _) = run(&transport, &[REPORT]).await;
    let requests = transport.requests();
    assert_eq!(requests.len(), 1);
    let header = |name: &str| requests[0].headers()[name].to_str().unwrap().to_owned();
    assert_eq!(requests[0].uri(), "http://127.0.0.1:3000/klavi");
    assert_eq!(requests[0].body(), REPORT);
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("inbox-kind"), "report");
    assert_eq!(header("inbox-attempt"), "1");
    assert_eq!(header("webhook-timestamp"), start().as_second().to_string());
    assert!(header("webhook-id").starts_with("msg_") && header("webhook-id").len() == 36);
    assert_eq!(entries(&*inbox, None).await[0].state, EntryState::Done);
}

#[tokio::test]
async fn a_failed_attempt_comes_again_under_the_same_id_and_a_new_signature() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::fail(TransportErrorKind::Connect))
        .then(ScriptedAnswer::empty(302))
        .then(ScriptedAnswer::empty(200));
    let (inbox, _) = run(&transport, &[REPORT]).await;
    let requests = transport.requests();
    let all =
        |name: &str| -> Vec<_> { requests.iter().map(|request| request.headers()[name].clone()).collect() };
    let (ids, signatures) = (all("webhook-id"), all("webhook-signature"));
    assert_eq!(all("inbox-attempt"), ["1", "2", "3"]);
    assert!(ids.iter().all(|id| *id == ids[0]));
    assert!(signatures[0] != signatures[1] && signatures[1] != signatures[2]);
    assert_eq!(entries(&*inbox, None).await[0].state, EntryState::Done);
}

#[tokio::test]
async fn a_dead_letter_says_why_and_nothing_else() {
    for (answer, attempts, error) in
        [(500, 3, "the endpoint answered 500"), (401, 3, "the endpoint answered 401")]
    {
        let transport =
            ScriptedTransport::answering(move |_| ScriptedAnswer::json(answer, "{\"secret\":\"sesame\"}"));
        let (inbox, _) = run(&transport, &[REPORT]).await;
        let entry = entries(&*inbox, None).await.remove(0);
        assert_eq!((entry.state, entry.attempts), (EntryState::Dead, attempts));
        assert_eq!(entry.last_error.as_deref(), Some(error));
    }
}

#[tokio::test]
async fn each_event_of_a_delivery_is_a_message_of_its_own() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(200));
    run(&transport, &[EVENTS]).await;
    let ids: std::collections::HashSet<_> =
        transport.requests().iter().map(|request| request.headers()["webhook-id"].clone()).collect();
    assert_eq!(ids.len(), transport.requests().len());
    assert!(ids.len() > 1);
}

#[tokio::test]
async fn an_overdue_report_is_posted_with_what_is_missing() {
    let clock = Clock::manual(start());
    let inbox = Arc::new(MemoryInbox::with_clock(clock.clone()));
    inbox.store(split(REPORT)).await.unwrap();
    inbox.expect(Expectation::new("rq-1", ["pf_balance", "pf_loans"], start())).await.unwrap();
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(200));
    let forward =
        Forward::new("http://127.0.0.1/".parse().unwrap(), KEY.parse().unwrap(), Arc::new(transport.clone()));
    let dispatcher = Dispatcher::new(inbox.clone(), forward.unwrap().clock(clock));
    dispatcher.run_due().await.unwrap();
    let requests = transport.requests();
    let notice = requests.iter().find(|request| request.headers()["inbox-kind"] == "expectation").unwrap();
    assert_eq!(
        notice.body(),
        r#"{"requestId":"rq-1","products":["pf_balance","pf_loans"],"missing":["pf_loans"],"deadline":"2026-01-02T03:04:05Z"}"#
    );
    assert!(!notice.headers().contains_key("inbox-name"));
    assert_eq!(requests.len(), 2);
}

#[tokio::test]
async fn headers_of_ones_own_are_sent_and_never_shown() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(200));
    let forward =
        Forward::new("http://127.0.0.1/".parse().unwrap(), KEY.parse().unwrap(), Arc::new(transport.clone()));
    let forward = forward.unwrap().header(AUTHORIZATION, "Bearer s3cret".parse().unwrap()).unwrap();
    assert!(!format!("{forward:?}").contains("s3cret"));
    for name in ["webhook-id", "inbox-kind", "content-type", "host", "content-length"] {
        let refused = forward.clone().header(name.parse().unwrap(), "x".parse().unwrap());
        assert_eq!(refused.unwrap_err(), InvalidForward::Header(name.parse().unwrap()));
    }
    let inbox = Arc::new(MemoryInbox::new());
    inbox.store(split(REPORT)).await.unwrap();
    Dispatcher::new(inbox, forward).run_due().await.unwrap();
    assert_eq!(transport.requests()[0].headers()[AUTHORIZATION], "Bearer s3cret");
}

#[test]
fn keys_and_endpoints_are_checked_and_never_shown() {
    for key in [
        "",
        "whsec_",
        "whsec_AAAA",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_%%%%",
        &format!("whsec_{}", "A".repeat(100)),
    ] {
        assert_eq!(key.parse::<ForwardKey>().unwrap_err(), InvalidForward::Key, "{key}");
    }
    let key: ForwardKey = KEY.parse().unwrap();
    assert!(!format!("{key:?}").contains("MfKQ"));
    for endpoint in ["/klavi", "ftp://x/", "x:1"] {
        let forward =
            Forward::new(endpoint.parse().unwrap(), key.clone(), Arc::new(ScriptedTransport::new()));
        assert_eq!(forward.unwrap_err(), InvalidForward::Endpoint, "{endpoint}");
    }
}
