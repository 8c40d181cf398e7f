use std::collections::HashMap;

use serde_json::json;

use crate::partner::{Answer, BACK, CPF, OTHER_CPF, Partner, consent_body, text, with};

/// The value of the hidden field of that name.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split_once(&start).unwrap_or_else(|| panic!("no {name} in {page}")).1;
    rest.split_once('"').unwrap().0.to_owned()
}

/// Target without query, and the query decoded.
fn target(answer: &Answer) -> (String, HashMap<String, String>) {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let url: url::Url = answer.location.as_ref().unwrap().parse().unwrap();
    let bare = answer.location.as_ref().unwrap().split('?').next().unwrap().to_owned();
    (bare, url.query_pairs().into_owned().collect())
}

#[tokio::test]
async fn the_bank_sends_the_browser_back_with_everything_documented() {
    let partner = Partner::start().await;
    let info = json!({"myTraceId": "1 & 2", "nome": "João"});
    let (link_id, consent_id, url) = partner.consent(json!({"externalInfo": info}), "341").await;
    let page = partner.open(&url).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Itaú (mock)") && page.text.contains("ACCOUNTS_ALL"));
    let session = hidden(&page.text, "session");
    let answer = partner.submit("/mock-bank/authorise", &[("session", &session)]).await;

    let (bare, query) = target(&answer);
    assert_eq!(bare, "https://partner.example/back");
    assert!(answer.location.as_ref().unwrap().starts_with(BACK), "the partner's own query comes first");
    assert_eq!(query["session"], "9");
    assert_eq!(query["link_id"], link_id);
    assert_eq!(query["consent_id"], consent_id);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&query["external_info"]).unwrap(), info);
    let consent = partner.get(&format!("/data/v1/consents/{consent_id}")).await.ok();
    assert_eq!(query["external_track_id"], consent["externalTrackId"]);
    assert_eq!(query.len(), 5);
    assert_eq!(consent["status"], "AUTHORISED");
}

#[tokio::test]
async fn a_refusal_comes_back_with_an_error() {
    let partner = Partner::start().await;
    let (_, consent_id, url) = partner.consent(json!({}), "341").await;
    let session = hidden(&partner.open(&url).await.text, "session");
    let answer = partner.submit("/mock-bank/reject", &[("session", &session)]).await;
    let (_, query) = target(&answer);
    assert_eq!(query["error"], "access_denied");
    assert!(!query["error_description"].is_empty());
    assert!(!query.contains_key("external_info"), "none was given");
    assert_eq!(partner.status_of(&consent_id).await, "REJECTED");

    let again = partner.submit("/mock-bank/authorise", &[("session", &session)]).await;
    assert_eq!(again.status, 410);
    assert_eq!(partner.status_of(&consent_id).await, "REJECTED");
}

#[tokio::test]
async fn an_apps_scheme_is_a_target_like_any_other() {
    let partner = Partner::start().await;
    let token = text(&partner.link(json!({})).await["linkToken"]);
    let body = with(consent_body("341", "1"), "redirectURL", json!("app://redirect"));
    let url = text(&partner.create_consent(&token, &body).await.ok()["consentRedirectURL"]);
    let session = hidden(&partner.open(&url).await.text, "session");
    let answer = partner.submit("/mock-bank/authorise", &[("session", &session)]).await;
    assert_eq!(target(&answer).0, "app://redirect");
}

#[tokio::test]
async fn the_banks_page_opens_once_but_a_preview_does_not_count() {
    let partner = Partner::start().await;
    let (_, _, url) = partner.consent(json!({}), "341").await;
    assert_eq!(partner.http.head(&url).send().await.unwrap().status(), 200);
    assert_eq!(partner.open(&url).await.status, 200);
    let second = partner.open(&url).await;
    assert_eq!(second.status, 410);
    assert!(second.text.contains("uma única vez"), "{}", second.text);

    let unknown = partner.open(&format!("{}/mock-bank/auth?ticket=none", partner.mock.base_url())).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(partner.submit("/mock-bank/authorise", &[("session", "none")]).await.status, 404);
    assert_eq!(partner.submit("/mock-bank/explode", &[]).await.status, 404);
}

