//! Records read the tolerant way: what survives, what is set aside, what `Debug` shows.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod formats;
mod list_stream;
mod reader;
mod record;
#[cfg(feature = "json-schema")]
mod schema;

use provider_wire::{
    Amount, Date, Flag, Integer, Json, List, Map, Money, OneOrMany, Secret, Text, decode, inspect, open_enum,
    record, string_id,
};

/// Id of an entry.
#[string_id]
pub struct EntryId;

/// Direction of an entry.
#[open_enum]
pub enum Direction {
    /// In.
    #[wire("CREDITO", or = "CREDIT")]
    Credit,
    /// Out.
    #[wire("DEBITO")]
    Debit,
}

/// An entry.
#[record]
pub struct Entry {
    /// Its id.
    pub id: Option<EntryId>,
    /// Its direction.
    pub direction: Option<Direction>,
    /// Its amount.
    pub amount: Option<Money>,
    /// Its day.
    pub day: Option<Date>,
}

/// Who holds it.
#[record]
pub struct Holder {
    /// Name.
    pub name: Option<Text>,
}

/// An account with its holder in the same object.
#[record]
pub struct Account {
    #[wire(flatten)]
    pub holder: Holder,
    /// Entries.
    #[wire(or = "entrys")]
    pub entries: List<Entry>,
    /// Limits by name.
    #[wire(or = "limites", or = "limit")]
    pub limits: Option<Map<Amount>>,
    /// One or many.
    pub owners: Option<OneOrMany<Holder>>,
    /// Active.
    pub active: Option<Flag>,
    /// Count.
    pub count: Option<Integer>,
    /// Anything.
    pub info: Option<Json>,
    /// Token.
    pub token: Option<Secret>,
}

fn account(json: &str) -> Account {
    let decoded = decode::<Account>(json.as_bytes()).unwrap();
    assert!(decoded.malformed.is_empty(), "{:?}", decoded.malformed);
    decoded.value
}

