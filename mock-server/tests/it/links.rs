use serde_json::{Value, json};

use crate::partner::{CNPJ, CPF, Partner, text};

#[tokio::test]
async fn every_field_is_optional() {
    let partner = Partner::start().await;
    let link = partner.link(json!({})).await;
    assert_eq!(link["expireIn"], 1800);
    assert!(text(&link["linkURL"]).starts_with(&format!("{}/conecte?v=", partner.mock.base_url())));
    assert_ne!(link["linkToken"], partner.access_token);

    let task = partner.mock.start_task(text(&link["linkId"]), "5001", CPF, "123456").await;
    task.unwrap();
    let report: Value = serde_json::from_slice(&partner.mock.deliveries().pop().unwrap().body).unwrap();
    let full = json!({
        "personalTaxId": CPF,
        "businessTaxId": CNPJ,
        "email": "ana@partner.example",
        "phone": "+5511912345678",
        "institutionCode": "341",
        "redirectURL": "app://redirect",
        "productsCallbackURL": {"pf_balance": "https://partner.example/a", "other": "http://127.0.0.1:1/b"},
        "externalInfo": {"myTraceId": "1"},
        "connectionKey": report["data"]["connection_key"],
        "appLink": "https://partner.example/app",
        "appRedirectURLKey": "back",
    });
    partner.link(full).await;
    // Its name in the older documentation.
    partner.link(json!({"applicationLink": "https://partner.example/app"})).await;
    let links = partner.get("/_mock/state").await.ok()["links"].clone();
    assert_eq!(links[1]["appLink"], json!({"url": "https://partner.example/app", "parameter": "back"}));
    assert_eq!(links[2]["appLink"]["parameter"], "link_callback_url");
    assert_eq!(partner.mock.unknown_fields(), []);
}

#[tokio::test]
async fn each_malformed_field_is_refused_by_name() {
    let partner = Partner::start().await;
    for (name, value) in [
        ("personalTaxId", json!("12345678900")),
        ("personalTaxId", json!("123.456.789-09")),
        ("personalTaxId", json!(12_345_678_909_u64)),
        ("businessTaxId", json!("11222333000180")),
        ("businessTaxId", json!(CPF)),
        ("email", json!("ana")),
        ("redirectURL", json!("/back")),
        ("redirectURL", json!("javascript:alert(1)")),
        ("externalInfo", json!("text")),
        ("appLink", json!("partner")),
        ("applicationLink", json!("partner")),
        ("connectionKey", json!(1)),
    ] {
        let answer = partner.post("/data/v1/links", &json!({ name: value })).await;
        let message = answer.refused(422, 422);
        assert!(message.starts_with(name), "{name}: {message}");
        assert!(!message.contains("12345678"), "no value in it: {message}");
    }
    let app_link = partner.post("/data/v1/links", &json!({"appLink": "https://a.example/b"})).await;
    assert_eq!(app_link.refused(422, 422), "appRedirectURLKey is required with appLink");
    let both = partner.post("/data/v1/links", &json!({"email": "x", "redirectURL": "y"})).await;
    assert_eq!(
        both.refused(422, 422),
        "redirectURL must be an absolute URL; email must be an e-mail address"
    );
}

#[tokio::test]
async fn a_phone_that_is_not_e164_gets_the_observed_text() {
    let partner = Partner::start().await;
    for phone in ["11912345678", "+551191234567890", "+15551234567", "+55 11 91234-5678", "+55119123"] {
        let answer = partner.post("/data/v1/links", &json!({ "phone": phone })).await;
        assert_eq!(answer.refused(400, 400), "Invalid phone", "{phone}");
    }
}

#[tokio::test]
async fn callback_addresses_follow_the_three_documented_forms() {
    let partner = Partner::start().await;
    let url = "https://partner.example/hook";
    for good in [
        json!({ "all": url }),
        json!({ "pf_balance": url }),
        json!({ "pf_balance": url, "other": url }),
        json!({ "all": "http://localhost:9/x" }),
        json!({ "all": "http://[::1]:9/x" }),
    ] {
        partner.link(json!({ "productsCallbackURL": good })).await;
    }
    for bad in [
        json!({}),
        json!({ "all": url, "other": url }),
        json!({ "all": url, "pf_balance": url }),
        json!({ "all": "partner.example/hook" }),
        json!({ "all": "http://partner.example/hook" }),
        json!({ "all": "http://127.0.0.1.evil.example/" }),
        json!({ "all": "ftp://partner.example/" }),
        json!({ "all": [url] }),
        json!(url),
    ] {
        let answer = partner.post("/data/v1/links", &json!({ "productsCallbackURL": bad })).await;
        let message = answer.refused(416, 4006);
        assert!(!message.contains("evil"), "no address in it: {message}");
    }
}

#[tokio::test]
async fn an_unknown_institution_is_refused() {
    let partner = Partner::start().await;
    for code in ["000", "999", "1"] {
        partner.post("/data/v1/links", &json!({ "institutionCode": code })).await.refused(416, 4004);
    }
}

#[tokio::test]
async fn fields_outside_the_documentation_are_noted_by_name() {
    let partner = Partner::start().await;
    let misspelt =
        json!({"productsCallbackUrl": {"all": "https://a.example"}, "redirectUrl": "https://a.example"});
    partner.link(misspelt).await;
    let unknown = partner.mock.unknown_fields();
    assert_eq!(unknown.len(), 1);
    assert_eq!(unknown[0].endpoint, "POST /data/v1/links");
    assert_eq!(unknown[0].names, ["productsCallbackUrl", "redirectUrl"]);
    let state: Value = partner.get("/_mock/state").await.ok();
    assert_eq!(state["unknownFields"][0]["names"][1], "redirectUrl");
}

#[tokio::test]
async fn calls_are_kept_as_they_came() {
    let partner = Partner::start().await;
    partner.link(json!({"personalTaxId": CPF})).await;
    partner.get("/data/v1/consents?personalTaxId=1").await.refused(422, 422);
    partner.get("/data/v1/nothing").await;
    partner.get("/_mock/state").await;
    let requests = partner.mock.received_requests();
    let paths: Vec<_> =
        requests.iter().map(|request| format!("{} {}", request.method, request.path)).collect();
    assert_eq!(
        paths,
        [
            "POST /data/v1/auth",
            "POST /data/v1/links",
            "GET /data/v1/consents?personalTaxId=1",
            "GET /data/v1/nothing"
        ]
    );
    assert_eq!(requests[1].body, json!({"personalTaxId": CPF}).to_string());
    assert_eq!(requests[1].headers["authorization"], format!("Bearer {}", partner.access_token));
    assert!(!format!("{requests:?}").contains(CPF) && !format!("{requests:?}").contains("personalTaxId=1"));
}
