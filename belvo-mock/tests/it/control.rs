//! The control API, institutions, and mocks beside each other.

use belvo_mock::MockBelvo;
use http::Method;
use serde_json::{Value, json};

use super::partner::{Answer, BANK, Partner, login, problem, text};
use crate::receiver::Receiver;

#[tokio::test]
async fn what_the_library_does_the_control_api_does() {
    let receiver = Receiver::start([]).await;
    let partner = Partner::with(MockBelvo::builder().retry_step(std::time::Duration::ZERO)).await;
    let hook = json!({"url": receiver.url("/hook"), "authorization": "Basic aG9vazpzZWNyZXQ="});
    let set = partner.put("/_mock/webhook", &hook).await;
    assert_eq!(set.ok(), json!({"url": receiver.url("/hook"), "hasAuthorization": true}));
    assert_eq!(partner.get("/_mock/webhook").await.ok()["hasAuthorization"], true);

    let link = partner.link(login(BANK, "bnk100", "full")).await;
    let id = text(&link["id"]);
    for (act, status) in [
        ("require-token", "token_required"),
        ("invalidate", "invalid"),
        ("expire-credentials", "invalid"),
        ("change-password", "invalid"),
        ("update", "invalid"),
    ] {
        let path = format!("/_mock/links/{id}/{act}");
        assert_eq!(partner.post(&path, &json!({})).await.ok()["status"], status, "{act}");
    }
    refused(&partner.post(&format!("/_mock/links/{id}/paint"), &json!({})).await, 404);
    refused(&partner.post("/_mock/links/none/invalidate", &json!({})).await, 404);
    refused(&partner.post("/_mock/consents/none/expire", &json!({})).await, 404);

    let order = json!({"webhookType": "TRANSACTIONS", "webhookCode": "transactions_deleted", "linkId": id,
        "processType": "recurrent_update", "data": {"ids": ["1"]}});
    let sent = partner.post("/_mock/trigger", &order).await;
    assert_eq!(sent.status, 202);
    partner.mock.settled().await;
    let last = receiver.received().pop().unwrap();
    assert_eq!(last.headers["authorization"], "Basic aG9vazpzZWNyZXQ=");
    let body: Value = serde_json::from_slice(&last.body).unwrap();
    assert_eq!(
        (&body["webhook_code"], &body["data"]),
        (&json!("transactions_deleted"), &json!({"ids": ["1"]}))
    );

    let number = &sent.json()["id"];
    let again = partner.post(&format!("/_mock/deliveries/{number}/resend"), &json!({})).await;
    assert_eq!((again.status, &again.json()["resendOf"]), (202, number));
    partner.mock.settled().await;
    let shown = partner.get(&format!("/_mock/deliveries/{number}")).await;
    assert!(!shown.text.contains("aG9vazpzZWNyZXQ"), "{}", shown.text);
    assert_eq!(shown.ok()["state"], "delivered");
    assert!(partner.get("/_mock/deliveries").await.ok()["deliveries"].as_array().unwrap().len() > 8);
    refused(&partner.get("/_mock/deliveries/none").await, 404);

    let state = partner.get("/_mock/state").await;
    for secret in [partner.mock.secret_password(), "aG9vazpzZWNyZXQ", "bnk100"] {
        assert!(!state.text.contains(secret), "{secret}");
    }
    assert_eq!(state.json()["links"][0]["id"], json!(id));
    let requests = partner.get("/_mock/requests").await.ok();
    assert_eq!(requests["requests"][0]["path"], "/api/links/");

    partner.patch("/_mock/behaviour", &json!({"webhooks": "oldest", "pageSize": 3})).await.ok();
    assert_eq!(partner.mock.behaviour().page_size, 3);
    for wrong in [json!({"pageSize": -1}), json!({"colour": "red"}), json!({"timestamps": "sundial"})] {
        refused(&partner.patch("/_mock/behaviour", &wrong).await, 422);
    }
    let frozen =
        partner.post("/_mock/clock", &json!({"now": "2030-01-01T00:00:00Z", "frozen": true})).await.ok();
    assert_eq!((&frozen["now"], &frozen["frozen"]), (&json!("2030-01-01T00:00:00Z"), &json!(true)));
    partner.post("/_mock/clock", &json!({"advanceSeconds": 60})).await.ok();
    assert_eq!(partner.mock.now().to_string(), "2030-01-01T00:01:00Z");
    for wrong in [json!({}), json!({"advanceSeconds": 1, "now": "2030-01-01T00:00:00Z"})] {
        refused(&partner.post("/_mock/clock", &wrong).await, 422);
    }
    refused(&partner.post("/_mock/clock", &json!({"now": "1900-01-01T00:00:00Z"})).await, 422);

    let fault = json!({"method": "get", "path": "/api/links/", "status": 500});
    assert_eq!(partner.post("/_mock/faults", &fault).await.status, 201);
    problem(&partner.get("/api/links/").await, 500, "unexpected_error");
    assert_eq!(partner.delete("/_mock/faults").await.ok()["faults"], json!([]));
    refused(&partner.post("/_mock/faults", &json!({"path": "x"})).await, 422);

    let reset = partner.post("/_mock/reset", &json!({})).await.ok();
    assert_eq!((&reset["links"], &reset["webhook"]["url"]), (&json!([]), &Value::Null));
}

