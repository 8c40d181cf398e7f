//! `klavi schema`, judged by a validator that knows nothing of ours.

use jsonschema::{Validator, draft202012};
use klavi_types::events::decode_events;
use klavi_types::kaas::{UserData, decode_user_data};
use klavi_types::legacy::{LegacyReportType, decode_legacy_report};
use klavi_types::reports::decode_report;
use klavi_types::{Amount, DecodeError, Flag, Integer, Malformed, Money, ProductName, json_schema};
use serde_json::{Value, json};

use crate::{assert_refused, klavi, stderr, stdout};

/// Members that hold anything.
const FREE_FORM: &[&str] = &["externalInfo", "query_param", "nationality"];

fn printed(arguments: &[&str]) -> Value {
    let output = klavi(&[&["schema"], arguments].concat(), b"");
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    serde_json::from_str(stdout(&output)).unwrap()
}

fn validator(schema: &Value) -> Validator {
    draft202012::new(schema).unwrap()
}

/// What typed reading sets aside.
type Reading = fn(&[u8]) -> Result<Vec<Malformed>, DecodeError>;

struct Fixture {
    name: String,
    body: Value,
    schema: Value,
    reading: Reading,
}

/// Every body that the types are tested with.
fn fixtures() -> Vec<Fixture> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../klavi-types/tests/fixtures");
    let mut fixtures = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        let name = file.file_name().into_string().unwrap();
        let body: Value = serde_json::from_slice(&std::fs::read(file.path()).unwrap()).unwrap();
        let (schema, reading): (_, Reading) = match name.split('_').next().unwrap() {
            "event" => (printed(&["--events"]), |body| Ok(decode_events(body)?.malformed)),
            "kaas" => (json_schema::<UserData>(), |body| Ok(decode_user_data(body)?.malformed)),
            "legacy" => {
                let report_type = body["data"]["report_type"].as_str().unwrap();
                (printed(&["--legacy", report_type]), |body| Ok(decode_legacy_report(body)?.malformed))
            }
            _ => {
                let product = body["productName"].as_str().unwrap();
                (printed(&["--product", product]), |body| Ok(decode_report(body)?.malformed))
            }
        };
        fixtures.push(Fixture { name, body, schema, reading });
    }
    assert!(fixtures.len() >= 48, "{} fixtures", fixtures.len());
    fixtures
}

fn fixture(name: &str) -> Fixture {
    fixtures().into_iter().find(|fixture| fixture.name == name).unwrap()
}

/// A schema with what it refers to and its alternatives: those that say something.
fn alternatives<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let referred = schema["$ref"].as_str().map(|place| root.pointer(&place[1..]).unwrap());
    let any_of = schema["anyOf"].as_array().into_iter().flatten();
    let inner = referred.into_iter().chain(any_of).flat_map(|schema| alternatives(root, schema));
    std::iter::once(schema).chain(inner).collect()
}

/// Every member has a schema of its own: none passes only because additional members do.
fn assert_described(root: &Value, schemas: &[&Value], value: &Value, at: &str) {
    match value {
        Value::Object(members) => {
            for (name, value) in members.iter().filter(|(name, _)| !FREE_FORM.contains(&name.as_str())) {
                let at = format!("{at}.{name}");
                let inner: Vec<_> = schemas
                    .iter()
                    .flat_map(|schema| [schema["properties"].get(name), schema.get("additionalProperties")])
                    .flatten()
                    .flat_map(|schema| alternatives(root, schema))
                    .collect();
                assert!(!inner.is_empty(), "{at} is not in the schema");
                assert_described(root, &inner, value, &at);
            }
        }
        Value::Array(items) => {
            let inner: Vec<_> = schemas
                .iter()
                .filter_map(|schema| schema.get("items"))
                .flat_map(|schema| alternatives(root, schema))
                .collect();
            assert!(!inner.is_empty(), "{at} is no array in the schema");
            items.iter().for_each(|item| assert_described(root, &inner, item, at));
        }
        _ => {}
    }
}

