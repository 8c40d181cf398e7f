//! Reports inside the types and formats of a partner, and a partner's own types read as ours are.

use klavi_types::provider_wire::{Fault, Reader, Value, deserialize, record, value_schema};
use klavi_types::reports::{CheckingAccounts, Report};
use klavi_types::{Amount, Cpf, Date, Decimal, Text, decode};
use serde::{Deserialize, Deserializer, Serialize};

const REPORT: &str = r#"{"code":200,"productName":"pf_categorized_checking_l3","checkingAccounts":[{"number":7,
    "transactionDetails":[{"transactionDate":"2021-02-30","transactionName":"PIX","transactionAmount":5.10},
        {"transactionDate":"2021-1-7","transactionName":["x"],"novo":{"a":1.5}}]}]}"#;

/// What a partner keeps a report in.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Message {
    Report(Box<Report<CheckingAccounts>>),
    Ping { cpf: Cpf },
}

fn reads(report: &Report<CheckingAccounts>) {
    let entries = &report.content.checking_accounts[0].entries;
    assert_eq!(entries[0].transaction_name.as_ref().unwrap(), "PIX");
    assert_eq!(entries[0].transaction_date, None);
    assert_eq!(entries[1].transaction_date.unwrap().to_string(), "2021-01-07");
    let written: serde_json::Value = serde_json::to_value(report).unwrap();
    let entries = &written["checkingAccounts"][0]["transactionDetails"];
    assert_eq!(entries[0]["transactionDate"], "2021-02-30");
    assert_eq!(entries[1]["transactionName"], serde_json::json!(["x"]));
    assert_eq!(entries[1]["novo"], serde_json::json!({"a": 1.5}));
}

#[test]
fn a_bad_leaf_costs_itself_alone_in_every_format() {
    reads(&serde_json::from_str(REPORT).unwrap());
    reads(&serde_json::from_slice(REPORT.as_bytes()).unwrap());
    reads(&serde_json::from_value(serde_json::from_str(REPORT).unwrap()).unwrap());
    reads(&sonic_rs::from_str(REPORT).unwrap());
    let message = REPORT.replacen('{', r#"{"type":"report","#, 1);
    for message in [serde_json::from_str(&message).unwrap(), sonic_rs::from_str(&message).unwrap()] {
        let Message::Report(report) = &message else { panic!("a report") };
        reads(report);
        let written = sonic_rs::to_string(&message).unwrap();
        assert!(!written.contains("$serde_json"), "{written}");
        assert_eq!(serde_json::from_str::<Message>(&written).unwrap(), message);
    }
    let ping: Message = serde_json::from_str(r#"{"type":"ping","cpf":"529.982.247-25"}"#).unwrap();
    assert_eq!(ping, Message::Ping { cpf: "52998224725".parse().unwrap() });
}

#[test]
fn reports_are_no_json_only_where_the_text_is_none() {
    let cut = &REPORT[..REPORT.len() - 1];
    assert!(serde_json::from_str::<Report<CheckingAccounts>>(cut).unwrap_err().is_eof());
    assert!(decode::<Report<CheckingAccounts>>(cut.as_bytes()).unwrap_err().is_syntax());
}

/// A record of a partner.
#[record]
pub(crate) struct Payout {
    /// Its amount.
    pub amount: Option<Amount>,
    /// Its kind.
    pub kind: Option<Kind>,
}

/// A value of a partner that is read by hand.
#[value_schema({"type": "string"})]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Kind(Text);

impl Value for Kind {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        Ok(reader.text_or_null()?.map(|text| Self(Text::from(&*text.to_uppercase()))))
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

/// Whatever [`decode`] takes, named in a partner's code.
fn read<T: Value>(body: &str) -> (T, usize) {
    let decoded = decode::<T>(body.as_bytes()).unwrap();
    (decoded.value, decoded.malformed.len())
}

#[test]
fn types_of_a_partner_are_read_as_ours_are() {
    let (payout, malformed) = read::<Payout>(r#"{"amount":"10.5","kind":"pix","new":1}"#);
    assert_eq!((payout.kind, malformed), (Some(Kind("PIX".into())), 0));
    assert_eq!(payout.amount.unwrap().decimal() * Decimal::TWO, Decimal::new(210, 1));
    assert_eq!(read::<Payout>(r#"{"amount":true}"#).1, 1);
    let mut days: Vec<Date> = ["2024-01-02", "2023-12-31"].map(|day| day.parse().unwrap()).into();
    days.sort_unstable();
    assert_eq!(days[0].to_string(), "2023-12-31");
}
