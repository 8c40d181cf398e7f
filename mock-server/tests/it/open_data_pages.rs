//! The pages where a user logs in at an Open Data institution, without script.

use std::collections::HashMap;
use std::time::Duration;

use klavi_mock::Error;
use serde_json::{Value, json};

use crate::open_data::{link, reports, status};
use crate::partner::{BACK, CPF, Partner};
use crate::visitor::Visitor;

#[tokio::test]
async fn a_connection_is_brought_up_to_date_with_its_key() {
    let partner = Partner::start().await;
    let (link_id, _, _) = link(&partner, json!({})).await;
    partner.mock.start_task(&link_id, "3004", CPF, "ana@cliente.example").await.unwrap();
    let first = reports(&partner.mock).await.remove(0).1;
    let key = first["data"]["connection_key"].clone();
    partner.post("/data/v1/links", &json!({"connectionKey": "none"})).await.refused(416, 4001);

    let (_, _, url) = link(&partner, json!({"connectionKey": key, "redirectURL": BACK})).await;
    let page = partner.open(&page_of(&partner, &url)).await;
    assert!(page.text.contains("Atualizar") && !page.text.contains("name=\"email\""), "{}", page.text);
    let token = url.split_once("v=").unwrap().1;
    let form = [("v", token), ("institution_code", "3004")];
    let answer = partner.submit("/conecte/open-data", &form).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let second = reports(&partner.mock).await.split_off(2).remove(0).1;
    assert_eq!(second["data"]["connection_key"], key);
    assert_ne!(second["data"]["connection_id"], first["data"]["connection_id"]);
    assert_eq!(second["data"]["identity"], first["data"]["identity"]);

    // A login that the institution has refused is asked for again.
    let (link_id, _, _) = link(&partner, json!({})).await;
    partner.mock.start_task(&link_id, "5001", CPF, "123402").await.unwrap();
    let refused = reports(&partner.mock).await.pop().unwrap().1;
    let (_, _, url) = link(&partner, json!({"connectionKey": refused["data"]["connection_key"]})).await;
    let page = partner.open(&page_of(&partner, &url)).await;
    assert!(page.text.contains("name=\"password\"") && page.text.contains("FGTS"), "{}", page.text);
}

/// The page of an Open Data institution; which one the link says itself.
fn page_of(partner: &Partner, link_url: &str) -> String {
    let token = link_url.split_once("v=").unwrap().1;
    format!("{}/conecte/open-data?v={token}", partner.mock.base_url())
}

