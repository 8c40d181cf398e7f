//! Records in any self-describing serde format, and inside the types of others.

use provider_wire::{Amount, Date, Json, List, Money, Secret, Text, decode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Account, Entry, EntryId};

const ACCOUNT: &str = concat!(
    r#"{"name":"Ana \"A\" ç\u0001","entries":[{"id":"1","direction":"DEBITO","amount":{"amount":"1.00","currency":"BRL"},"#,
    r#""day":"2024-02-29"}],"limits":{"A":"5.00"},"owners":[{"name":"Rui"}],"active":true,"count":3,"#,
    r#""info":{"a":[1.5,-7,null,true]},"token":"t","new":{"deep":[12345678901234567,{"x":"y"}]}}"#
);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Tagged {
    Account(Account),
    Entry(Entry),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(i64),
    Account(Box<Account>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flattened {
    version: u32,
    #[serde(flatten)]
    account: Account,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Holding {
    id: EntryId,
    name: Text,
    amount: Option<Amount>,
    day: Option<Date>,
    entries: List<Entry>,
    money: Vec<Money>,
    free: Json,
}

/// Through every format at hand, there and back.
fn passes<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(value: &T) {
    let json = serde_json::to_string(value).unwrap();
    let same = |read: T, format: &str| assert_eq!(serde_json::to_string(&read).unwrap(), json, "{format}");
    same(serde_json::from_str(&json).unwrap(), "serde_json text");
    same(serde_json::from_slice(json.as_bytes()).unwrap(), "serde_json bytes");
    same(serde_json::from_value(serde_json::to_value(value).unwrap()).unwrap(), "serde_json value");
    let sonic = sonic_rs::to_string(value).unwrap();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&sonic).unwrap(),
        serde_json::from_str::<serde_json::Value>(&json).unwrap()
    );
    same(sonic_rs::from_str(&json).unwrap(), "sonic-rs text");
    let mut cbor = Vec::new();
    ciborium::into_writer(value, &mut cbor).unwrap();
    same(ciborium::from_reader(&cbor[..]).unwrap(), "CBOR");
}

#[test]
fn records_pass_every_format_alone_and_inside_other_types() {
    let account = || serde_json::from_str::<Account>(ACCOUNT).unwrap();
    assert_eq!(account().extra().len(), 1);
    passes(&account());
    passes(&Tagged::Account(account()));
    passes(&Tagged::Entry(serde_json::from_str(r#"{"id":"7","new":[{"a":null}]}"#).unwrap()));
    passes(&Untagged::Account(Box::new(account())));
    passes(&Untagged::Number(7));
    passes(&Flattened { version: 2, account: account() });
    passes(&Holding {
        id: "7".into(),
        name: "".into(),
        amount: "1000.0400".parse().ok(),
        day: None,
        entries: vec![Entry::default()].into(),
        money: vec![Money::bare("5.00".parse().unwrap())],
        free: Json::from_value(&[Some(1), None]).unwrap(),
    });
}

/// What was skipped of `entries` and `limits` is gone; every other member is kept.
const HALF_READ: &str = concat!(
    r#"{"entries":[{"id":"1","day":"2021-02-30"},{"id":"2"}],"limits":{"B":"1"},"count":1,"#,
    r#""name":[7],"active":"maybe","count":2}"#
);

#[test]
fn a_member_that_does_not_fit_costs_itself_alone_and_is_written_again() {
    let json = r#"{"name":[7],"entries":[{"id":1,"day":"2021-02-30"},5,null,{"id":"2"}],
        "limits":{"A":"x","B":1},"active":"maybe","count":1,"count":2}"#;
    let account: Account = serde_json::from_str(json).unwrap();
    assert_eq!(account.entries.len(), 2);
    assert_eq!(account.entries[0].extra().get("day"), Some("\"2021-02-30\""));
    assert_eq!(account.extra().get("name"), Some("[7]"));
    let written = serde_json::to_string(&account).unwrap();
    assert_eq!(written, HALF_READ);
    // `decode` says what there was, of what was written as of what came.
    let malformed = |json: &str| decode::<Account>(json.as_bytes()).unwrap().malformed.len();
    assert_eq!((malformed(json), malformed(&written)), (7, 4));

    assert_eq!(sonic_rs::from_str::<Account>(json).unwrap(), account);
    let tagged = json.replacen('{', r#"{"kind":"account","#, 1);
    let Tagged::Account(inside) = serde_json::from_str(&tagged).unwrap() else { panic!("an account") };
    assert_eq!(inside.entries[0].extra().get("day"), Some("\"2021-02-30\""));
}

#[test]
fn a_value_that_is_wrong_as_a_whole_is_an_error_that_does_not_show_it() {
    let error = |json: &str| serde_json::from_str::<Account>(json).unwrap_err().to_string();
    assert!(error("\"segredo\"").starts_with("found text, expected an object"), "{}", error("\"segredo\""));
    assert!(error("null").starts_with("found no value"), "{}", error("null"));
    let error = serde_json::from_str::<Holding>(r#"{"id":"1","name":["segredo"]}"#).unwrap_err().to_string();
    assert!(error.starts_with("found an array, expected text"), "{error}");
    assert!(serde_json::from_str::<Amount>("\"\"").is_err());
    let error = serde_json::from_str::<Secret>("123456").map(|secret| secret.expose().to_owned());
    assert_eq!(error.unwrap(), "123456");
    let error = serde_json::from_str::<Account>("{\"name\":\n\"x\" 1}").unwrap_err();
    assert_eq!((error.line(), error.column()), (2, 5));
}

#[test]
fn digits_survive_where_the_format_has_them() {
    let json = r#"{"amount":12345678901234567.8912,"new":[12345678901234567.8912,1e400,0.1,-0,18446744073709551615]}"#;
    let entry: Entry = serde_json::from_str(json).unwrap();
    assert_eq!(
        serde_json::to_string(&entry).unwrap(),
        r#"{"amount":"12345678901234567.8912","new":[12345678901234567.8912,1e400,0.1,-0,18446744073709551615]}"#
    );
    // Another format gets text where its numbers would lose digits.
    assert_eq!(
        sonic_rs::to_string(&entry).unwrap(),
        r#"{"amount":"12345678901234567.8912","new":["12345678901234567.8912","1e400",0.1,0,18446744073709551615]}"#
    );
    // A buffered number is a binary one; text is safe.
    let tagged: Tagged = serde_json::from_str(r#"{"kind":"entry","amount":1000.0400}"#).unwrap();
    let Tagged::Entry(entry) = tagged else { panic!("an entry") };
    let amount = entry.amount.unwrap().amount.unwrap().to_string();
    // The longer one with the feature `arbitrary_precision` of `serde_json`.
    assert!(["1000.04", "1000.0400"].contains(&amount.as_str()), "{amount}");
}

#[test]
fn numbers_with_all_their_digits_are_taken_from_serde_json() {
    // What `serde_json` hands over with its feature `arbitrary_precision`.
    let handed = |digits: &str| {
        let members = std::iter::once(("$serde_json::private::Number", digits));
        Json::deserialize(serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(members))
    };
    assert_eq!(handed("12345678901234567.8912").unwrap().get(), "12345678901234567.8912");
    assert_eq!(handed("1]").unwrap().get(), "\"1]\"");
}

#[test]
fn what_calls_itself_raw_text_has_to_be_json() {
    let members = std::iter::once(("$serde_json::private::RawValue", "[1"));
    let deserializer = serde::de::value::MapDeserializer::<_, serde::de::value::Error>::new(members);
    assert!(Json::deserialize(deserializer.clone()).is_err());
    assert!(Account::deserialize(deserializer).is_err());
}

#[test]
fn depth_ends_no_process() {
    let deep = |depth: usize| format!(r#"{{"new":{}1{}}}"#, "[".repeat(depth), "]".repeat(depth));
    let account: Account = serde_json::from_str(&deep(100_000)).unwrap();
    assert_eq!(serde_json::to_string(&account).unwrap(), deep(100_000));
    let written = sonic_rs::to_string(&account).unwrap();
    let again: Account = serde_json::from_str(&written).unwrap();
    assert!(again.extra().get("new").unwrap().contains(&"[".repeat(99_000)));
    let mut cbor = Vec::new();
    ciborium::into_writer(&serde_json::from_str::<Account>(&deep(100)).unwrap(), &mut cbor).unwrap();
    assert!(ciborium::from_reader::<Account, _>(&cbor[..]).is_ok());
    cbor.clear();
    let nested = (0..200).fold(ciborium::Value::Null, |inner, _| ciborium::Value::Array(vec![inner]));
    let map = ciborium::Value::Map(vec![(ciborium::Value::Text("new".into()), nested)]);
    let error = map.deserialized::<Account>().unwrap_err().to_string();
    assert!(error.contains("nested deeper than 128 levels"), "{error}");
}

#[test]
fn what_other_formats_have_beyond_json_is_read_as_json() {
    use ciborium::Value;
    let text = |text: &str| Value::Text(text.to_owned());
    let map = Value::Map(vec![
        (text("bytes"), Value::Bytes(b"ab".to_vec())),
        (text("more"), Value::Bytes(vec![0xff, 1])),
        (Value::Integer(7.into()), Value::Float(1.5)),
        (Value::Bool(true), Value::Float(f64::NAN)),
        (text("count"), Value::Integer(3.into())),
    ]);
    let account: Account = map.deserialized().unwrap();
    let extra: Vec<_> = account.extra().iter().collect();
    assert_eq!(extra, [("bytes", "\"ab\""), ("more", "[255,1]"), ("7", "1.5"), ("true", "\"NaN\"")]);
    assert_eq!(account.count.unwrap().get(), 3);
}
