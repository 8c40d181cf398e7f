use std::collections::BTreeSet;

use klavi_types::{DeliveryKind, ProductName};
use serde_json::{Value, json};

use crate::partner::{BACK, CNPJ, CPF, OTHER_CPF, Partner, text, with};

const PERSONAL: &str = "/data/v1/personal/institution-data";
const PERSONAL_USER: &str = "/data/v1/personal/user-data";

fn request() -> Value {
    json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_balance"]})
}

/// Names of the reports that a request led to, once it was taken.
async fn reports(partner: &Partner, path: &str, body: &Value) -> Vec<String> {
    let accepted = partner.post(path, body).await.ok();
    assert_eq!(accepted["message"], "ok");
    let request_id = text(&accepted["requestId"]);
    partner.mock.made().await;
    let of_request = |delivery: &klavi_mock::Delivery| {
        delivery.kind == DeliveryKind::Report.as_str() && delivery.request_id.as_deref() == Some(&request_id)
    };
    partner.mock.deliveries().into_iter().filter(of_request).map(|delivery| delivery.name).collect()
}

/// Every product with that prefix but those that were never seen with it.
fn every(prefix: &str, never_seen: &[&str]) -> BTreeSet<String> {
    let names = ProductName::ALL.iter().filter(|name| !never_seen.contains(&name.as_str()));
    names.map(|name| format!("{prefix}{name}")).collect()
}

#[tokio::test]
async fn persons_at_both_levels() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    assert_eq!(reports(&partner, PERSONAL, &request()).await, ["pf_balance"]);
    let all = with(request(), "products", json!(["all"]));
    let first = reports(&partner, PERSONAL, &all).await;
    assert_eq!(first[..3], ["pf_categorized_checking_l3", "pf_balance", "pf_identity"]);
    assert_eq!(first.len(), 23);
    assert_eq!(BTreeSet::from_iter(first.clone()), every("pf_", &[]));
    let user = json!({"taxId": CPF, "products": ["pf_identity"]});
    assert_eq!(reports(&partner, PERSONAL_USER, &user).await, ["pf_identity"]);
    for all in [json!("all"), json!(["all"])] {
        let user = json!({"taxId": CPF, "products": all});
        assert_eq!(reports(&partner, PERSONAL_USER, &user).await, first);
    }
    assert_eq!(partner.mock.unknown_fields(), []);
}

/// The one thread that makes reports is taken, and other calls are answered all the same.
#[test]
fn reports_are_made_after_the_answer_and_keep_no_call_waiting() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let partner = Partner::start().await;
        partner.authorised("341").await;
        partner.mock.settled().await;
        let before = partner.mock.deliveries().len();

        let (free, taken) = std::sync::mpsc::channel::<()>();
        let holds = tokio::task::spawn_blocking(move || taken.recv());
        partner.post(PERSONAL, &with(request(), "products", json!(["all"]))).await.ok();
        partner.get("/data/v1/refresh").await.ok();
        assert_eq!(partner.get("/_mock/state").await.ok()["reportRequests"].as_array().unwrap().len(), 1);
        assert_eq!(partner.mock.deliveries().len(), before, "nothing has been made");

        free.send(()).unwrap();
        holds.await.unwrap().unwrap();
        partner.mock.settled().await;
        assert_eq!(partner.mock.deliveries().len(), before + 1 + 2 * 23);
    });
}

/// What was asked for before a reset is not sent after it.
#[test]
fn a_reset_forgets_reports_that_are_being_made() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build().unwrap();
    runtime.block_on(async {
        let partner = Partner::start().await;
        partner.authorised("341").await;
        let (free, taken) = std::sync::mpsc::channel::<()>();
        let holds = tokio::task::spawn_blocking(move || taken.recv());
        partner.post(PERSONAL, &request()).await.ok();
        partner.mock.reset();
        free.send(()).unwrap();
        holds.await.unwrap().unwrap();
        partner.mock.settled().await;
        assert_eq!(partner.mock.deliveries().len(), 0);
    });
}