/// Where every member stands, containers among them.
fn places(value: &Value, at: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let at = format!("{at}/{name}");
                places(value, &at, into);
                into.push(at);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), into);
            }
        }
        _ => {}
    }
}

#[test]
fn every_schema_is_one_and_says_what_it_is_of() {
    let mut schemas = vec![(printed(&["--events"]), "events".to_owned())];
    for name in ProductName::ALL {
        let (personal, business) = (format!("pf_{name}"), format!("pj_{name}"));
        let schema = printed(&["--product", &personal]);
        assert_eq!(schema, printed(&["--product", &business]));
        assert_eq!(schema["properties"]["productName"]["enum"], json!([personal, business]));
        schemas.push((schema, format!("{personal}, {business}")));
    }
    for name in LegacyReportType::ALL {
        let schema = printed(&["--legacy", name.as_str()]);
        let judge = validator(&schema);
        assert!(judge.is_valid(&json!({"data": {"report_type": name.as_str()}})), "{name}");
        assert!(!judge.is_valid(&json!({"data": {"report_type": "other"}})), "{name}");
        schemas.push((schema, name.to_string()));
    }
    for (schema, title) in schemas {
        draft202012::meta::validate(&schema).unwrap_or_else(|error| panic!("{title}: {error}"));
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
        assert_eq!(schema["title"], title);
        let text = schema.to_string();
        for name in schema["$defs"].as_object().unwrap().keys() {
            assert!(text.contains(&format!("\"#/$defs/{name}\"")), "{title} does not use {name}");
        }
        for rust in ["```", "](", "see `", "Self::", "crate::", "\"required\""] {
            assert!(!text.contains(rust), "{title} holds {rust}");
        }
    }
}

#[test]
fn every_fixture_is_valid_and_described_member_for_member() {
    for Fixture { name, body, schema, .. } in fixtures() {
        if let Err(error) = validator(&schema).validate(&body) {
            panic!("{name}: {} {error}", error.instance_path());
        }
        assert_described(&schema, &alternatives(&schema, &schema), &body, &name);
    }
}

/// Puts every kind of value in the place of every member in turn.
#[test]
fn what_typed_reading_takes_the_schema_takes() {
    let (mut taken, mut refused) = (0, 0);
    for Fixture { name, body, schema, reading } in fixtures() {
        let judge = validator(&schema);
        let mut all = Vec::new();
        places(&body, "", &mut all);
        // These two choose the schema.
        all.retain(|place| !place.ends_with("/productName") && !place.ends_with("/report_type"));
        for place in all {
            for value in [json!(null), json!(""), json!("x"), json!("2021"), json!(7), json!([]), json!({})] {
                let mut other = body.clone();
                let place_of_value = other.pointer_mut(&place).unwrap();
                // One object in place of a list is read; the schema says what is documented.
                if place_of_value.is_array() && value.is_object() {
                    continue;
                }
                *place_of_value = value;
                if reading(other.to_string().as_bytes()).unwrap().is_empty() {
                    assert!(judge.is_valid(&other), "{name} {place} {:?}", other.pointer(&place));
                    taken += 1;
                } else {
                    refused += usize::from(!judge.is_valid(&other));
                }
            }
        }
    }
    assert!(taken > 10_000 && refused > 9_000, "{taken} taken, {refused} refused");
}

