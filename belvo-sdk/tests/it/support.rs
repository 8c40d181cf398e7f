//! What the tests have in common.

use belvo_sdk::belvo_types::LinkId;
use belvo_sdk::belvo_types::api::RegisterLink;
use belvo_sdk::{Client, Credentials, Environment};
use provider_call::{ManualClock, ScriptedAnswer, ScriptedTransport};
use serde_json::{Value, json};

pub(crate) const SECRET_ID: &str = "the-secret-id";
pub(crate) const SECRET_PASSWORD: &str = "the-secret-password";
/// The two of them in base64.
pub(crate) const BASIC: &str = "Basic dGhlLXNlY3JldC1pZDp0aGUtc2VjcmV0LXBhc3N3b3Jk";

/// A client in the sandbox, and the clock that it goes by.
pub(crate) fn client(transport: &ScriptedTransport) -> (Client, ManualClock) {
    let clock = ManualClock::new();
    let client = Client::builder(Credentials::new(SECRET_ID, SECRET_PASSWORD), Environment::Sandbox)
        .transport(transport.clone())
        .clock(clock.clone())
        .build()
        .expect("the settings are good");
    (client, clock)
}

pub(crate) fn link_id() -> LinkId {
    "link-1".into()
}

pub(crate) fn registration() -> RegisterLink {
    RegisterLink::builder("erebor_mx_retail", "bnk100")
        .password("full")
        .external_id("user-1")
        .build()
        .expect("the request is good")
}

/// A valid link of the registration.
pub(crate) fn link(id: &str) -> Value {
    json!({"id": id, "status": "valid", "institution": "erebor_mx_retail", "external_id": "user-1"})
}

pub(crate) fn page(links: &[Value], next: Option<&str>) -> ScriptedAnswer {
    ScriptedAnswer::json(
        200,
        json!({"count": links.len(), "next": next, "previous": null, "results": links}).to_string(),
    )
}

pub(crate) fn refusal(status: u16, code: &str) -> ScriptedAnswer {
    ScriptedAnswer::json(status, json!([{"code": code, "message": "m", "request_id": "r-1"}]).to_string())
}

/// The page with which the edge turns away too many requests.
pub(crate) fn edge() -> ScriptedAnswer {
    let body = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>openresty</body>\r\n</html>";
    ScriptedAnswer::text(403, "text/html", body)
}

pub(crate) fn challenge(over: Value) -> ScriptedAnswer {
    let mut error = json!({
        "code": "token_required", "message": "A MFA token is required by the institution to login",
        "request_id": "r-1", "session": "session-1", "expiry": "720", "link": "link-1",
        "token_generation_data": {"instructions": "Use your token", "type": "inputless", "value": null,
            "expects_user_input": true},
    });
    let Value::Object(over) = over else { unreachable!("the test gives an object") };
    error.as_object_mut().expect("an error is an object").extend(over);
    ScriptedAnswer::json(428, json!([error]).to_string())
}

/// The body of a request.
pub(crate) fn body(transport: &ScriptedTransport, index: usize) -> Value {
    serde_json::from_slice(transport.requests()[index].body()).expect("a request is JSON")
}

/// Method, path and query of all requests.
pub(crate) fn calls(transport: &ScriptedTransport) -> Vec<String> {
    let text = |request: &http::Request<bytes::Bytes>| {
        let target = request.uri().path_and_query().map_or("", http::uri::PathAndQuery::as_str);
        format!("{} {target}", request.method())
    };
    transport.requests().iter().map(text).collect()
}
