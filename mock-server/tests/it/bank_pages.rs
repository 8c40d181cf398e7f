//! Consents made by `POST /data/v1/consents`: the bank, the LGPD page, the partner's `redirectURL`.

use std::time::Duration;

use serde_json::{Value, json};

use crate::partner::{BACK, Partner, consent_body, text, with};
use crate::visitor::Visitor;

#[tokio::test]
async fn the_browser_comes_back_with_everything_documented() {
    let partner = Partner::start().await;
    let info = json!({"myTraceId": "1 & 2", "nome": "João"});
    let (link_id, consent_id, url) = partner.consent(json!({"externalInfo": info}), "341").await;
    let mut visitor = Visitor::open(&partner, &url).await;
    assert!(visitor.sees("Itaú (mock)") && visitor.sees("CPF ***.456.789-**"), "{}", visitor.page.text);
    assert_eq!(partner.status_of(&consent_id).await, "AWAITING_AUTHORISATION");
    visitor.send("Entrar", &[("password", "segredo")]).await;
    for group in
        ["REGISTRATION_ALL", "ACCOUNTS_ALL", "CREDIT_CARDS_ALL", "CREDIT_OPERATIONS_ALL", "INVESTMENTS_ALL"]
    {
        assert!(visitor.sees(group), "{group}");
    }
    visitor.click("Autorizar").await;
    assert_eq!(visitor.title(), "Autorize o repasse dos dados");
    assert_eq!(partner.status_of(&consent_id).await, "AWAITING_LGPD_AUTHORISATION");
    let granted = async || partner.get(&format!("/data/v1/consents/{consent_id}")).await.ok();
    assert_eq!(granted().await["permissionsGranted"], json!([]));
    visitor.click("Autorizar o repasse").await;

    let (bare, query) = visitor.sent_to();
    assert_eq!(bare, "https://partner.example/back");
    let location = visitor.page.location.as_ref().unwrap();
    assert!(location.starts_with(BACK), "the partner's own query comes first: {location}");
    assert_eq!(query["session"], "9");
    assert_eq!(query["link_id"], link_id);
    assert_eq!(query["consent_id"], consent_id);
    assert_eq!(serde_json::from_str::<Value>(&query["external_info"]).unwrap(), info);
    let consent = granted().await;
    assert_eq!(query["external_track_id"], consent["externalTrackId"]);
    assert_eq!(query.len(), 5);
    assert_eq!(consent["status"], "AUTHORISED");
    assert_eq!(consent["permissionsGranted"], consent["permissionsApply"]);
    let names: Vec<_> = partner.mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
    assert_eq!(names, ["link_created", "consent_authorised"]);
}

#[tokio::test]
async fn each_way_to_fail_comes_back_with_its_error() {
    let partner = Partner::start().await;
    for (decision, at_klavi, status, error, event) in [
        ("Recusar", None, "REJECTED", "access_denied", "consent_rejected"),
        ("Autorizar", Some("Recusar"), "REJECTED", "access_denied", "consent_rejected"),
        ("Simular uma falha do banco", None, "ERROR", "server_error", "consent_error"),
    ] {
        let (_, consent_id, url) = partner.consent(json!({}), "341").await;
        let mut visitor = Visitor::open(&partner, &url).await;
        visitor.at_bank(decision).await;
        if let Some(at_klavi) = at_klavi {
            visitor.click(at_klavi).await;
        }
        let (_, query) = visitor.sent_to();
        assert_eq!(query["error"], error, "{decision}");
        assert!(!query["error_description"].is_empty());
        assert_eq!(query["consent_id"], consent_id);
        assert!(!query.contains_key("external_info"), "none was given");
        assert_eq!(partner.status_of(&consent_id).await, status);
        assert_eq!(partner.mock.deliveries().last().unwrap().name, event);
    }
}

#[tokio::test]
async fn the_password_can_be_wrong_and_nobody_passes_without_it() {
    let partner = Partner::start().await;
    let (_, consent_id, url) = partner.consent(json!({}), "341").await;
    let mut visitor = Visitor::open(&partner, &url).await;
    let login = visitor.address.clone();
    for (password, words) in [("errada", "Senha incorreta"), ("", "Informe a senha")] {
        visitor.send("Entrar", &[("password", password)]).await;
        assert_eq!(visitor.page.status, 422);
        assert!(visitor.sees(words) && visitor.sees("href=\"#password\""), "{}", visitor.page.text);
    }
    visitor.go(&login.replace("login", "consent")).await;
    assert_eq!(visitor.address, login, "the consent page comes after the login");
    let session = login.split_once("session=").unwrap().1;
    let jumped = partner.submit("/mock-bank/consent", &[("session", session), ("decision", "approve")]).await;
    assert_eq!(jumped.location.as_ref(), Some(&login));
    assert_eq!(partner.status_of(&consent_id).await, "AWAITING_AUTHORISATION");

    visitor.send("Entrar", &[("password", "segredo")]).await;
    let undecided = visitor.post("Autorizar", &[("decision", "perhaps")]).await;
    assert!(undecided.status == 422 && undecided.text.contains("Escolha autorizar ou recusar"));
    assert_eq!(partner.status_of(&consent_id).await, "AWAITING_AUTHORISATION");
}