#[tokio::test]
async fn a_report_over_several_links_goes_to_the_address_of_each() {
    let partner = Partner::start().await;
    partner.mock.set_console_webhook("http://127.0.0.1:9/console").unwrap();
    let hooks = ["http://127.0.0.1:9/one", "http://127.0.0.1:9/two"];
    let links = [
        json!({"productsCallbackURL": {"all": hooks[0]}}),
        json!({"productsCallbackURL": {"pf_balance": hooks[1]}}),
        json!({"productsCallbackURL": {"all": hooks[0]}}),
        json!({}),
    ];
    for link in links {
        let (_, consent, _) = partner.consent(with(link, "personalTaxId", json!(CPF)), "341").await;
        partner.mock.authorise(&consent).await.unwrap();
    }
    let sent = async |body: Value| {
        let accepted = partner.post(PERSONAL, &body).await.ok();
        let request_id = text(&accepted["requestId"]);
        // Whether they arrive is not the question.
        partner.mock.made().await;
        let mut reports = partner.mock.deliveries();
        reports.retain(|delivery| {
            delivery.kind == DeliveryKind::Report.as_str()
                && delivery.request_id.as_deref() == Some(&*request_id)
        });
        assert!(reports.iter().all(|report| report.body == reports[0].body), "one report, the same to all");
        reports.iter().map(|report| report.url.as_ref().unwrap().path().to_owned()).collect::<Vec<_>>()
    };
    let user = request();
    assert_eq!(sent(user.clone()).await, ["/one", "/two", "/console"]);
    let other = with(user.clone(), "products", json!(["pf_identity"]));
    assert_eq!(
        sent(other).await,
        ["/one", "/console"],
        "the second link names an address for balances alone"
    );
    let once = with(user, "productsCallbackURL", json!({"all": "http://127.0.0.1:9/once"}));
    assert_eq!(sent(once).await, ["/once"]);
}

#[tokio::test]
async fn companies_at_both_levels() {
    let partner = Partner::start().await;
    let token = text(&partner.link(json!({})).await["linkToken"]);
    let consent = json!({
        "externalTrackId": "1", "personalTaxId": CPF, "businessTaxId": CNPJ, "institutionCode": "341",
        "redirectURL": BACK, "validityPeriod": 0,
    });
    let consent = partner.create_consent(&token, &consent).await.ok();
    partner.mock.authorise(text(&consent["consentId"])).await.unwrap();
    let body = json!({"taxId": CNPJ, "institutionCode": "341", "products": ["pj_categorized_checking_l3"]});
    let names = reports(&partner, "/data/v1/business/institution-data", &body).await;
    assert_eq!(names, ["pj_categorized_checking_l3"]);
    let body = json!({"taxId": CNPJ, "products": ["all"]});
    let names = reports(&partner, "/data/v1/business/user-data", &body).await;
    let never_seen = ["identity", "credit_operations", "investments", "credit_risk"];
    assert_eq!(BTreeSet::from_iter(names), every("pj_", &never_seen));
    for name in never_seen {
        let body = json!({"taxId": CNPJ, "products": [format!("pj_{name}")]});
        let refused = partner.post("/data/v1/business/user-data", &body).await.refused(416, 4002);
        assert!(refused.contains("contract"), "{refused}");
    }
    // The consent is the company's, not the person's.
    partner.post(PERSONAL, &request()).await.refused(416, 4001);
}

#[tokio::test]
async fn each_missing_or_malformed_field_is_refused_by_name() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    for (name, value, starts) in [
        ("taxId", Value::Null, "taxId is required"),
        ("taxId", json!("12345678900"), "taxId must be a CPF"),
        ("taxId", json!(CNPJ), "taxId must be a CPF"),
        ("institutionCode", Value::Null, "institutionCode is required"),
        ("consentIds", json!("one"), "consentIds must be an array of strings"),
        ("consentIds", json!([1]), "consentIds must be an array of strings"),
        ("products", Value::Null, "products is required"),
        ("products", json!("pf_balance"), "products must be an array of strings"),
        ("products", json!([1]), "products must be an array of strings"),
        ("externalInfo", json!([]), "externalInfo must be an object"),
    ] {
        let message = partner.post(PERSONAL, &with(request(), name, value)).await.refused(422, 422);
        assert!(message.starts_with(starts), "{message}");
    }
    let company = with(request(), "taxId", json!("11222333000180"));
    let message = partner.post("/data/v1/business/institution-data", &company).await.refused(422, 422);
    assert!(message.starts_with("taxId must be a CNPJ"), "{message}");
}

