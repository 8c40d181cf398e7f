//! The section `webhooks` of the description says what is sent: each delivery fits the one of its name.

use klavi_types::DeliveryKind;
use serde_json::{Value, json};

use crate::partner::{CPF, Partner};

/// Whether a value fits a schema, as far as this description uses JSON Schema.
fn fits(schema: &Value, value: &Value, document: &Value) -> Result<(), String> {
    if let Some(address) = schema["$ref"].as_str() {
        return fits(document.pointer(&address[1..]).unwrap(), value, document);
    }
    for part in schema["allOf"].as_array().into_iter().flatten() {
        fits(part, value, document)?;
    }
    let is = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "boolean" => value.is_boolean(),
        other => panic!("{other} is not used"),
    };
    let kinds = schema["type"].as_array().cloned().unwrap_or_else(|| vec![schema["type"].clone()]);
    let wrong = |why: &str| Err(format!("{why}: {value} by {schema}"));
    if !schema["type"].is_null() && !kinds.iter().any(|kind| is(kind.as_str().unwrap())) {
        return wrong("type");
    }
    if schema["const"].as_str().is_some_and(|word| value != word) {
        return wrong("const");
    }
    if schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
        return wrong("enum");
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        if value.get(name.as_str().unwrap()).is_none() {
            return wrong(name.as_str().unwrap());
        }
    }
    for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
        value.get(name).map_or(Ok(()), |value| fits(schema, value, document))?;
    }
    if schema["additionalProperties"].is_object() {
        for value in value.as_object().unwrap().values() {
            fits(&schema["additionalProperties"], value, document)?;
        }
    }
    for item in value.as_array().into_iter().flatten().filter(|_| schema["items"].is_object()) {
        fits(&schema["items"], item, document)?;
    }
    Ok(())
}

fn schema<'a>(document: &'a Value, name: &str) -> &'a Value {
    let schema = &document["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{name} is not described");
    schema
}

#[tokio::test]
async fn what_is_sent_fits_its_description() {
    let partner = Partner::start().await;
    let document = partner.get("/_mock/openapi.json").await.ok();
    partner.authorised("341").await;
    for fi in [false, true] {
        partner.mock.change_behaviour(|behaviour| behaviour.fi_events = fi);
        let (_, consent, _) = partner.consent(json!({"personalTaxId": CPF}), "237").await;
        partner.mock.reject(&consent).await.unwrap();
    }
    partner.mock.set_out_of_service("237", true).unwrap();
    let request = json!({"taxId": CPF, "products": "all"});
    partner.post("/data/v1/personal/user-data", &request).await.ok();
    partner.mock.settled().await;
    let sent = partner.mock.deliveries();
    assert!(sent.len() > 40);
    for delivery in sent {
        let name = if delivery.kind == DeliveryKind::Report.as_str() {
            format!("report_{}", delivery.name.strip_prefix("pf_").unwrap())
        } else {
            delivery.name.clone()
        };
        let body: Value = serde_json::from_slice(&delivery.body).unwrap();
        fits(schema(&document, &name), &body, &document).unwrap_or_else(|why| panic!("{name}: {why}"));
        // And no other one.
        let other = if name == "report_balance" { "report_identity" } else { "report_balance" };
        assert!(fits(schema(&document, other), &body, &document).is_err(), "{name} is not {other}");
    }
}

#[tokio::test]
async fn each_webhook_has_its_headers_and_what_follows_an_answer() {
    let document = Partner::start().await.get("/_mock/openapi.json").await.ok();
    let webhooks = document["webhooks"].as_object().unwrap();
    assert!(webhooks.len() > 30);
    for (name, webhook) in webhooks {
        let headers: Vec<_> = webhook["post"]["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|header| header["name"].clone())
            .collect();
        assert_eq!(headers, ["X-Klavi-Signature", "X-Klavi-Timestamp"], "{name}");
        assert!(
            webhook["post"]["responses"]["default"]["description"].as_str().unwrap().contains("five retries")
        );
    }
}
