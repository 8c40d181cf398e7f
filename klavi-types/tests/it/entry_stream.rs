//! Entries one by one: the same as all at once.

use klavi_types::reports::{AnyReport, EntryStream, ReportEntry, decode_report};

use crate::fixtures::REPORTS;

fn rest_of(report: &AnyReport) -> serde_json::Value {
    fn without_entries(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Array(items) => items.iter_mut().for_each(without_entries),
            serde_json::Value::Object(members) => {
                for (name, value) in members {
                    if name == "transactionDetails" && value.is_array() {
                        *value = serde_json::json!([]);
                    }
                    without_entries(value);
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(report).unwrap();
    without_entries(&mut value);
    value
}

#[test]
fn every_report_gives_the_same_entries_and_the_same_rest() {
    let mut statements = 0;
    for (name, body) in REPORTS {
        let whole = decode_report(body.as_bytes()).unwrap().value;
        let mut stream = EntryStream::new(body.as_bytes());
        let streamed: Vec<_> = (&mut stream).map(Result::unwrap).collect();
        assert!(streamed.iter().all(|streamed| streamed.malformed.is_empty()), "{name}");
        assert_eq!(
            serde_json::to_value(stream.into_report().unwrap().value).unwrap(),
            rest_of(&whole),
            "{name}"
        );
        if whole.statements().is_empty() {
            continue;
        }
        statements += 1;
        let ids = |id: Option<&str>| id.map(str::to_owned);
        let mut expected: Vec<_> = whole
            .entries()
            .map(|entry| (ids(entry.id.as_ref().map(klavi_types::Text::as_str)), entry.amount, entry.day))
            .collect();
        let mut found: Vec<_> = streamed
            .iter()
            .filter_map(|streamed| streamed.entry.as_ref())
            .map(|entry| {
                (ids(entry.id().map(klavi_types::TransactionId::as_str)), entry.signed_amount(), entry.day())
            })
            .collect();
        // The whole report has closed bills first, wherever they stand.
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{name}");
        assert_eq!(streamed.len(), whole.entry_count(), "{name}");
    }
    assert!(statements >= 9);
}

#[test]
fn what_is_set_aside_is_told_by_its_path_in_the_report() {
    let body = br#"{"productName":"pf_credit_card","creditCards":[{"closedStatements":[{"transactionDetails":
        [{"brazilianAmount":{"amount":"x"}},7,{}]}]}]}"#;
    let streamed: Vec<_> = EntryStream::new(&body[..]).map(Result::unwrap).collect();
    let places: Vec<_> = streamed
        .iter()
        .flat_map(|streamed| &streamed.malformed)
        .map(|malformed| (malformed.path.to_string(), malformed.raw()))
        .collect();
    let list = "creditCards[0].closedStatements[0].transactionDetails";
    assert_eq!(places, [(format!("{list}[0].brazilianAmount.amount"), "\"x\""), (format!("{list}[1]"), "7")]);
    assert!(matches!(streamed[0].entry, Some(ReportEntry::Card(_))));
    assert!(streamed[1].entry.is_none());
    assert_eq!(streamed[2].path.to_string(), format!("{list}[2]"));
}

#[test]
fn an_error_is_the_last_item_and_leaves_no_report() {
    let mut stream = EntryStream::new(&br#"{"checkingAccounts":[{"transactionDetails":[{},{}"#[..]);
    let items: Vec<_> = (&mut stream).map(|item| item.is_ok()).collect();
    assert_eq!(items, [true, true, false]);
    assert!(stream.into_report().is_err());
}