#[test]
fn only_an_impossible_type_is_refused() {
    let Fixture { body, schema, .. } = fixture("pf_categorized_checking_l3.v1.json");
    let judge = validator(&schema);
    let entry = "/checkingAccounts/0/transactionDetails/0";
    let with = |place: &str, value: Value| {
        let mut other = body.clone();
        *other.pointer_mut(place).unwrap() = value;
        judge.is_valid(&other)
    };
    for (place, value) in [
        ("/checkingAccounts/0/transactionDetails".to_owned(), json!(5)),
        ("/checkingAccounts/0".to_owned(), json!("x")),
        ("/links".to_owned(), json!({})),
        ("/productName".to_owned(), json!("pf_balance")),
        (format!("{entry}/transactionAmount"), json!([])),
        (format!("{entry}/creditDebitType"), json!(1)),
        (format!("{entry}/transactionId"), json!({})),
    ] {
        assert!(!with(&place, value.clone()), "{place} {value}");
    }
    for (place, value) in [
        (format!("{entry}/transactionAmount"), json!(10.5)),
        (format!("{entry}/transactionAmount"), json!("10.50")),
        (format!("{entry}/transactionAmount"), json!({"amount": 10.5, "currency": "BRL", "unit": 1})),
        (format!("{entry}/creditDebitType"), json!("ESTORNO")),
        (entry.to_owned(), json!({"novoCampo": [1]})),
        ("/checkingAccounts".to_owned(), json!(null)),
        ("/links/0/consents/0/permissions".to_owned(), json!({"NEW_GROUP": null})),
    ] {
        assert!(with(&place, value.clone()), "{place} {value}");
    }
    assert!(judge.is_valid(&json!({})));
}

#[test]
fn events_come_in_an_array_or_alone() {
    let judge = validator(&printed(&["--events"]));
    let event = json!({"eventId": "1", "eventName": "new_event", "payload": {"x": 1}});
    assert!(judge.is_valid(&event) && judge.is_valid(&json!([event, event])) && judge.is_valid(&json!([])));
    assert!(!judge.is_valid(&json!({"payload": 1})) && !judge.is_valid(&json!("x")));
}

#[test]
fn leaves_agree_with_typed_reading() {
    let values = [
        json!(1000.04),
        json!(-3),
        json!(1.5),
        json!("1000.0400"),
        json!("-1"),
        json!(" 1 000"),
        json!("1e3"),
        json!("1,5"),
        json!("1.000,00"),
        json!("+1"),
        json!(".5"),
        json!("5."),
        json!("R$ 5"),
        json!(" "),
        json!(true),
        json!("TRUE"),
        json!([]),
    ];
    let agree = |schema: Value, reads: fn(&str) -> bool, except: Value| {
        let judge = validator(&schema);
        for value in values.iter().filter(|value| **value != except) {
            assert_eq!(judge.is_valid(value), reads(&value.to_string()), "{value} in {schema}");
        }
        assert!(judge.is_valid(&json!("")), "absent in {schema}");
    };
    agree(json_schema::<Amount>(), |json| serde_json::from_str::<Amount>(json).is_ok(), json!(null));
    agree(json_schema::<Money>(), |json| serde_json::from_str::<Money>(json).is_ok(), json!(null));
    // Whether text is a whole number is more than a pattern can well say.
    let fraction = json!("1000.0400");
    agree(json_schema::<Integer>(), |json| serde_json::from_str::<Integer>(json).is_ok(), fraction);
    agree(json_schema::<Flag>(), |json| serde_json::from_str::<Flag>(json).is_ok(), json!(null));
}

#[test]
fn what_is_unknown_is_one_clear_sentence() {
    let product = klavi(&["schema", "--product", "pf_income"], b"");
    let names: Vec<_> = ProductName::ALL.iter().map(ToString::to_string).collect();
    let sentence =
        format!("klavi: no product \"pf_income\" is known, only pf_ or pj_ before {}", names.join(", "));
    assert_refused(&product, 2, &sentence);
    let legacy = klavi(&["schema", "--legacy", "pf_balance"], b"");
    assert_eq!(legacy.status.code(), Some(2));
    assert!(
        stderr(&legacy)
            .starts_with("klavi: no report type \"pf_balance\" is known, only category_checking, ")
    );
    for arguments in [&["schema"][..], &["schema", "--events", "--legacy", "balance"]] {
        assert_eq!(klavi(arguments, b"").status.code(), Some(2), "{arguments:?}");
    }
}
