use klavi_sdk::klavi_types::events::EventName;
use klavi_sdk::{Client, Credentials, Environment, ErrorKind};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport};

use crate::support::{SECRET_KEY, client};

#[tokio::test]
async fn events_are_pulled_with_the_secret_key_alone() {
    let event = r#"{"eventId":"e-1","eventType":"analysis","eventName":"analysis_finished",
        "payload":{"batchId":"25872252137","presignedUrl":"https://s3.example/x?signature=1"}}"#;
    for (body, count) in
        [(event.to_owned(), 1), (format!("[{event},{event}]"), 2), ("[]".to_owned(), 0), (" ".to_owned(), 0)]
    {
        let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, body));
        let events = client(&transport).0.analysis().events().await.unwrap();
        assert_eq!(events.len(), count);
        assert!(events.iter().all(|event| event.event_name == Some(EventName::AnalysisFinished)));
        let requests = transport.requests();
        assert_eq!(transport.calls(), ["GET /data/analysis/v1/events"], "without a login");
        let headers = requests[0].headers();
        assert_eq!(headers["secretkey"], SECRET_KEY);
        assert!(headers["secretkey"].is_sensitive() && !headers.contains_key("authorization"));
    }
}

#[tokio::test]
async fn events_that_may_have_been_handed_out_are_not_asked_for_again() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::empty(503));
    let error = client(&transport).0.analysis().events().await.unwrap_err();
    assert!(error.is_outcome_unknown() && transport.requests().len() == 1);
}

#[tokio::test]
async fn a_refused_key_is_final_and_one_that_cannot_be_sent_is_not_sent() {
    let transport = ScriptedTransport::answering(|_| ScriptedAnswer::empty(401));
    let error = client(&transport).0.analysis().events().await.unwrap_err();
    assert!(error.is_auth());
    assert_eq!(transport.requests().len(), 1);

    let transport = ScriptedTransport::new();
    let client = Client::builder(Credentials::new("a", "s3cret\r\nx: y"), Environment::Sandbox)
        .transport(transport.clone())
        .clock(ManualClock::new())
        .build()
        .unwrap();
    let error = client.analysis().events().await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Request, 0));
    assert!(!format!("{error:?}").contains("s3cret") && transport.requests().is_empty());
}
