//! What is forwarded, judged by the official library of Standard Webhooks.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::Arc;

use http::HeaderMap;
use klavi_webhook::klavi::{Klavi, SigningKey};
use klavi_webhook::{Dispatcher, Forward, Inbox, MemoryInbox, Receiver};
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &str = r#"[{"eventId":"1","eventName":"link_created","note":"ação €"}]"#;

async fn forwarded() -> http::Request<bytes::Bytes> {
    let inbox: Arc<dyn Inbox> = Arc::new(MemoryInbox::new());
    let receiver = Receiver::new(Klavi::new("key"), inbox.clone());
    let mut headers = HeaderMap::new();
    let signature = SigningKey::from("key").sign(BODY.as_bytes()).to_string();
    headers.insert("x-klavi-signature", signature.parse().unwrap());
    assert_eq!(receiver.handle(headers, None, BODY.into()).await.status(), 200);

    let transport = ScriptedTransport::new().then(ScriptedAnswer::empty(200));
    let endpoint = "http://127.0.0.1:3000/".parse().unwrap();
    let forward = Forward::new(endpoint, KEY.parse().unwrap(), Arc::new(transport.clone())).unwrap();
    assert_eq!(Dispatcher::new(inbox, forward).run_due().await.unwrap(), 1);
    transport.requests().remove(0)
}

fn is_accepted(request: &http::Request<bytes::Bytes>, body: &str) -> bool {
    let headers: serde_json::Map<_, _> = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect();
    let mut peer = Command::new(std::env::var("KLAVI_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned()))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/peers/standard_webhooks.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let message = json!({"key": KEY, "headers": headers, "body": body}).to_string();
    peer.stdin.take().unwrap().write_all(message.as_bytes()).unwrap();
    match peer.wait().unwrap().code() {
        Some(0) => true,
        Some(1) => false,
        code => panic!("the peer ended with {code:?}"),
    }
}

#[tokio::test]
#[ignore = "needs python3 with standardwebhooks (KLAVI_TEST_PYTHON)"]
async fn the_official_library_accepts_what_is_forwarded_and_nothing_else() {
    let request = forwarded().await;
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(is_accepted(&request, body));
    assert!(!is_accepted(&request, &body.replace('1', "2")));
}
