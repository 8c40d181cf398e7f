//! Scenarios and messy data over HTTP: reports, events in time, failures, counts.

use klavi_mock::{MockKlavi, Scenario};
use klavi_types::DeliveryKind;
use klavi_types::reports::decode_report;
use serde_json::{Value, json};

use crate::partner::{BACK, CPF, OTHER_CPF, Partner, text};

const SCENARIO: &str = r#"
[[person]]
name = "Pessoa do Cenário"
cpf = "12345678909"

[[person.account]]
bank = "341"
kind = "checking"
opening-balance = "10.00"

[[person.account.recurring]]
text = "SALARIO DO CENARIO"
amount = "4321.00"
direction = "in"
kind = "salary"
every = "month"
day = 5

[[event]]
kind = "consent-revoked"
bank = "341"
at = 2026-03-10T12:00:00Z

[[event]]
kind = "out-of-service"
bank = "260"
at = 2026-03-02T00:00:00Z
until = 2026-03-03T00:00:00Z

[[failure]]
product = "pf_loans"
code = 503
"#;

async fn partner(scenario: Scenario) -> Partner {
    let begin = "2026-03-01T12:00:00Z".parse().unwrap();
    let mock = MockKlavi::builder().seed(7).clock(begin).scenario(scenario).start().await.unwrap();
    mock.freeze_clock();
    Partner::with(mock).await
}

async fn consent(partner: &Partner, cpf: &str, bank: &str) -> String {
    let token = text(&partner.link(json!({"personalTaxId": cpf})).await["linkToken"]);
    let consent = json!({
        "externalTrackId": uuid::Uuid::new_v4().to_string(), "personalTaxId": cpf,
        "institutionCode": bank, "redirectURL": BACK, "validityPeriod": 12,
    });
    let id = text(&partner.create_consent(&token, &consent).await.ok()["consentId"]);
    partner.mock.authorise(&id).await.unwrap();
    id
}

async fn reports(partner: &Partner, cpf: &str, bank: &str, products: &[&str]) -> Vec<Vec<u8>> {
    let order = json!({"taxId": cpf, "institutionCode": bank, "products": products});
    let accepted = partner.post("/data/v1/personal/institution-data", &order).await.ok();
    partner.mock.made().await;
    let of_request = |delivery: &klavi_mock::Delivery| {
        delivery.kind == DeliveryKind::Report.as_str()
            && delivery.request_id.as_deref() == accepted["requestId"].as_str()
    };
    partner.mock.deliveries().into_iter().filter(of_request).map(|delivery| delivery.body.to_vec()).collect()
}

fn status(state: &Value, id: &str) -> String {
    let consents = state["consents"].as_array().unwrap();
    text(&consents.iter().find(|consent| consent["consentId"] == id).unwrap()["status"])
}

#[tokio::test]
async fn reports_and_time_follow_the_scenario() {
    let partner = partner(Scenario::parse(SCENARIO).unwrap()).await;
    let revoked = consent(&partner, CPF, "341").await;
    let other = consent(&partner, OTHER_CPF, "341").await;

    let planned = reports(&partner, CPF, "341", &["pf_checking_account", "pf_loans"]).await;
    let checking = decode_report(&planned[0]).unwrap().value;
    let entries: Vec<_> = checking.entries().collect();
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|entry| entry.description.as_ref().unwrap().as_str() == "SALARIO DO CENARIO"));
    let loans: Value = serde_json::from_slice(&planned[1]).unwrap();
    assert_eq!(loans["code"].to_string().trim_matches('"'), "503");
    let seeded = reports(&partner, OTHER_CPF, "341", &["pf_checking_account"]).await;
    assert!(decode_report(&seeded[0]).unwrap().value.entries().count() > 50);

    let is_outage = async |code: &str| {
        let banks = partner.get("/_mock/state").await.ok()["institutions"].clone();
        banks.as_array().unwrap().iter().find(|bank| bank["institutionCode"] == code).unwrap()["outOfService"]
            .clone()
    };
    assert_eq!(is_outage("260").await, false);
    partner.mock.advance_clock(std::time::Duration::from_secs(13 * 3_600));
    assert_eq!(is_outage("260").await, true);
    partner.mock.advance_clock(std::time::Duration::from_secs(24 * 3_600));
    assert_eq!(is_outage("260").await, false);

    assert_eq!(status(&partner.get("/_mock/state").await.ok(), &revoked), "AUTHORISED");
    partner.mock.advance_clock(std::time::Duration::from_secs(8 * 24 * 3_600));
    let state = partner.get("/_mock/state").await.ok();
    assert_eq!(status(&state, &revoked), "REVOKED");
    assert_eq!(status(&state, &other), "AUTHORISED", "only of the scenario's customers");
    let events = partner.mock.deliveries();
    assert!(
        events.iter().any(|delivery| delivery.name.contains("consent") && delivery.name.contains("revoked"))
    );
}

#[tokio::test]
async fn messy_data_is_a_switch_and_is_counted() {
    let partner = partner(Scenario::ready("salaried").unwrap()).await;
    consent(&partner, OTHER_CPF, "260").await;
    let products = ["pf_checking_account", "pf_savings_account", "pf_credit_card"];
    reports(&partner, OTHER_CPF, "260", &products).await;
    let sum = |state: &Value| -> u64 {
        state["messyData"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
    };
    let clean = partner.get("/_mock/state").await.ok();
    assert_eq!((sum(&clean), clean["messyData"].as_object().unwrap().len()), (0, 15));

    partner.mock.change_behaviour(|behaviour| behaviour.messy_data = true);
    reports(&partner, OTHER_CPF, "260", &products).await;
    let messy = partner.get("/_mock/state").await.ok();
    assert!(sum(&messy) > 10, "{}", messy["messyData"]);
    assert!(messy["messyData"]["missingBranch"].as_u64().unwrap() >= 2, "{}", messy["messyData"]);
    partner.send(http::Method::POST, "/_mock/reset", None, None).await;
    assert_eq!(sum(&partner.get("/_mock/state").await.ok()), 0);
}