#[tokio::test]
async fn the_page_judges_the_login_and_leads_to_the_task_and_back() {
    let partner = Partner::start().await;
    let info = json!({"mine": "1"});
    let body = json!({"redirectURL": BACK, "externalInfo": info});
    let (link_id, token, url) = link(&partner, body).await;
    let page_token = url.split_once("v=").unwrap().1;
    let page = partner.open(&format!("{}&institution_code=3003", page_of(&partner, &url))).await;
    assert_eq!(page.status, 200);
    for field in ["name=\"cpf\"", "name=\"username\"", "name=\"password\" type=\"password\""] {
        assert!(page.text.contains(field), "{field} in {}", page.text);
    }
    assert!(!page.text.contains("http"), "nothing from elsewhere: {}", page.text);

    let submit = async |cpf: &str, username: &str, password: &str| {
        let form = [
            ("v", page_token),
            ("institution_code", "3003"),
            ("cpf", cpf),
            ("username", username),
            ("password", password),
        ];
        partner.submit("/conecte/open-data", &form).await
    };
    let wrong = submit("123.456.789-00", "<ana>", "senha").await;
    assert_eq!(wrong.status, 422);
    for field in ["href=\"#cpf\"", "href=\"#username\"", "href=\"#password\"", "value=\"&lt;ana&gt;\""] {
        assert!(wrong.text.contains(field), "{field} in {}", wrong.text);
    }
    assert!(!wrong.text.contains("value=\"senha\""), "secrets are not shown again");

    let done = submit("123.456.789-09", "ana@cliente.example", "Senha302").await;
    assert_eq!(done.status, 303);
    let at = done.location.unwrap();
    let task_id = at.split_once("/tasks/").unwrap().1.split_once('?').unwrap().0.to_owned();
    assert_eq!(status(&partner, &token, &task_id).await["status"], "needMFA");
    let page = partner.open(&format!("{}{at}", partner.mock.base_url())).await;
    assert!(page.text.contains("*****-0000") && page.text.contains(&task_id), "{}", page.text);
    let path = format!("/conecte/open-data/tasks/{task_id}/mfa");
    let empty = partner.submit(&path, &[("v", page_token), ("mfa_id", "30")]).await;
    assert_eq!(empty.status, 422);
    let wrong = partner.submit(&path, &[("v", page_token), ("mfa_id", "30"), ("code", "0")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("A resposta está errada"), "{}", wrong.text);
    let form = [("v", page_token), ("mfa_id", "31"), ("code", "123456")];
    assert_eq!(partner.submit(&path, &form).await.status, 303);
    let page = partner.open(&format!("{}{at}", partner.mock.base_url())).await;
    let target = href(&page.text, "https://partner.example");
    let query: HashMap<_, _> = target.query_pairs().into_owned().collect();
    assert_eq!((query["link_id"].as_str(), query["task_id"].as_str()), (link_id.as_str(), task_id.as_str()));
    assert_eq!(
        (query["session"].as_str(), query["external_info"].as_str()),
        ("9", info.to_string().as_str())
    );
    assert!(!query.contains_key("error"));
    let told = page.text.split_once("data-events=\"").unwrap().1.split_once('"').unwrap().0;
    let told: Value = serde_json::from_str(&told.replace("&quot;", "\"")).unwrap();
    assert_eq!(told[1]["eventName"], "authorise_success");
    assert_eq!(told[1]["payload"]["institutionType"], 2, "that of Open Data");
}

#[tokio::test]
async fn a_user_gets_there_from_the_links_first_page() {
    let partner = Partner::start().await;
    let (_, _, url) = link(&partner, json!({"personalTaxId": CPF, "redirectURL": BACK})).await;
    let mut visitor = Visitor::open(&partner, &url).await;
    visitor.click("Continuar").await;
    visitor.click("BTG Investimentos (mock)").await;
    assert_eq!(visitor.title(), "Entre na instituição");
    visitor.send("Conectar", &[("password", "123456")]).await;
    assert_eq!(visitor.title(), "Conta conectada");
    visitor.click("Conectar outra instituição").await;
    assert!(visitor.sees("BTG Investimentos (mock)</span><span class=\"mark good\">Conectada"));
}

#[tokio::test]
async fn an_update_asks_neither_for_the_person_nor_for_the_institution_nor_for_the_login() {
    let partner = Partner::start().await;
    let (link_id, _, _) = link(&partner, json!({})).await;
    partner.mock.start_task(&link_id, "5001", CPF, "123301").await.unwrap();
    let task = partner.get("/_mock/state").await.ok()["tasks"][0].clone();
    let (_, _, url) = link(&partner, json!({"connectionKey": task["connectionKey"]})).await;
    let mut visitor = Visitor::open(&partner, &url).await;
    visitor.click("Continuar").await;
    assert_eq!(visitor.title(), "Atualize a sua conexão");
    assert!(visitor.sees("FGTS (mock)") && !visitor.sees("name=\"password\""));
    visitor.click("Atualizar").await;
    assert_eq!(visitor.title(), "Confirme que é você");
    visitor.send("Confirmar", &[("code", "123456")]).await;
    assert_eq!(visitor.title(), "Conta conectada");
    assert!(visitor.link("Conectar outra instituição").is_none(), "the link is for this one");
    let connections = reports(&partner.mock).await;
    assert_eq!(connections[0].1["data"]["connection_key"], task["connectionKey"]);
}

/// The first link of the page that starts so.
fn href(page: &str, start: &str) -> url::Url {
    let from =
        page.split_once(&format!("href=\"{start}")).unwrap_or_else(|| panic!("no {start} in {page}")).1;
    let rest = from.split_once('"').unwrap().0.replace("&amp;", "&");
    format!("{start}{rest}").parse().unwrap()
}

#[tokio::test]
async fn breaking_off_and_failing_come_back_with_the_code() {
    let partner = Partner::start().await;
    let (link_id, _, url) = link(&partner, json!({"redirectURL": BACK})).await;
    let page_token = url.split_once("v=").unwrap().1;
    let task_id = partner.mock.start_task(&link_id, "5001", CPF, "123303").await.unwrap();
    let path = format!("/conecte/open-data/tasks/{task_id}");
    assert_eq!(partner.submit(&format!("{path}/cancel"), &[("v", page_token)]).await.status, 303);
    let page = partner.open(&format!("{}{path}?v={page_token}", partner.mock.base_url())).await;
    let target = href(&page.text, "https://partner.example");
    let query: HashMap<_, _> = target.query_pairs().into_owned().collect();
    assert_eq!(
        (query["error"].as_str(), query["error_description"].as_str()),
        ("402", "User credential error")
    );
    let english = partner.open(&format!("{}{path}?v={page_token}&lang=en", partner.mock.base_url())).await;
    assert!(english.text.contains("Account not connected"), "{}", english.text);
}

#[tokio::test]
async fn pages_of_nothing_say_so() {
    let partner = Partner::start().await;
    let (link_id, _, url) = link(&partner, json!({})).await;
    let page_token = url.split_once("v=").unwrap().1.to_owned();
    let base = partner.mock.base_url();
    for (path, expected) in [
        ("/conecte/open-data?v=none&institution_code=5001".to_owned(), 404),
        (format!("/conecte/open-data?v={page_token}&institution_code=341"), 404),
        (format!("/conecte/open-data?v={page_token}&institution_code=%3Cscript%3E"), 404),
        (format!("/conecte/open-data?v={page_token}"), 404),
        (format!("/conecte/open-data/tasks/none?v={page_token}"), 404),
        (format!("/conecte/open-data/tasks/%FF?v={page_token}"), 404),
    ] {
        let page = partner.open(&format!("{base}{path}")).await;
        assert_eq!(page.status, expected, "{path}");
        assert!(!page.text.contains("<script>"));
    }
    let start = async |code: &str, cpf: &str, password: &str| {
        partner.mock.start_task(&link_id, code, cpf, password).await.unwrap_err()
    };
    assert!(matches!(start("341", CPF, "1234").await, Error::UnknownInstitution));
    assert!(matches!(start("140", "12345678900", "1234").await, Error::InvalidLogin));
    assert!(matches!(start("140", CPF, "123").await, Error::InvalidLogin));
    partner.mock.set_out_of_service("5001", true).unwrap();
    let out = partner.open(&format!("{base}/conecte/open-data?v={page_token}&institution_code=5001")).await;
    assert!(out.status == 422 && out.text.contains("fora do ar"));
    partner.mock.advance_clock(Duration::from_secs(1800));
    let late = partner.open(&format!("{base}/conecte/open-data?v={page_token}&institution_code=140")).await;
    assert_eq!(late.status, 410);
    assert!(matches!(start("140", CPF, "1234").await, Error::UnknownLink));
}
