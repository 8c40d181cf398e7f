//! What the mock sends, for the section `webhooks` of the description: a webhook for each event and one for each product.
//! Source: docs.klavi.ai/link/lqUr-overview, /connect/api-events, /connect/security, /connect/zJgr-v1; payloads of which no
//! example is known are those of [`events`](crate::events).

use klavi_types::{PersonType, Product, ProductName};
use serde_json::{Map, Value, json};

const CONSENT: &[(&str, &str)] = &[
    ("consent_authorised", "The user has authorised the consent: reports can be asked for."),
    ("consent_error", "The flow broke at the bank."),
    ("consent_rejected", "The user refused, or took more than an hour."),
    ("consent_expired", "The consent has come to its end."),
    ("consent_revoked", "The user or the partner has revoked the consent."),
    ("consent_deleted_by_user", "The user had the data deleted."),
];
const REQUEST: (&str, &str) = ("product_request_received", "A report request was taken.");
const REPORT: &[(&str, &str)] = &[
    ("product_generated_success", "A report is ready, and is sent."),
    ("product_generated_failed", "A report could not be made."),
];

/// The section, by the names of events and products.
pub(super) fn section() -> Value {
    let mut all = Map::new();
    let mut event = |name: &str, about: &str, payload: Value| {
        let body = json!({
            "type": "array", "minItems": 1, "maxItems": 1,
            "items": {"allOf": [
                {"$ref": "#/components/schemas/WebhookEvent"},
                {"properties": {"eventName": {"const": name}, "payload": payload}},
            ]},
        });
        all.insert(name.to_owned(), webhook(&format!("on_{name}"), about, &body, "event-retries"));
    };
    let of_link = object(&[("personalTaxId", text()), ("businessTaxId", text()), ("linkId", text())]);
    event("link_created", "A link was made.", of_link);
    for (name, about) in CONSENT {
        event(name, about, of_consent());
    }
    let action = &[
        ("personalTaxId", text()),
        ("businessTaxId", text()),
        ("linkId", text()),
        ("institutionCode", text()),
        ("actionStatus", json!({"enum": CONSENT.iter().map(|(name, _)| *name).collect::<Vec<_>>()})),
    ];
    let about =
        "Something happened to a consent; sent to regulated institutions in place of the consent events.";
    event("link_action_status", about, object(action));
    let request = [("personalTaxId", text()), ("businessTaxId", text()), ("requestId", text())];
    event(REQUEST.0, REQUEST.1, object(&request));
    for (name, about) in REPORT {
        let report = [("productName", text()), ("productReportId", text())];
        event(name, about, object(&[request.as_slice(), &report].concat()));
    }
    for name in ProductName::ALL {
        let words = [PersonType::Personal, PersonType::Business].map(|person| Product::new(person, *name));
        let body = json!({"allOf": [
            {"$ref": "#/components/schemas/WebhookReport"},
            {"properties": {"productName": {"enum": words.each_ref().map(Product::as_str)}}},
            data(*name),
        ]});
        let about = format!("A report: {} or {}.", words[0], words[1]);
        let id = name.as_str();
        all.insert(
            format!("report_{id}"),
            webhook(&format!("on_report_{id}"), &about, &body, "report-retries"),
        );
    }
    Value::Object(all)
}

