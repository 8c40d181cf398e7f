use belvo_sdk::belvo_types::api::InstitutionQuery;
use provider_call::{ScriptedAnswer, ScriptedTransport};
use serde_json::json;

use crate::support::{calls, client};

#[tokio::test]
async fn institutions_are_listed_and_got() {
    let institution =
        json!({"id": 12, "name": "x_br_retail", "status": "down", "form_fields": [{"name": "username"}]});
    let page = json!({"count": 1, "next": null, "previous": null, "results": [institution]});
    let transport = ScriptedTransport::new()
        .then(ScriptedAnswer::json(200, page.to_string()))
        .then(ScriptedAnswer::json(200, institution.to_string()));
    let (client, _clock) = client(&transport);
    let query = InstitutionQuery::new().country_code("BR").display_name("Banco São João");
    let listed = client.institutions().omit(["logo"]).list(&query).all().await.unwrap();
    let got = client.institutions().get(12).await.unwrap();
    assert_eq!(listed, [got]);
    assert!(!listed[0].is_available());
    assert_eq!(
        calls(&transport),
        [
            "GET /api/institutions/?country_code=BR&display_name=Banco%20S%C3%A3o%20Jo%C3%A3o&omit=logo",
            "GET /api/institutions/12/"
        ]
    );
}