#[tokio::test]
async fn an_apps_scheme_is_a_target_like_any_other() {
    let partner = Partner::start().await;
    let token = text(&partner.link(json!({})).await["linkToken"]);
    let body = with(consent_body("341", "1"), "redirectURL", json!("app://redirect"));
    let url = text(&partner.create_consent(&token, &body).await.ok()["consentRedirectURL"]);
    let mut visitor = Visitor::open(&partner, &url).await;
    visitor.at_bank("Autorizar").await;
    visitor.click("Autorizar o repasse").await;
    assert_eq!(visitor.sent_to().0, "app://redirect");
}

#[tokio::test]
async fn the_banks_page_opens_once_but_a_preview_does_not_count_and_a_reload_works() {
    let partner = Partner::start().await;
    let (_, _, url) = partner.consent(json!({}), "341").await;
    assert_eq!(partner.http.head(&url).send().await.unwrap().status(), 200);
    let mut visitor = Visitor::open(&partner, &url).await;
    assert_eq!(visitor.title(), "Entre na sua conta");
    let login = visitor.address.clone();
    visitor.go(&login).await;
    assert_eq!(visitor.title(), "Entre na sua conta");
    visitor.go(&url).await;
    assert_eq!(visitor.page.status, 410);
    assert!(visitor.sees("uma única vez"), "{}", visitor.page.text);

    for path in
        ["/mock-bank/auth?ticket=none", "/mock-bank/login?session=none", "/mock-bank/consent?session="]
    {
        visitor.go(path).await;
        assert_eq!(visitor.page.status, 404, "{path}");
    }
    for path in ["/mock-bank/login", "/mock-bank/consent", "/conecte/sharing"] {
        assert_eq!(partner.submit(path, &[("session", "none"), ("c", "none")]).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_consent_decided_elsewhere_is_told_with_the_way_on() {
    let partner = Partner::start().await;
    let (_, unopened, url) = partner.consent(json!({}), "341").await;
    partner.mock.reject(&unopened).await.unwrap();
    assert_eq!(partner.open(&url).await.status, 410);

    let (_, consent_id, url) = partner.consent(json!({}), "341").await;
    let mut visitor = Visitor::open(&partner, &url).await;
    partner.mock.authorise(&consent_id).await.unwrap();
    visitor.send("Entrar", &[("password", "segredo")]).await;
    assert_eq!(visitor.page.status, 410);
    assert!(visitor.sees("já foi decidido"), "{}", visitor.page.text);
    visitor.click("Continuar").await;
    let (_, query) = visitor.sent_to();
    assert!(query["consent_id"] == consent_id && !query.contains_key("error"));

    let (_, approved, url) = partner.consent(json!({}), "341").await;
    partner.mock.approve(&approved).await.unwrap();
    let mut visitor = Visitor::open(&partner, &url).await;
    assert_eq!(visitor.title(), "Autorize o repasse dos dados");
    partner.mock.advance_clock(Duration::from_secs(3600));
    visitor.click("Autorizar o repasse").await;
    assert_eq!(visitor.sent_to().1["error"], "access_denied", "the 60 minutes are over");
}

#[tokio::test]
async fn the_back_button_changes_nothing_that_was_decided() {
    let partner = Partner::start().await;
    let (_, consent_id, url) = partner.consent(json!({}), "341").await;
    let mut visitor = Visitor::open(&partner, &url).await;
    visitor.send("Entrar", &[("password", "segredo")]).await;
    let bank = visitor.address.clone();
    visitor.click("Autorizar").await;
    let sharing = visitor.address.clone();

    visitor.go(&bank).await;
    assert_eq!(visitor.page.status, 410);
    visitor.click("Continuar").await;
    assert_eq!(visitor.address, sharing);
    visitor.click("Autorizar o repasse").await;
    let first = visitor.page.location.clone();

    // The same form again, the other button, and the page itself.
    for decision in ["accept", "refuse"] {
        let token = sharing.split_once("c=").unwrap().1;
        let again = partner.submit("/conecte/sharing", &[("c", token), ("decision", decision)]).await;
        visitor.go(again.location.as_ref().unwrap()).await;
        assert_eq!(visitor.page.location, first);
    }
    visitor.go(&sharing).await;
    assert_eq!(visitor.page.location, first);
    assert_eq!(partner.status_of(&consent_id).await, "AUTHORISED");
    let told = partner.mock.deliveries();
    assert_eq!(told.iter().filter(|delivery| delivery.name == "consent_authorised").count(), 1);
}