/// The schemas that the section refers to.
pub(super) fn schemas() -> [(&'static str, Value); 2] {
    let event = object(&[
        ("partnerAppId", text()),
        (
            "eventId",
            json!({"type": "string", "description": "Unique: for the receiver to know an event again."}),
        ),
        ("eventType", json!({"const": "api"})),
        ("eventName", text()),
        ("eventTime", json!({"type": "string", "format": "date-time"})),
        ("payload", json!({"type": "object"})),
    ]);
    let permissions = json!({"type": "object", "additionalProperties": object(&[
        ("permissionsGranted", json!({"type": "boolean"})),
        ("accountIds", json!({"type": "array", "items": text()})),
    ])});
    let consents = object(&[("consentId", text()), ("permissions", permissions)]);
    let links = object(&[
        ("linkId", text()),
        ("institutionCode", text()),
        ("consents", json!({"type": "array", "items": consents})),
    ]);
    let report = object(&[
        ("code", json!({"type": "integer", "description": "200, or 204 where a bank could not be reached."})),
        ("message", text()),
        ("requestId", text()),
        ("productName", text()),
        ("productVersion", json!({"enum": ["V1", "V1.1"]})),
        (
            "productReportId",
            json!({"type": "string", "description": "Unique: for the receiver to know a report again."}),
        ),
        ("productReportTime", json!({"type": "string", "description": "UTC, without a zone."})),
        ("enquiryCpf", text()),
        ("links", json!({"type": "array", "items": links})),
    ]);
    [("WebhookEvent", with_external_info(event)), ("WebhookReport", with_external_info(report))]
}

/// What the partner gave comes back, where it gave something.
fn with_external_info(mut schema: Value) -> Value {
    schema["properties"]["externalInfo"] = json!({"type": "object"});
    schema
}

/// The member that a product has beside the head of a report; `klavi schema` prints the whole of it.
fn data(name: ProductName) -> Value {
    let (member, schema) = match name.as_str() {
        "identity" => ("identity", json!({"type": "object"})),
        "credit_risk" => ("creditRisk", json!({"type": ["object", "array"]})),
        "balance" => ("accounts", objects()),
        "credit_card" | "categorized_creditcard_l2" | "categorized_creditcard_l3" => {
            ("creditCards", objects())
        }
        "savings_account" | "categorized_savings_l2" | "categorized_savings_l3" => {
            ("savingsAccounts", objects())
        }
        "checking_account" | "categorized_checking_l2" | "categorized_checking_l3" => {
            ("checkingAccounts", objects())
        }
        "loans"
        | "financing"
        | "invoice_financing"
        | "unarranged_account_overdraft"
        | "credit_operations" => ("creditOperations", json!({"type": "object"})),
        _ => ("investments", json!({"type": "object"})),
    };
    object(&[(member, schema)])
}

fn objects() -> Value {
    json!({"type": "array", "items": {"type": "object"}})
}

fn webhook(id: &str, about: &str, body: &Value, rule: &str) -> Value {
    let header = |name: &str, required: bool, about: &str, schema: Value| json!({"name": name, "in": "header", "required": required, "description": about, "schema": schema});
    json!({"post": {
        "operationId": id,
        "summary": about,
        "tags": ["Webhooks"],
        "parameters": [
            header(
                "X-Klavi-Signature",
                false,
                "HMAC-SHA256 of the body's bytes under the secret key, in hexadecimal digits; missing where signing is off.",
                json!({"type": "string", "pattern": "^[0-9a-f]{64}$"}),
            ),
            header("X-Klavi-Timestamp", true, "When it is sent, in Unix seconds; not signed.", json!({"type": "integer"})),
        ],
        "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "Taken. Any 2xx within ten seconds is a success; the documentation also says that whatever is not 200 is sent again."},
            "default": {"description": "Not taken: five retries follow, after 250 ms, 500 ms, 1 s, 2 s and 4 s."},
        },
        "x-source": "documented",
        "x-rules": [rule],
    }})
}

fn of_consent() -> Value {
    let groups = json!({"type": "array", "items": {"$ref": "#/components/schemas/PermissionGroup"}});
    let consent = object(&[
        ("consentId", text()),
        ("externalTrackId", text()),
        ("institutionCode", text()),
        ("permissionsApply", groups.clone()),
        ("permissionsGranted", groups),
    ]);
    object(&[("personalTaxId", text()), ("businessTaxId", text()), ("linkId", text()), ("consents", consent)])
}

/// An object that has all of these members, and may have more.
fn object(members: &[(&str, Value)]) -> Value {
    let properties: Map<_, _> =
        members.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    let required: Vec<_> = members.iter().map(|(name, _)| *name).collect();
    json!({"type": "object", "properties": properties, "required": required})
}

fn text() -> Value {
    json!({"type": "string"})
}