#[tokio::test]
async fn a_page_of_a_consent_decided_elsewhere_says_so() {
    let partner = Partner::start().await;
    let (_, consent_id, url) = partner.consent(json!({}), "341").await;
    partner.mock.reject(&consent_id).await.unwrap();
    assert_eq!(partner.open(&url).await.status, 410);
}

#[tokio::test]
async fn the_links_page_lets_the_user_choose_a_bank() {
    let partner = Partner::start().await;
    let info = json!({"id": 1});
    let link = partner.link(json!({"personalTaxId": CPF, "redirectURL": BACK, "externalInfo": info})).await;
    let page = partner.open(&text(&link["linkURL"])).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("value=\"341\"") && page.text.contains("fora do ar"));
    assert!(!page.text.contains("personal_tax_id"), "the CPF is known");
    assert!(!page.text.contains("http"), "nothing from elsewhere: {}", page.text);
    let token = hidden(&page.text, "v");

    let answer = partner.submit("/conecte/authorise", &[("v", &token), ("institution_code", "341")]).await;
    let (bare, query) = target(&answer);
    assert_eq!(bare, "https://partner.example/back");
    assert_eq!(query["link_id"], link["linkId"]);
    assert_eq!(query["external_info"], info.to_string());
    assert!(!query.contains_key("consent_id"), "not documented for links");

    let answer = partner.submit("/conecte/reject", &[("v", &token), ("institution_code", "001")]).await;
    assert_eq!(target(&answer).1["error"], "access_denied");
    let list = partner.get(&format!("/data/v1/consents?personalTaxId={CPF}")).await.ok();
    assert_eq!(list[0]["status"], "AUTHORISED");
    assert_eq!(list[1]["status"], "REJECTED");
    assert_ne!(list[0]["externalTrackId"], list[1]["externalTrackId"]);
}

#[tokio::test]
async fn a_link_without_cpf_or_target_asks_and_ends_here() {
    let partner = Partner::start().await;
    let link = partner.link(json!({"institutionCode": "260"})).await;
    let page = partner.open(&text(&link["linkURL"])).await;
    assert!(page.text.contains("personal_tax_id") && page.text.contains("value=\"260\" checked"));
    assert!(!page.text.contains("value=\"341\""), "the partner has chosen");
    let token = hidden(&page.text, "v");
    let submit = async |cpf: &str| {
        let form = [("v", token.as_str()), ("personal_tax_id", cpf), ("institution_code", "260")];
        partner.submit("/conecte/authorise", &form).await
    };
    let wrong = submit("12345678900").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("CPF válido"));
    let done = submit(OTHER_CPF).await;
    assert!(done.status == 200 && done.text.contains("autorizado"), "{}", done.text);
    let list = partner.get(&format!("/data/v1/consents?personalTaxId={OTHER_CPF}")).await.ok();
    assert_eq!(list[0]["institutionCode"], "260");
}

#[tokio::test]
async fn the_links_page_says_what_the_api_would_refuse() {
    let partner = Partner::start().await;
    let link = partner.link(json!({"personalTaxId": CPF})).await;
    let token = hidden(&partner.open(&text(&link["linkURL"])).await.text, "v");
    let form = [("v", token.as_str()), ("institution_code", "999")];
    let refused = partner.submit("/conecte/authorise", &form).await;
    assert!(refused.status == 416 && refused.text.contains("out of service"), "{}", refused.text);
    let unknown = partner.open(&format!("{}/conecte?v=<script>", partner.mock.base_url())).await;
    assert!(unknown.status == 404 && !unknown.text.contains("<script>"));
}
