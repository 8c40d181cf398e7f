use belvo_sdk::belvo_types::ExternalId;
use belvo_sdk::belvo_types::api::{AccessMode, ChangeRetrieval, LinkAction, RefreshLink, Resource};
use provider_call::{ScriptedAnswer, ScriptedTransport, TransportErrorKind};
use serde_json::json;

use crate::support::{body, calls, client, link, link_id, page, refusal};

#[tokio::test]
async fn a_link_is_read_whatever_is_null() {
    let answer = json!({"id": "link-1", "status": "invalid", "access_mode": null, "refresh_rate": null,
        "external_id": null, "institution_user_id": null, "last_accessed_at": null, "created_at": null});
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, answer.to_string()));
    let link = client(&transport).0.links().get(&link_id()).await.unwrap();
    assert_eq!(link.action(), LinkAction::Reconnect);
    assert_eq!(calls(&transport), ["GET /api/links/link-1/"]);
}

#[tokio::test]
async fn an_id_cannot_lead_to_another_path() {
    let transport = ScriptedTransport::new().then(ScriptedAnswer::json(200, "{}"));
    let (client, _clock) = client(&transport);
    client.links().get(&"../token".into()).await.unwrap();
    assert_eq!(calls(&transport), ["GET /api/links/..%2Ftoken/"]);
    for id in ["", ".", ".."] {
        assert_eq!(client.links().delete(&id.into()).await.unwrap_err().attempts(), 0);
    }
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn answers_can_be_cut_to_fields() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::json(200, "{}"))
        .then(ScriptedAnswer::json(201, r#"{"id":"l"}"#))
        .then(page(&[], None));
    let (client, _clock) = client(&transport);
    client.links().omit(["created_by", "stale_in"]).get(&link_id()).await.unwrap();
    client.links().only_fields(["id"]).register(&crate::support::registration()).await.unwrap();
    client.links().only_fields(["id", "status"]).of_user(&"user-1".parse().unwrap()).await.unwrap();
    assert_eq!(
        calls(&transport),
        [
            "GET /api/links/link-1/?omit=created_by%2Cstale_in",
            "POST /api/links/?fields=id",
            "GET /api/links/?external_id=user-1&fields=id%2Cstatus"
        ]
    );
}

#[tokio::test]
async fn retrieval_is_changed_and_history_is_refreshed() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::json(200, link("link-1").to_string()))
        .then(ScriptedAnswer::json(202, r#"{"request_id":"r-2"}"#))
        .then(ScriptedAnswer::empty(202));
    let (client, _clock) = client(&transport);
    let change = ChangeRetrieval::builder().access_mode(AccessMode::Recurrent).build().unwrap();
    client.links().change_retrieval(&link_id(), &change).await.unwrap();
    let accepted = client.links().refresh(&link_id(), &RefreshLink::only([Resource::Owners])).await.unwrap();
    assert_eq!(accepted.request_id.unwrap().as_str(), "r-2");
    client.links().refresh(&link_id(), &RefreshLink::everything()).await.unwrap();
    assert_eq!(
        calls(&transport),
        ["PATCH /api/links/link-1/", "POST /api/links/link-1/refresh/", "POST /api/links/link-1/refresh/"]
    );
    assert_eq!(body(&transport, 0), json!({"access_mode": "recurrent"}));
    assert_eq!(body(&transport, 1), json!({"fetch_resources": ["OWNERS"]}));
    assert_eq!(body(&transport, 2), json!({}));
}

#[tokio::test]
async fn a_link_is_deleted_at_once_or_later() {
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::empty(204))
        .then(ScriptedAnswer::json(202, r#"{"request_id":"r-2"}"#));
    let (client, _clock) = client(&transport);
    client.links().delete(&link_id()).await.unwrap();
    let accepted = client.links().delete_async(&link_id()).await.unwrap();
    assert_eq!(accepted.request_id.unwrap().as_str(), "r-2");
    let requests = transport.requests();
    assert!(requests.iter().all(|request| request.method() == "DELETE" && request.body().is_empty()));
    assert!(!requests[0].headers().contains_key("x-belvo-request-mode"));
    assert_eq!(requests[1].headers()["x-belvo-request-mode"], "async");
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_done() {
    let lost = || ScriptedTransport::new().then(ScriptedAnswer::fail(TransportErrorKind::Timeout));
    let transport = lost().then(refusal(404, "not_found"));
    client(&transport).0.links().delete(&link_id()).await.unwrap();
    let transport = ScriptedTransport::new().then(refusal(404, "not_found"));
    assert!(client(&transport).0.links().delete(&link_id()).await.unwrap_err().is_not_found());
    let transport = lost().then(refusal(404, "expired_credentials"));
    assert!(client(&transport).0.links().delete(&link_id()).await.is_err());
}

/// Seed: at the start of a session the links of the external id are listed, and valid orphans are adopted.
#[tokio::test]
async fn seed_orphans_are_found_by_the_external_id() {
    let mut invalid = link("broken");
    invalid["status"] = "invalid".into();
    let next = "https://sandbox.belvo.com/api/links/?external_id=user-1&page=2";
    let transport = ScriptedTransport::new()
        .then(page(&[link("stored"), invalid], Some(next)))
        .then(page(&[link("orphan")], None));
    let (client, _clock) = client(&transport);
    let user: ExternalId = "user-1".parse().unwrap();
    let orphans = client.links().only_fields(["id"]).orphans(&user, &["stored".into()]).await.unwrap();
    let ids: Vec<_> = orphans.iter().map(|link| link.id.as_ref().unwrap().as_str()).collect();
    assert_eq!(ids, ["orphan"]);
    assert_eq!(
        calls(&transport),
        ["GET /api/links/?external_id=user-1", "GET /api/links/?external_id=user-1&page=2"]
    );
}
