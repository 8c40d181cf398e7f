//! What the mock sends, for the section `webhooks` of the description: one for each type and code.
//! Source: developers.belvo.com, `resources-webhooks-aggregation` and `webhooks`; members of `data` that are nowhere shown
//! are the mock's.

use serde_json::{Map, Value, json};

/// Types whose history is told of, with the members of `data`.
const HISTORICAL: &[(&str, &[&str])] = &[
    ("OWNERS", &["total_owners"]),
    ("ACCOUNTS", &["total_accounts"]),
    ("TRANSACTIONS", &["total_transactions", "total_inflow_transactions", "total_outflow_transactions"]),
    ("BILLS", &["total_bills"]),
    ("INVESTMENTS", &[]),
    ("INVESTMENT_TRANSACTIONS", &[]),
];
/// Type, code and members of what a recurrent update tells.
const RECURRENT: &[(&str, &str, &[&str])] = &[
    ("OWNERS", "new_owners_available", &["total_owners"]),
    ("ACCOUNTS", "new_accounts_available", &["total_accounts", "new_accounts"]),
    ("TRANSACTIONS", "new_transactions_available", &["new_transactions"]),
    ("BILLS", "new_bills_available", &["total_bills"]),
];
const LINK: &[(&str, &str)] = &[
    ("invalid_credentials", "The institution no longer takes the login of a link."),
    ("token_required", "A link needs a new MFA token."),
    ("link_deleted", "A link was deleted, asynchronously."),
];
const CONSENT: &[(&str, &str)] = &[
    ("openfinance_consent_about_to_expire", "A consent ends within seven days."),
    ("openfinance_consent_expired", "A consent has come to its end."),
];

/// The section, by type and code in lower case.
pub(super) fn section() -> Value {
    let mut all = Map::new();
    let mut add = |kind: &str, code: &str, about: &str, data: Value| {
        let body = json!({"allOf": [
            {"$ref": "#/components/schemas/Webhook"},
            {"properties": {"webhook_type": {"const": kind}, "webhook_code": {"const": code}, "data": data}},
        ]});
        let name = format!("{}_{code}", kind.to_lowercase());
        let hook = webhook(&format!("on_{name}"), about, &body);
        all.insert(name, hook);
    };
    for (kind, members) in HISTORICAL {
        let mut data = counts(members);
        if *kind == "TRANSACTIONS" {
            for name in ["first_transaction_date", "last_transaction_date"] {
                data["properties"][name] = json!({"type": ["string", "null"], "format": "date"});
            }
        }
        add(kind, "historical_update", "The history of a link is there to be fetched.", data);
    }
    for (kind, code, members) in RECURRENT {
        add(kind, code, "An update of a recurrent link found something new.", counts(members));
    }
    for (code, about) in LINK {
        let data = match *code {
            "invalid_credentials" => json!({"type": "object", "properties": {
                "error_code": {"type": "string"}, "error_message": {"type": "string"}, "status": {"type": "integer"},
            }}),
            _ => json!({"type": "object"}),
        };
        add("LINK", code, about, data);
    }
    for (code, about) in CONSENT {
        let text = || json!({"type": "string"});
        let data = json!({"type": "object", "properties": {
            "consent_id": text(), "consent_due_date": {"type": "string", "format": "date"}, "action": {"const": "renew"},
            "institution": text(), "institution_display_name": text(), "institution_icon_logo": text(),
        }, "required": ["consent_id", "action", "institution"]});
        add("CONSENT", code, about, data);
    }
    Value::Object(all)
}

/// The schema that the section refers to. Older generations of webhooks lack the members that are not required.
pub(super) fn schema() -> (&'static str, Value) {
    let schema = json!({
        "type": "object",
        "properties": {
            "webhook_id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "webhook_type": {"type": "string"},
            "process_type": {"enum": ["historical_update", "recurrent_update"]},
            "webhook_code": {"type": "string"},
            "link_id": {"type": "string", "format": "uuid"},
            "request_id": {"type": "string", "format": "uuid"},
            "external_id": {"type": ["string", "null"]},
            "data": {"type": "object"},
        },
        "required": ["webhook_id", "webhook_type", "webhook_code", "link_id", "data"],
    });
    ("Webhook", schema)
}

/// The header that is set in the dashboard, sent as it is. There is no signature.
pub(super) fn authorization() -> (&'static str, Value) {
    let about = "Of webhooks: the value that is set in the dashboard, sent as it is. There is no signature.";
    (
        "WebhookAuthorization",
        json!({"type": "apiKey", "in": "header", "name": "Authorization", "description": about}),
    )
}

fn counts(members: &[&str]) -> Value {
    let count = |name: &&str| ((*name).to_owned(), json!({"type": "integer", "minimum": 0}));
    let properties: Map<_, _> = members.iter().map(count).collect();
    json!({"type": "object", "properties": properties, "required": members})
}

fn webhook(id: &str, about: &str, body: &Value) -> Value {
    json!({"post": {
        "operationId": id,
        "summary": about,
        "tags": ["Webhooks"],
        // Where the dashboard has no value, there is no header.
        "security": [{"WebhookAuthorization": []}, {}],
        "requestBody": {"required": true, "content": {"application/json": {"schema": body}}},
        "responses": {
            "200": {"description": "Taken. Any 2xx within five seconds is a success."},
            "default": {"description": "Not taken: five retries follow, with linear backoff."},
        },
        "x-source": "documented",
        "x-rules": ["webhook-answer", "webhook-backoff"],
    }})
}
