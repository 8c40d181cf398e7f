//! The switches for spellings: names and forms as production was seen to write them, numbers as text and back.

use std::collections::BTreeMap;

use http::Method;
use klavi_mock::{MockKlavi, NumberForm};
use serde_json::{Value, json};

use crate::partner::{CPF, Partner, consent_body, text, with};

/// Each name of a document with the kinds of value that it has, and how numbers and decimals are written.
#[derive(Default, PartialEq, Debug)]
struct Seen {
    numbers: usize,
    decimal_texts: usize,
}

fn look(value: &Value, seen: &mut Seen) {
    match value {
        Value::Number(_) => seen.numbers += 1,
        Value::String(text) => {
            let decimal = text.contains('.') && text.parse::<f64>().is_ok();
            seen.decimal_texts += usize::from(decimal);
        }
        Value::Array(items) => items.iter().for_each(|item| look(item, seen)),
        Value::Object(members) => members.values().for_each(|member| look(member, seen)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// The bodies of one flow: the link's answer, a refusal, and what was sent, by its name.
async fn flow(mock: MockKlavi) -> (Partner, BTreeMap<String, Value>) {
    let partner = Partner::with(mock).await;
    partner.authorised("341").await;
    let body = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_checking_account"]});
    let accepted = partner.post("/data/v1/personal/institution-data", &body).await.ok();
    assert!(accepted["requestId"].is_string());
    partner.mock.settled().await;
    let sent = partner.mock.deliveries().into_iter();
    let sent = sent.map(|sent| (sent.name, serde_json::from_slice(&sent.body).unwrap()));
    let bodies = sent.collect();
    (partner, bodies)
}

async fn with_numbers(numbers: NumberForm) -> (Partner, BTreeMap<String, Value>) {
    flow(MockKlavi::builder().seed(7).numbers(numbers).start().await.unwrap()).await
}

#[tokio::test]
async fn numbers_are_text_and_amounts_are_numbers_where_that_is_asked_for() {
    let (_, documented) = with_numbers(NumberForm::Documented).await;
    let report = |bodies: &BTreeMap<String, Value>| bodies["pf_checking_account"].clone();
    let seen = |bodies: &BTreeMap<String, Value>| {
        let mut seen = Seen::default();
        look(&report(bodies), &mut seen);
        seen
    };
    let usual = seen(&documented);
    assert!(usual.numbers > 0 && usual.decimal_texts > 100, "{usual:?}");

    let (partner, text) = with_numbers(NumberForm::Text).await;
    assert_eq!((seen(&text).numbers, report(&text)["code"].as_str()), (0, Some("200")));
    assert_eq!(partner.link(json!({})).await["expireIn"], "1800");
    let refusal = partner.get("/data/v1/consents/none").await;
    assert_eq!((refusal.status, refusal.json()["statusCode"].clone()), (404, json!("404")));

    let (partner, numbers) = with_numbers(NumberForm::Number).await;
    let seen = seen(&numbers);
    assert_eq!((seen.decimal_texts, seen.numbers), (0, usual.numbers + usual.decimal_texts));
    // Ids keep their form.
    assert_eq!(report(&numbers)["links"][0]["institutionCode"], "341");
    // And back, while it runs.
    partner.mock.change_behaviour(|behaviour| behaviour.numbers = NumberForm::Documented);
    assert_eq!(partner.link(json!({})).await["expireIn"], 1800);
}

#[tokio::test]
async fn names_are_those_that_were_observed() {
    let partner = Partner::start().await;
    let patch = json!({"observedSpellings": true, "numbers": "documented"});
    let answer = partner.send(Method::PATCH, "/_mock/behaviour", None, Some(&patch)).await.ok();
    assert_eq!((&answer["observedSpellings"], &answer["numbers"]), (&json!(true), &json!("documented")));

    let link = partner.link(json!({"personalTaxId": CPF})).await;
    assert_eq!(link["expireIn"], "1800");
    let consent = partner.create_consent(&text(&link["linkToken"]), &consent_body("341", "1")).await.ok();
    assert!(consent["consentRedirectURL"].is_null());
    let page = text(&consent["consentRedirectUrl"]);
    assert_eq!(partner.open(&page).await.status, 303, "on to the login");
    partner.mock.settled().await;
    let event: Value = serde_json::from_slice(&partner.mock.deliveries()[0].body).unwrap();
    assert!(event[0]["eventID"].is_string() && event[0]["eventId"].is_null(), "{event}");
    // The control API is the mock's own.
    assert!(partner.get("/_mock/state").await.ok()["consents"][0]["consentId"].is_string());
}

#[tokio::test]
async fn observed_calls_answer_as_observed() {
    let partner = Partner::start().await;
    let info = json!({"order": 7});
    let link = partner.link(json!({"personalTaxId": CPF, "externalInfo": info})).await;
    let id = text(&link["linkId"]);
    let read = partner.get(&format!("/data/v1/links/{id}")).await.ok();
    assert_eq!((&read["linkId"], &read["linkURL"]), (&link["linkId"], &link["linkURL"]));
    assert_eq!((&read["personalTaxId"], &read["businessTaxId"]), (&json!(CPF), &json!("")));
    assert_eq!(read["externalInfo"], info);
    assert!(!read.to_string().contains(&text(&link["linkToken"])), "tokens stay with whoever made the link");
    partner.get("/data/v1/links/none").await.refused(404, 404);
    let token = text(&link["linkToken"]);
    partner.send(Method::GET, &format!("/data/v1/links/{id}"), Some(&token), None).await.refused(403, 403);

    // A client in production sends no validity period.
    let body = with(consent_body("341", "1"), "validityPeriod", Value::Null);
    let consent = partner.create_consent(&token, &body).await.ok();
    assert!(consent["expireAt"].is_string(), "twelve months");
    let notes = partner.mock.notes();
    assert_eq!(
        (notes[0].endpoint.as_ref(), notes[0].rule.as_ref()),
        ("POST /data/v1/consents", "validity-period-missing")
    );
    assert_eq!(partner.get("/_mock/state").await.ok()["notes"][0]["rule"], "validity-period-missing");
    let all = partner.get("/data/v1/consents").await.ok();
    assert_eq!(all.as_array().unwrap().len(), 1);
    assert_eq!(partner.mock.notes().len(), 2);

    let delete = async |id: &str| {
        let path = format!("/data/v1/consents/{id}");
        partner.send(Method::DELETE, &path, Some(&partner.access_token), None).await
    };
    let id = text(&consent["consentId"]);
    let deleted = delete(&id).await;
    assert_eq!((deleted.status, deleted.text.as_str()), (204, ""));
    assert_eq!(partner.status_of(&id).await, "REVOKED");
    assert_eq!(delete(&id).await.status, 204);
    let (_, authorised) = partner.authorised("341").await;
    delete(&authorised).await.refused(409, 409);
    assert_eq!(partner.status_of(&authorised).await, "AUTHORISED");
    delete("none").await.refused(404, 404);
}