#[tokio::test]
async fn without_an_authorised_consent_there_is_no_report() {
    let partner = Partner::start().await;
    partner.post(PERSONAL, &request()).await.refused(416, 4001);
    let (link_id, pending, _) = partner.consent(json!({}), "341").await;
    partner.post(PERSONAL, &request()).await.refused(416, 4001);
    partner.mock.authorise(&pending).await.unwrap();
    partner.post(PERSONAL, &request()).await.ok();
    for (name, value) in [
        ("taxId", json!(OTHER_CPF)),
        ("institutionCode", json!("001")),
        ("linkId", json!("none")),
        ("consentIds", json!(["none"])),
        ("consentIds", json!([pending, "none"])),
    ] {
        partner.post(PERSONAL, &with(request(), name, value)).await.refused(416, 4001);
    }
    let narrow = with(with(request(), "linkId", json!(link_id)), "consentIds", json!([pending]));
    partner.post(PERSONAL, &narrow).await.ok();
}

#[tokio::test]
async fn a_product_must_be_known_of_the_person_of_the_level_and_in_the_contract() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    for (word, why) in [
        ("loans", "not known"),
        ("pf_income", "not known"),
        ("all ", "not known"),
        ("pj_balance", "kind of person"),
    ] {
        let body = with(request(), "products", json!(["pf_balance", word]));
        let message = partner.post(PERSONAL, &body).await.refused(416, 4002);
        assert!(message.contains(word) && message.contains(why), "{message}");
    }
    let mixed = with(request(), "products", json!(["all", "pf_balance"]));
    partner.post(PERSONAL, &mixed).await.refused(416, 4002);
    let user = json!({"taxId": CPF, "products": ["pf_balance"]});
    let message = partner.post(PERSONAL_USER, &user).await.refused(416, 4002);
    assert!(message.contains("level"), "{message}");
    partner.post(PERSONAL, &with(request(), "products", json!([]))).await.refused(416, 4005);
}

#[tokio::test]
async fn institution_and_addresses_are_checked_here_too() {
    let partner = Partner::start().await;
    partner.authorised("341").await;
    for code in ["000", "999"] {
        partner.post(PERSONAL, &with(request(), "institutionCode", json!(code))).await.refused(416, 4004);
    }
    let body = with(request(), "productsCallbackURL", json!({}));
    partner.post(PERSONAL, &body).await.refused(416, 4006);
    let user = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_identity"]});
    partner.post(PERSONAL_USER, &user).await.ok();
    assert_eq!(partner.mock.unknown_fields()[0].names, ["institutionCode"], "absent at user level");
}

#[tokio::test]
async fn the_last_three_business_codes_have_products_of_the_mocks_own() {
    let partner = Partner::start().await;
    let ask = async |prefix: &str, name: &str| {
        let path = if prefix == "pf_" { PERSONAL_USER } else { "/data/v1/business/user-data" };
        let tax_id = if prefix == "pf_" { CPF } else { CNPJ };
        partner.post(path, &json!({"taxId": tax_id, "products": [format!("{prefix}{name}")]})).await
    };
    for prefix in ["pf_", "pj_"] {
        assert_eq!(ask(prefix, "mock_failed").await.json()["error"], "Product request failed");
        ask(prefix, "mock_failed").await.refused(416, 4007);
        ask(prefix, "mock_eco").await.refused(416, 4008);
    }
    partner.authorised("341").await;
    ask("pf_", "mock_failed").await.refused(416, 4007);
    assert!(ask("pf_", "mock_eco").await.refused(416, 4009).contains("KYC"));
    ask("pj_", "mock_eco").await.refused(416, 4008);
    let wrong_person = json!({"taxId": CPF, "products": ["pj_mock_eco"]});
    partner.post(PERSONAL_USER, &wrong_person).await.refused(416, 4002);
}