#[test]
fn a_whole_record_round_trips_to_the_letter() {
    let json = concat!(
        r#"{"name":"Ana","entries":[{"id":"1","direction":"DEBITO","amount":{"amount":"1.00","currency":"BRL"},"#,
        r#""day":"2024-02-29"}],"limits":{"A":"5.00"},"owners":[{"name":"Rui"}],"active":true,"count":3,"#,
        r#""info":{"a":[1.50]},"token":"t","new":{"deep":12345678901234567.8912}}"#
    );
    let account = account(json);
    assert_eq!(account.holder.name.as_ref().unwrap(), "Ana");
    assert_eq!(account.extra().get("new"), Some(r#"{"deep":12345678901234567.8912}"#));
    assert_eq!(serde_json::to_string(&account).unwrap(), json);
}

#[test]
fn absent_null_and_empty_are_told_from_values() {
    let account = account(r#"{"entries":null,"count":"","owners":null,"info":null,"limits":{}}"#);
    assert!(!account.entries.is_present());
    assert_eq!(serde_json::to_string(&account).unwrap(), r#"{"limits":{}}"#);
}

#[test]
fn bad_leaves_cost_themselves_alone() {
    let json = r#"{"name":[7],"entries":[{"id":"1","amount":"1,5","day":"2021-02-30"},5,null,{"id":"2","day":"2024-01-01"}],
        "limits":{"A":"x","B":"1"},"owners":{"name":[]},"active":"maybe","count":1.5,"name":"second"}"#;
    let decoded = decode::<Account>(json.as_bytes()).unwrap();
    let set_aside: Vec<_> =
        decoded.malformed.iter().map(|malformed| (malformed.path.to_string(), malformed.raw())).collect();
    assert_eq!(
        set_aside,
        [
            ("name".to_owned(), "[7]"),
            ("entries[0].amount".to_owned(), "\"1,5\""),
            ("entries[0].day".to_owned(), "\"2021-02-30\""),
            ("entries[1]".to_owned(), "5"),
            ("entries[2]".to_owned(), "null"),
            ("limits.A".to_owned(), "\"x\""),
            ("owners.name".to_owned(), "[]"),
            ("active".to_owned(), "\"maybe\""),
            ("count".to_owned(), "1.5"),
        ]
    );
    let account = decoded.value;
    assert_eq!(account.entries.len(), 2);
    assert_eq!(account.entries[0].id.as_ref().unwrap().as_str(), "1");
    assert!(account.entries[1].day.is_some());
    assert_eq!(account.limits.unwrap().len(), 1);
    assert_eq!(account.holder.name.unwrap(), "second");
}

#[test]
fn a_member_that_stands_twice_is_set_aside_not_swallowed() {
    let decoded = decode::<Account>(br#"{"count":1,"count":2}"#).unwrap();
    assert_eq!(decoded.value.count.unwrap().get(), 1);
    assert_eq!((decoded.malformed[0].path.to_string().as_str(), decoded.malformed[0].raw()), ("count", "2"));
}

#[test]
fn a_documented_name_beside_another_spelling_loses_neither() {
    for (json, written) in [
        (r#"{"limits":{"A":"1"},"limites":{"B":"2"}}"#, r#"{"limits":{"A":"1"},"limites":{"B":"2"}}"#),
        (r#"{"limites":{"B":"2"},"limits":{"A":"1"}}"#, r#"{"limits":{"A":"1"},"limites":{"B":"2"}}"#),
        (r#"{"limites":{"B":"2"},"limit":{"A":"1"}}"#, r#"{"limits":{"B":"2"},"limit":{"A":"1"}}"#),
        (r#"{"limites":{"B":"x"},"limits":{"A":"1"}}"#, r#"{"limits":{"A":"1"},"limites":{"B":"x"}}"#),
        (r#"{"limites":[],"limits":{"A":"1"}}"#, r#"{"limits":{"A":"1"}}"#),
        (r#"{"limites":{"B":"2"},"limits":null}"#, r#"{"limits":{"B":"2"}}"#),
        (r#"{"limits":{"A":"1"},"limites":null}"#, r#"{"limits":{"A":"1"}}"#),
        (
            r#"{"limits":{"A":"1"},"limites":[7],"limites":8}"#,
            r#"{"limits":{"A":"1"},"limites":[7],"limites":8}"#,
        ),
    ] {
        let read = inspect::<Account>(json.as_bytes()).unwrap();
        assert_eq!(serde_json::to_string(&read.value).unwrap(), written, "{json}");
        assert_eq!(read.lost, [], "{json}");
        let in_extra = read.value.extra().len();
        assert_eq!(
            (read.unmapped.len(), read.malformed.len()),
            (in_extra, usize::from(json.contains(":[],"))),
            "{json}"
        );
        let decoded = decode::<Account>(json.as_bytes()).unwrap();
        assert!(decoded.value == read.value && decoded.malformed == read.malformed, "{json}");
        let again = decode::<Account>(written.as_bytes()).unwrap();
        assert!(again.value == read.value, "{json}");
    }
}

#[test]
fn another_spelling_in_an_inner_record_is_not_taken_for_the_outer_one() {
    let json = r#"{"owners":{"name":"Rui"},"entrys":[{"id":"1"}],"entries":[{"id":"2","entrys":[3]}]}"#;
    let read = account(json);
    assert_eq!(read.entries[0].extra().get("entrys"), Some("[3]"));
    assert_eq!(read.extra().get("entrys"), Some(r#"[{"id":"1"}]"#));
}

#[test]
fn the_empty_text_is_absent_for_every_leaf_and_no_loss() {
    let json = r#"{"name":"","active":"","count":"","token":"",
        "entries":[{"id":"","direction":"","amount":"","day":""},{"amount":{"amount":"","currency":""}}]}"#;
    let read = inspect::<Account>(json.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&read.value).unwrap(), r#"{"entries":[{},{"amount":{}}]}"#);
    assert_eq!((read.malformed.len(), read.lost.len(), read.unknown_words.len()), (0, 0, 0));
    let list = inspect::<OneOrMany<Text>>(br#"["","a"]"#).unwrap();
    assert_eq!((list.value.as_slice().len(), list.malformed.len(), list.lost.len()), (1, 1, 0));
}

#[test]
fn one_object_is_a_list_of_one() {
    let json = r#"{"entries":{"id":"1","new":true,"day":"2021-02-30"}}"#;
    let read = inspect::<Account>(json.as_bytes()).unwrap();
    assert_eq!(read.value.entries.len(), 1);
    assert_eq!(serde_json::to_string(&read.value).unwrap(), r#"{"entries":[{"id":"1","new":true}]}"#);
    assert_eq!(read.unmapped[0].to_string(), "entries.new");
    assert_eq!(read.malformed[0].path.to_string(), "entries.day");
    assert_eq!(read.lost, []);
    let wrong = decode::<Account>(br#"{"entries":"x"}"#).unwrap();
    assert_eq!(wrong.malformed[0].reason, "found text, expected an array");
}

#[test]
fn an_account_number_of_any_length_keeps_its_digits() {
    let digits = "9".repeat(400);
    for json in [format!(r#"{{"name":{digits}}}"#), format!(r#"{{"name":"{digits}"}}"#)] {
        let read = inspect::<Account>(json.as_bytes()).unwrap();
        assert_eq!(read.value.holder.name.as_ref().unwrap(), digits.as_str());
        assert_eq!((read.malformed.len(), read.lost.len()), (0, 0));
    }
}

#[test]
fn members_in_any_order_are_read_the_same() {
    const MEMBERS: [&str; 4] =
        [r#""id":"1""#, r#""direction":"DEBITO""#, r#""amount":"1.00""#, r#""day":"2024-02-29""#];
    let whole = format!("{{{}}}", MEMBERS.join(","));
    let orders = (0..256)
        .map(|n| [n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6])
        .filter(|order: &[usize; 4]| (0..4).all(|member| order.contains(&member)));
    // Each order follows every other one, so that what was learned is wrong at times.
    let orders: Vec<String> =
        orders.map(|order| format!("{{{}}}", order.map(|at| MEMBERS[at]).join(","))).collect();
    assert_eq!(orders.len(), 24);
    let entries: Vec<&str> =
        orders.iter().flat_map(|one| orders.iter().flat_map(move |two| [&**one, &**two])).collect();
    let account = account(&format!(r#"{{"entries":[{}]}}"#, entries.join(",")));
    assert_eq!(account.entries.len(), 24 * 24 * 2);
    for entry in &account.entries {
        assert_eq!(serde_json::to_string(entry).unwrap(), whole);
    }
}

#[test]
fn a_lone_surrogate_costs_its_leaf_alone() {
    let decoded = decode::<Account>(br#"{"name":"\ud800","count":2}"#).unwrap();
    assert_eq!(decoded.malformed[0].raw(), r#""\ud800""#);
    assert_eq!(decoded.value.count.unwrap().get(), 2);
}

#[test]
fn inspection_names_what_is_not_known_and_finds_nothing_lost() {
    let json = r#"{"colour":{"a":1},"entrys":[{"direction":"PIX","amount":{"amount":5,"unit":"x"}},
        {"direction":"credit"},{"direction":""}],"active":"true","count":"7","limits":{"A":{}},"info":{"x":"y"}}"#;
    let inspection = inspect::<Account>(json.as_bytes()).unwrap();
    let unmapped: Vec<_> = inspection.unmapped.iter().map(provider_wire::Path::pattern).collect();
    assert_eq!(unmapped, ["colour", "entrys[].amount.unit"]);
    let words: Vec<_> =
        inspection.unknown_words.iter().map(|unknown| (unknown.path.pattern(), &*unknown.word)).collect();
    assert_eq!(words, [("entrys[].direction".to_owned(), "PIX")]);
    assert_eq!(inspection.malformed.len(), 1);
    assert_eq!(inspection.malformed[0].path.pattern(), "limits.A");
    assert_eq!(inspection.lost, []);
    assert_eq!(inspection.value.entries[1].direction, Some(Direction::Credit));
}

#[test]
fn debug_shows_words_of_enumerations_and_nothing_else() {
    let account = account(
        r#"{"name":"Ana","entries":[{"id":"e-1","direction":"DEBITO","amount":"12.34","day":"2024-02-29"}],
        "limits":{"GROUP":"99.00"},"count":77,"info":{"x":"y"},"token":"sesame","secret-member":1}"#,
    );
    assert_eq!(
        format!("{account:?}"),
        "Account { holder: Holder { name: Text(..) }, entries: [Entry { id: EntryId(..), direction: DEBITO, \
         amount: Money(..), day: Date(..) }], limits: {Amount(..)}, count: Integer(..), info: Json(9 bytes), \
         token: Secret(..), extra: Extra(1 members) }"
    );
}

#[test]
fn what_is_no_json_or_another_shape_is_one_clear_sentence() {
    for (body, sentence) in [
        (&b"{\"name\":"[..], "the body is cut off JSON: it ends at line 1, column 8"),
        (b"<html>", "the body is not JSON from line 1, column 1 on"),
        (b"{} {}", "the body is not JSON from line 1, column 4 on"),
        (b"\"text\"", "the body is JSON of another shape"),
        (b"{\"name\":\"\xff\"}", "the body is not UTF-8 from byte 9 on"),
        (b"", "the body is cut off JSON: it ends at line 1, column 0"),
    ] {
        assert_eq!(decode::<Account>(body).unwrap_err().to_string(), sentence);
    }
}

#[test]
fn a_million_open_brackets_are_an_error_or_survive_but_never_a_crash() {
    let deep = "[".repeat(1_000_000);
    let closed = format!("{deep}{}", "]".repeat(1_000_000));
    for member in ["unknown", "name", "entries", "limits", "owners", "info", "count"] {
        assert!(decode::<Account>(format!("{{\"{member}\":{deep}").as_bytes()).is_err());
        let decoded = decode::<Account>(format!("{{\"{member}\":{closed}}}").as_bytes()).unwrap();
        let kept =
            decoded.value.extra().len() + decoded.malformed.len() + usize::from(decoded.value.info.is_some());
        assert_eq!(kept, 1, "{member}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped_where_a_document_begins() {
    let json = r#"{"name":"Ana"}"#;
    let marked = format!("\u{feff}{json}");
    let decoded = decode::<Account>(marked.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&decoded.value).unwrap(), json);
    assert_eq!(inspect::<Account>(marked.as_bytes()).unwrap().lost, []);
    assert!(decode::<Account>("{\u{feff}\"name\":\"Ana\"}".as_bytes()).is_err());
    assert!(decode::<Account>("\u{feff}\u{feff}{}".as_bytes()).is_err());
}
