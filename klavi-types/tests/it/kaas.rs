//! What a partner sends for analysis: read and written without loss, checked when it is built.

use klavi_types::Amount;
use klavi_types::kaas::{
    CategorizationRequest, CategorizedEntry, TransactionSource, UserData, decode_categorization,
    decode_user_data, inspect_user_data,
};
use serde_json::json;

use crate::trees::all_words;
use crate::whole::Reader;

const USER_DATA: &str = include_str!("../fixtures/kaas_userdata.json");

const READER: Reader<UserData> = Reader { decode: decode_user_data, inspect: inspect_user_data };

#[test]
fn user_data_are_mapped_whole_and_written_as_they_were_read() {
    READER.maps_whole("userdata", USER_DATA);
    READER.writes_what_it_read("userdata", USER_DATA);
    READER.keeps_unknown_members("userdata", USER_DATA);
}

#[test]
fn cut_off_data_are_an_error() {
    READER.refuses_what_is_cut_off("userdata", USER_DATA);
}

#[test]
fn debug_shows_no_text_of_a_person() {
    READER.is_closed("userdata", USER_DATA, &all_words());
}

#[test]
fn every_spelling_of_the_overdraft_is_read() {
    for name in ["overdraft-limits", "overdraft_limits", "overdraft limits", "overdraftLimits"] {
        let body = format!(r#"{{"accounts":[{{"{name}":{{"overdraftUsedLimit":{{"amount":"1.00"}}}}}}]}}"#);
        READER.maps_whole(name, &body);
    }
}

#[test]
fn entries_have_the_conveniences_of_the_reports() {
    let data = decode_user_data(USER_DATA.as_bytes()).unwrap().value;
    let entry = &data.accounts[0].transactions[0];
    assert_eq!(entry.signed_amount().unwrap().to_string(), "-1000.0400");
    let entry = &data.credit_cards_accounts[0].transactions[0];
    assert_eq!(entry.signed_amount().unwrap().to_string(), "-1000.0400");
}

fn entry() -> CategorizedEntry {
    let mut entry = CategorizedEntry::default();
    entry.transaction_id = Some("t-1".into());
    entry.transaction_date = Some("2022-02-09".parse().unwrap());
    entry.transaction_name = Some("PADARIA EXEMPLO".into());
    entry.amount = Some("500.5".parse::<Amount>().unwrap().into());
    entry.credit_debit_type = Some("DEBITO".into());
    entry.transaction_type = Some("PAGAMENTO".into());
    entry
}

#[test]
fn a_categorisation_is_written_in_the_documented_names_with_numbers_as_numbers() {
    let request = CategorizationRequest::builder("124eed4", "208", TransactionSource::Creditcard)
        .transactions(vec![entry()])
        .build()
        .unwrap();
    assert_eq!(
        serde_json::to_value(&request).unwrap(),
        json!({"uuid": "124eed4", "institutionCode": "208", "transactionSource": "creditcard",
            "transactionDetails": [{"transactionId": "t-1", "transactionDate": "2022-02-09",
                "transactionName": "PADARIA EXEMPLO", "amount": 500.5, "creditDebitType": "DEBITO",
                "transactionType": "PAGAMENTO"}]})
    );
    let shown = format!("{request:?}");
    for value in ["124eed4", "208", "PADARIA", "500"] {
        assert!(!shown.contains(value), "{value} in {shown}");
    }
}

#[test]
fn one_error_names_every_broken_field_of_a_categorisation() {
    let build = |entries| {
        CategorizationRequest::builder("", "", TransactionSource::Checking)
            .transactions(entries)
            .build()
            .unwrap_err()
    };
    let error = build(vec![]);
    for field in ["uuid", "institutionCode", "transactionDetails"] {
        assert!(error.names(field), "{field} in {error}");
    }
    let mut second = entry();
    second.amount = None;
    second.credit_debit_type = None;
    let error = build(vec![entry(), second]).to_string();
    assert!(
        error.contains("entry 1 has no amount; transactionDetails: entry 1 has no creditDebitType"),
        "{error}"
    );
    assert!(!error.contains("entry 0"), "{error}");
}

#[test]
fn the_answer_of_a_categorisation_comes_bare_or_wrapped() {
    let items = r#"[{"transactionId":"t-1","amount":500,"category":"Renda","subcategory":"Renda ativa","thirdCategory":"Salário"},{"transactionId":"t-2"}]"#;
    for body in [
        items.to_owned(),
        format!(" {items}"),
        format!(r#"{{"transactionDetails":{items}}}"#),
        format!(r#"{{"categoryDetail":{items},"uuid":"124eed4"}}"#),
    ] {
        let answer = decode_categorization(body.as_bytes()).unwrap();
        assert_eq!(answer.malformed, [], "{body}");
        let entries = answer.value.transactions();
        assert_eq!(entries.len(), 2, "{body}");
        assert_eq!(entries[0].third_category.as_ref().unwrap(), &"Salário");
    }
    let one = r#"{"categoryDetail":{"transactionId":"t-1"}}"#;
    assert_eq!(decode_categorization(one.as_bytes()).unwrap().value.transactions().len(), 1);
    assert!(decode_categorization(b"\"no\"").is_err());
    assert!(decode_categorization(b"[{]").is_err());
}
