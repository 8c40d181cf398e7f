//! The JSON Schema of a record.

use provider_wire::{
    Amount, Integer, List, Map, Money, Secret, Text, json_schema, open_enum, record, string_id,
};
use serde_json::json;

/// Id of a holder.
#[string_id]
pub struct HolderId;

/// Who holds it, see [`Account`].
///
/// ```
/// let example = 1;
/// ```
#[record]
pub struct Holder {
    /// Its id.
    pub id: Option<HolderId>,
    /// Name,
    /// in full.
    #[wire(or = "fullName")]
    pub name: Option<Text>,
}

/// An account.
#[record]
pub struct Account {
    #[wire(flatten)]
    pub holder: Holder,
    /// What it is.
    #[wire("type")]
    pub kind: Option<Kind>,
    /// Limits by name.
    pub limits: Option<Map<Money>>,
    /// Years.
    pub years: List<Integer>,
    /// Opens it.
    pub key: Option<Secret>,
    /// An account beside it.
    pub beside: List<Account>,
}

/// Kind of account.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Kind {
    /// One.
    #[wire(or = "CURRENT")]
    Checking,
    /// Another.
    Savings,
}

#[test]
fn a_record_asks_for_nothing_and_names_every_member() {
    let schema = json_schema::<Account>();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!((&schema["description"], &schema["type"]), (&json!("An account."), &json!("object")));
    assert_eq!((schema.get("required"), schema.get("additionalProperties")), (None, None));
    let or_null = |name: &str| json!([{"$ref": format!("#/$defs/{name}")}, {"type": "null"}]);
    assert_eq!(
        schema["properties"],
        json!({
            "id": {"description": "Its id.", "anyOf": or_null("HolderId")},
            "name": {"description": "Name, in full.\nAlso spelt `fullName`.", "type": ["string", "number", "null"]},
            "type": {"description": "What it is.", "anyOf": or_null("Kind")},
            "limits": {"description": "Limits by name.", "anyOf": or_null("MoneyByName")},
            "years": {"description": "Years.", "type": ["array", "null"], "items": {"$ref": "#/$defs/Integer"}},
            "key": {"description": "Opens it.", "type": ["string", "null"], "writeOnly": true},
            "beside": {"description": "An account beside it.", "type": ["array", "null"], "items": {"$ref": "#"}},
        })
    );
    assert_eq!(
        schema["$defs"]["Kind"],
        json!({"description": "Kind of account.", "anyOf": [{"enum": ["CHECKING", "SAVINGS"]}, {"type": "string"}]})
    );
    assert_eq!(
        schema["$defs"]["MoneyByName"],
        json!({"type": "object", "additionalProperties": {"anyOf": or_null("Money")}})
    );
    assert_eq!(
        schema["$defs"]["HolderId"],
        json!({"description": "Id of a holder.", "type": ["string", "number"]})
    );
}

#[test]
fn descriptions_are_text_for_readers_of_any_language() {
    assert_eq!(json_schema::<Holder>()["description"], "Who holds it, see `Account`.");
    assert_eq!(json_schema::<Amount>()["type"], json!(["string", "number"]));
}
