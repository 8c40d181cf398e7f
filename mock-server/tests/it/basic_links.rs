use serde_json::{Value, json};

use crate::partner::{BACK, CPF, Partner};
use crate::visitor::Visitor;

fn query(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn links(partner: &Partner) -> Vec<Value> {
    partner.get("/_mock/state").await.ok()["links"].as_array().unwrap().clone()
}

#[tokio::test]
async fn opening_it_makes_a_link_and_leads_to_its_pages() {
    let partner = Partner::start().await;
    let url = format!(
        "{}?{}",
        partner.mock.basic_link_url(),
        query(&[
            ("personal_tax_id", CPF),
            ("email", "ana@example.com"),
            ("phone", "+5511999999999"),
            ("institution_code", "341"),
            ("redirect_url", BACK),
            ("products_callback_url", "https://partner.example/reports?a=1&b=2"),
        ])
    );
    assert_eq!(partner.http.head(&url).send().await.unwrap().status(), 200);
    assert!(links(&partner).await.is_empty(), "a preview makes none");
    let mut visitor = Visitor::open(&partner, &url).await;
    assert_eq!(visitor.title(), "Conecte a sua conta");
    let made = links(&partner).await;
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["personalTaxId"], CPF);
    let names: Vec<_> = partner.mock.deliveries().into_iter().map(|delivery| delivery.name).collect();
    assert_eq!(names, ["link_created"]);

    visitor.click("Continuar").await;
    assert_eq!(visitor.title(), "Confirme o que compartilhar", "CPF and institution are locked");
    visitor.click("Continuar em Itaú (mock)").await;
    visitor.at_bank("Autorizar").await;
    visitor.click("Autorizar o repasse").await;
    visitor.click("Concluir").await;
    let (bare, back) = visitor.sent_to();
    assert_eq!(bare, "https://partner.example/back");
    assert_eq!(back["link_id"], made[0]["linkId"]);

    let request = json!({"taxId": CPF, "institutionCode": "341", "products": ["pf_balance"]});
    partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.made().await;
    let report = partner.mock.deliveries().pop().unwrap();
    assert_eq!(report.url.unwrap().as_str(), "https://partner.example/reports?a=1&b=2");
    assert!(partner.mock.unknown_fields().is_empty());
}

#[tokio::test]
async fn each_opening_is_a_link_of_its_own() {
    let partner = Partner::start().await;
    for _ in 0..2 {
        let visitor = Visitor::open(&partner, &format!("{}?lang=en", partner.mock.basic_link_url())).await;
        assert_eq!(visitor.title(), "Connect your account");
    }
    let made = links(&partner).await;
    assert_eq!(made.len(), 2);
    assert_ne!(made[0]["linkId"], made[1]["linkId"]);
}

#[tokio::test]
async fn the_older_name_of_the_target_is_taken_and_noted() {
    let partner = Partner::start().await;
    let url = format!("{}?{}", partner.mock.basic_link_url(), query(&[("redirectURL", "app://redirect")]));
    Visitor::open(&partner, &url).await;
    assert_eq!(links(&partner).await[0]["redirectURL"], "app://redirect");
    let unknown = partner.mock.unknown_fields();
    assert_eq!(unknown[0].endpoint, "GET /data/v1/basic-links/{yourAppId}");
    assert_eq!(unknown[0].names, ["redirectURL"]);
}

#[tokio::test]
async fn what_is_wrong_is_a_page() {
    let partner = Partner::start().await;
    let unknown = format!("{}/data/v1/basic-links/00000000", partner.mock.base_url());
    let visitor = Visitor::open(&partner, &unknown).await;
    assert!(visitor.page.status == 404 && visitor.title() == "Página não encontrada");
    for (name, value, status) in [
        ("personal_tax_id", "12345678900", 422),
        ("business_tax_id", "1", 422),
        ("email", "nobody", 422),
        ("phone", "11999999999", 400),
        ("redirect_url", "javascript:alert(1)", 422),
        ("products_callback_url", "http://partner.example", 422),
        ("products_callback_url", "{\"all\":\"https://partner.example\"}", 422),
        ("institution_code", "000", 416),
        ("institution_code", "999", 416),
    ] {
        let url = format!("{}?{}", partner.mock.basic_link_url(), query(&[(name, value)]));
        let visitor = Visitor::open(&partner, &url).await;
        assert_eq!(visitor.page.status, status, "{name}={value}");
        assert_eq!(visitor.title(), "Este endereço não é válido");
    }
    assert!(links(&partner).await.is_empty());
}
