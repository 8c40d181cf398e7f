//! Nothing that comes is lost, and nothing personal shows in `Debug`.

use belvo_types::api::{ApiError, Consent, Institution, Link, LinkPage};
use belvo_types::{decode, inspect};
use serde_json::{Value, json};

/// Whatever comes: documented fields, a field nobody knows, a word nobody knows, leaves of the wrong type.
fn documents() -> Vec<Value> {
    let link = json!({
        "id": "SECRET-1", "institution": "SECRET-2", "access_mode": "recurrent", "status": "valid",
        "refresh_rate": "7d", "created_by": "SECRET-3", "created_at": "2024-02-02T13:11:42.593032Z",
        "last_accessed_at": "2024-02-02T13:11:42+00:00", "external_id": "SECRET-4", "institution_user_id": "SECRET-5",
        "credentials_storage": "365d", "stale_in": null, "fetch_resources": [], "new": {"a": ["SECRET-6"]},
    });
    let mut odd = link.clone();
    odd["status"] = json!("SECRET-7");
    odd["credentials_storage"] = json!("SECRET-8");
    odd["created_at"] = json!(17);
    odd["fetch_resources"] = json!("ACCOUNTS");
    let consent = json!({"id": "SECRET-1", "document_number": "SECRET-2", "display_name": "SECRET-3",
        "status": "AUTHORISED", "permissions": {"ACCOUNTS": ["SECRET-4"]}});
    let error = json!({"code": "SECRET-1", "message": "SECRET-2", "session": "SECRET-3", "expiry": "60",
        "link": "SECRET-4", "token_generation_data": {"type": "SECRET-5", "value": "SECRET-6", "instructions": "SECRET-7"}});
    vec![
        link.clone(),
        odd,
        json!({"count": 1, "next": "SECRET-9", "previous": null, "results": [link]}),
        consent,
        error,
    ]
}

fn check<T: provider_wire::Value>(document: &Value) {
    let text = document.to_string();
    let inspected = inspect::<T>(text.as_bytes()).expect("it is JSON");
    assert!(inspected.lost.is_empty(), "{:?} of {document}", inspected.lost);
    let shown = format!("{:?}", decode::<T>(text.as_bytes()).expect("it is JSON"));
    assert!(!shown.contains("SECRET"), "{shown}");
}

#[test]
fn nothing_is_lost_and_nothing_shows() {
    for document in documents() {
        check::<Link>(&document);
        check::<LinkPage>(&document);
        check::<Consent>(&document);
        check::<Institution>(&document);
        check::<ApiError>(&document);
    }
}
