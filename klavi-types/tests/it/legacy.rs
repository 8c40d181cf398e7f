//! Reports of the first generation: mapped whole, nothing lost, nothing shown.

use klavi_types::DeliveryKind;
use klavi_types::legacy::{AnyLegacyReport, LegacyReportType, decode_legacy_report, inspect_legacy_report};
use serde_json::Value;

const REPORTS: &[(&str, &str)] = &[
    ("balance", include_str!("../fixtures/legacy_balance.json")),
    ("category_checking", include_str!("../fixtures/legacy_category_checking.json")),
    ("category_creditcard", include_str!("../fixtures/legacy_category_creditcard.json")),
    ("financial_insight", include_str!("../fixtures/legacy_financial_insight.json")),
    ("identity", include_str!("../fixtures/legacy_identity.json")),
    ("income", include_str!("../fixtures/legacy_income.json")),
    ("k_label", include_str!("../fixtures/legacy_k_label.json")),
    ("liabilities", include_str!("../fixtures/legacy_liabilities.json")),
    ("score_k1", include_str!("../fixtures/legacy_score_k1.json")),
];

#[test]
fn each_report_has_its_type_and_is_mapped_whole() {
    for (name, body) in REPORTS {
        assert_eq!(DeliveryKind::of(body.as_bytes()).unwrap(), DeliveryKind::LegacyReport, "{name}");
        let inspection = inspect_legacy_report(body.as_bytes()).unwrap();
        assert_eq!(inspection.value.report_type(), Some(&LegacyReportType::from(*name)));
        assert!(!matches!(inspection.value, AnyLegacyReport::Untyped(_)), "{name}");
        assert_eq!(inspection.unmapped, [], "{name}");
        assert_eq!(inspection.malformed, [], "{name}");
        assert!(inspection.unknown_words.is_empty(), "{name}: {:?}", inspection.unknown_words);
        assert_eq!(inspection.lost, [], "{name}");
    }
}

#[test]
fn each_is_written_as_it_was_read() {
    for (name, body) in REPORTS {
        let decoded = decode_legacy_report(body.as_bytes()).unwrap();
        assert!(decoded.malformed.is_empty(), "{name}");
        let before: Value = serde_json::from_str(body).unwrap();
        assert_eq!(serde_json::to_value(&decoded.value).unwrap(), before, "{name}");
    }
}

#[test]
fn debug_shows_neither_numbers_nor_names() {
    for (name, body) in REPORTS {
        let shown = format!("{:?}", decode_legacy_report(body.as_bytes()).unwrap());
        let root: Value = serde_json::from_str(body).unwrap();
        for member in ["enquiry_cpf", "connection_key", "connection_id", "report_id"] {
            if let Some(text) = root["data"][member].as_str() {
                assert!(!shown.contains(text), "{name}: {member} in {shown}");
            }
        }
    }
}

#[test]
fn a_product_of_which_only_the_name_is_known_stays_as_it_came() {
    let body =
        r#"{"code":200,"msg":"ok","data":{"report_type":"fgts","report_id":"r","FGTS":[{"saldo":1.50}]}}"#;
    let AnyLegacyReport::Untyped(report) = decode_legacy_report(body.as_bytes()).unwrap().value else {
        panic!("only its name is known")
    };
    assert_eq!(report.data.as_ref().unwrap().extra().get("FGTS"), Some(r#"[{"saldo":1.50}]"#));
    assert_eq!(serde_json::to_string(&report).unwrap(), body);
}

#[test]
fn a_failure_without_data_has_its_code_and_advice() {
    let body = br#"{"code":402,"msg":"User credential error","data":null}"#;
    let report = decode_legacy_report(body).unwrap().value;
    let code = report.head().code.unwrap();
    assert_eq!(code.get(), 402);
    assert!(!code.has_data() && code.forbids_updates() && code.advice().is_some());
}

#[test]
fn a_bad_leaf_costs_itself_alone() {
    let body = REPORTS[1].1.replace("\"Yes\"", "7");
    let inspection = inspect_legacy_report(body.as_bytes()).unwrap();
    assert!(!inspection.malformed.is_empty());
    assert_eq!(inspection.lost, []);
    assert!(matches!(inspection.value, AnyLegacyReport::CategoryChecking(_)));
}
