//! What a call has and the documentation does not.

use serde_json::json;

use crate::partner::{BANK, Partner, and, login, text};

#[tokio::test]
async fn what_belvo_does_not_know_is_noted() {
    let partner = Partner::start().await;
    let login = login(BANK, "bnk100", "full");
    let link = partner.link(and(login, json!({"acess_mode": "single", "external_id": "user-1"}))).await;
    let token = json!({
        "id": partner.mock.secret_id(), "password": partner.mock.secret_password(),
        "scopes": "read_institutions,write_links", "widget": {"branding": {"company_nome": "x"}, "tema": []},
    });
    partner.post("/api/token/", &token).await.ok();
    let path = format!("/api/links/{}/", text(&link["id"]));
    partner.patch(&path, &json!({"access_mode": "single", "stale": "5d"})).await.ok();
    let noted: Vec<_> =
        partner.mock.unknown_fields().into_iter().map(|noted| (noted.endpoint, noted.names)).collect();
    let expected = [
        ("POST /api/links/", vec!["acess_mode"]),
        ("POST /api/token/", vec!["widget.branding.company_nome", "widget.tema"]),
        ("PATCH /api/links/{id}/", vec!["stale"]),
    ];
    assert_eq!(noted.len(), expected.len(), "{noted:?}");
    for ((endpoint, names), (call, expected)) in noted.iter().zip(expected) {
        assert_eq!((endpoint.as_ref(), names.iter().map(String::as_str).collect()), (call, expected));
    }
    let state = partner.get("/_mock/state").await.ok();
    assert_eq!(state["unknownFields"][0], json!({"endpoint": "POST /api/links/", "names": ["acess_mode"]}));
    partner.mock.reset();
    assert_eq!(partner.mock.unknown_fields(), []);
}
