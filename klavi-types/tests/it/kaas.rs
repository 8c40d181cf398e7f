//! What a partner sends for analysis: read and written without loss.

use klavi_types::kaas::{decode_categorization, decode_user_data, inspect_user_data};
use serde_json::Value;

const USER_DATA: &str = include_str!("../fixtures/kaas_userdata.json");

#[test]
fn user_data_is_mapped_whole_and_nothing_is_lost() {
    let inspection = inspect_user_data(USER_DATA.as_bytes()).unwrap();
    assert_eq!(inspection.unmapped, []);
    assert_eq!(inspection.malformed, []);
    assert!(inspection.unknown_words.is_empty(), "{:?}", inspection.unknown_words);
    assert_eq!(inspection.lost, []);
}

#[test]
fn user_data_is_written_as_it_was_read() {
    let before: Value = serde_json::from_str(USER_DATA).unwrap();
    let decoded = decode_user_data(USER_DATA.as_bytes()).unwrap();
    assert_eq!(serde_json::to_value(&decoded.value).unwrap(), before);
}

#[test]
fn a_categorisation_comes_bare_or_wrapped() {
    let bare = r#"[{"transactionId":"t-1","category":"Renda"},{"transactionId":"t-2"}]"#;
    assert_eq!(decode_categorization(bare.as_bytes()).unwrap().value.transactions().len(), 2);
    assert!(decode_categorization(b"\"no\"").is_err());
}