#[tokio::test]
async fn pages_of_other_origins_are_kept_out_and_bodies_are_judged() {
    let partner = Partner::start().await;
    let foreign = partner.request(Method::POST, "/_mock/reset").header("Origin", "https://evil.example");
    let answer = Answer::read(foreign.send().await.unwrap()).await;
    refused(&answer, 403);
    for path in ["/_mock/clock", "/_mock/faults", "/_mock/trigger"] {
        for body in ["[]", "{", "1"] {
            let request = partner.request(Method::POST, path).body(body);
            let answer = Answer::read(request.send().await.unwrap()).await;
            refused(&answer, 400);
        }
        refused(&partner.post(path, &json!({"colour": "red"})).await, 422);
    }
}

#[tokio::test]
async fn the_description_is_served() {
    let partner = Partner::start().await;
    let document = partner.get("/_mock/openapi.json").await.ok();
    assert_eq!(document["openapi"].as_str().unwrap().split('.').next(), Some("3"));
    assert!(document["paths"]["/api/links/{id}/refresh/"]["post"].is_object());
    assert_eq!(document["components"]["securitySchemes"]["Keys"]["scheme"], "basic");
}

#[tokio::test]
async fn institutions_are_those_of_the_sandbox_with_their_fields() {
    let partner = Partner::start().await;
    let names = async |query: &str| {
        let page = partner.get(&format!("/api/institutions/{query}")).await.ok();
        page["results"].as_array().unwrap().iter().map(|known| text(&known["name"])).collect::<Vec<_>>()
    };
    let all = names("").await;
    for name in ["erebor_br_retail", "gringotts_mx_retail", "heimdall_mx_retail", "ofmockbank_br_retail"] {
        assert!(all.iter().any(|known| known == name), "{name}");
    }
    assert_eq!(names("?type=fiscal").await, ["tatooine_mx_fiscal"]);
    assert_eq!(names("?status=down").await, ["mordor_br_retail"]);
    assert_eq!(names("?name__in=imss_mx_employment,none").await, ["imss_mx_employment"]);
    assert_eq!(names("?country_code=BR&resources__allin=ACCOUNTS,OWNERS").await.len(), 4);
    problem(&partner.get("/api/institutions/?type=circus").await, 400, "invalid_choice");

    let bank = partner.get("/api/institutions/1/").await.ok();
    let fields = bank["form_fields"].as_array().unwrap();
    let kinds = fields.iter().find(|field| field["name"] == "username_type").unwrap();
    assert_eq!(kinds["values"].as_array().unwrap().len(), 4);
    assert_eq!(bank["features"][0]["name"], "token_required");
    problem(&partner.get("/api/institutions/0/").await, 404, "not_found");
}

#[tokio::test]
async fn mocks_beside_each_other_share_nothing() {
    let [one, two] = [Partner::start().await, Partner::with(MockBelvo::builder().seed(8)).await];
    assert_ne!(one.mock.secret_password(), two.mock.secret_password());
    one.link(login(BANK, "bnk100", "full")).await;
    assert_eq!(two.get("/api/links/").await.ok()["count"], 0);
    let shown = format!(
        "{:?} {:?}",
        one.mock,
        MockBelvo::builder().secret_password("s3cret").webhook_url("https://a.example/t0ken")
    );
    for secret in [one.mock.secret_password(), "s3cret", "t0ken"] {
        assert!(!shown.contains(secret), "{shown}");
    }
    one.mock.shutdown().await;
    two.get("/api/links/").await.ok();
}

/// Checks that the control API refuses in its own form.
#[track_caller]
fn refused(answer: &Answer, status: u16) {
    assert_eq!((answer.status, &answer.json()["statusCode"]), (status, &json!(status)), "{}", answer.text);
}
