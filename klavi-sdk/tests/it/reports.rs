use klavi_sdk::klavi_types::api::{ProductSelection, ReportRequest};
use klavi_sdk::klavi_types::{Product, ProductName, ProductsCallbackUrl};
use provider_call::ScriptedAnswer;

use crate::support::{CPF, client, logged_in};

const CNPJ: &str = "12ABC34501DE35";

#[tokio::test]
async fn each_request_goes_to_its_path_and_brings_an_id() {
    let accepted = || ScriptedAnswer::json(200, r#"{"requestId":"r-1","message":"ok"}"#);
    let transport = logged_in().then(accepted()).then(accepted()).then(accepted()).then(accepted());
    let (client, _clock) = client(&transport);
    for tax_id in [CPF, CNPJ] {
        let institution =
            ReportRequest::institution(tax_id, "341").products(ProductSelection::All).build().unwrap();
        let user = ReportRequest::user(tax_id).products(ProductSelection::All).build().unwrap();
        for request in [institution, user] {
            let accepted = client.reports().request(&request).await.unwrap();
            assert_eq!(accepted.request_id.unwrap().as_str(), "r-1");
        }
    }
    assert_eq!(
        transport.calls()[1..],
        [
            "POST /data/v1/personal/institution-data",
            "POST /data/v1/personal/user-data",
            "POST /data/v1/business/institution-data",
            "POST /data/v1/business/user-data",
        ]
    );
}

#[tokio::test]
async fn the_body_is_spelled_as_documented() {
    let transport = logged_in().then(ScriptedAnswer::json(200, r#"{"requestId":"r-1"}"#));
    let (client, _clock) = client(&transport);
    let request = ReportRequest::institution("123.456.789-09", "001")
        .products([Product::Personal(ProductName::CheckingAccount)])
        .products_callback_url(ProductsCallbackUrl::all("https://partner.example/hook").unwrap())
        .build()
        .unwrap();
    client.reports().request(&request).await.unwrap();
    let body: serde_json::Value = serde_json::from_slice(transport.requests()[1].body()).unwrap();
    assert_eq!(
        body,
        serde_json::json!({
            "taxId": "12345678909",
            "institutionCode": "001",
            "products": ["pf_checking_account"],
            "productsCallbackURL": {"all": "https://partner.example/hook"},
        })
    );
}
