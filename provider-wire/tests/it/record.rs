//! What `#[record]` and `#[open_enum]` make of names, flattened records and type parameters.

use provider_wire::{List, Record, Text, Value, decode, open_enum, record};

/// A part.
#[record(rename_all = "camelCase")]
struct Part {
    /// First.
    part_one: Option<Text>,
    /// Second.
    #[wire("second", or = "zweitens")]
    part_two: Option<Text>,
}

/// A whole.
#[record(rename_all = "SCREAMING-KEBAB-CASE")]
struct Whole {
    /// Before the part.
    is_before: Option<Text>,
    #[wire(flatten)]
    part: Part,
    /// A word of the language.
    #[wire(or = "keyword")]
    r#type: Option<Text>,
}

/// A page of a list.
#[record]
struct Page<T: Value> {
    /// The items.
    results: List<T>,
}

/// A page in an envelope.
#[record]
struct Envelope<R: Record + Value> {
    /// Status.
    status: Option<Text>,
    #[wire(flatten)]
    content: R,
}

/// Answers.
#[open_enum(rename_all = "kebab-case")]
enum Answer {
    /// Yes.
    #[wire("sim", or = "yes")]
    Yes,
    /// Perhaps.
    NotYet,
}

const WHOLE: &str = r#"{"IS-BEFORE":"1","partOne":"2","second":"3","TYPE":"4","new":"5"}"#;

fn written<T: Value>(body: &str) -> String {
    let decoded = decode::<T>(body.as_bytes()).unwrap();
    assert_eq!(decoded.malformed, []);
    serde_json::to_string(&decoded.value).unwrap()
}

#[test]
fn members_are_written_in_the_order_of_the_fields_in_whatever_order_they_are_read() {
    let members: Vec<_> = WHOLE[1..WHOLE.len() - 1].split(',').collect();
    for start in 0..members.len() {
        let mut turned = members.clone();
        turned.rotate_left(start);
        assert_eq!(written::<Whole>(&format!("{{{}}}", turned.join(","))), WHOLE);
        turned.reverse();
        assert_eq!(written::<Whole>(&format!("{{{}}}", turned.join(","))), WHOLE);
    }
}

#[test]
fn other_names_are_read() {
    assert_eq!(written::<Whole>(&WHOLE.replace("TYPE", "keyword").replace("second", "zweitens")), WHOLE);
}

#[test]
fn places_follow_the_fields_those_of_a_flattened_record_in_its_position() {
    assert_eq!((Part::MEMBERS, Whole::MEMBERS), (2, 4));
    let places = ["IS-BEFORE", "partOne", "zweitens", "TYPE", "keyword", "new"].map(<Whole as Record>::place);
    assert_eq!(places, [Some(0), Some(1), Some(2), Some(3), Some(3), None]);
}

#[test]
fn a_record_with_a_parameter_is_a_record() {
    let body = r#"{"status":"ok","results":[{"partOne":"1"},{"second":"2"}],"new":1}"#;
    assert_eq!(written::<Envelope<Page<Part>>>(body), body);
    let page = decode::<Envelope<Page<Part>>>(body.as_bytes()).unwrap().value;
    assert_eq!(page.content.results.len(), 2);
    assert_eq!(page.extra().get("new"), Some("1"));
    assert_eq!(
        format!("{page:?}"),
        "Envelope { status: Text(..), content: Page { results: [Part { part_one: Text(..) }, Part { part_two: \
         Text(..) }] }, extra: Extra(1 members) }"
    );
    assert_eq!(Envelope::<Page<Answer>>::default().content.results.len(), 0);
}

#[test]
fn words_are_renamed_unless_named() {
    assert_eq!(Answer::ALL.iter().map(Answer::as_str).collect::<Vec<_>>(), ["sim", "not-yet"]);
    assert_eq!([Answer::from("YES"), Answer::from("Not-Yet")], [Answer::Yes, Answer::NotYet]);
}
