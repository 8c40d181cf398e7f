//! Reports of the first generation, and the messages of its Link page.

use klavi_types::DeliveryKind;
use klavi_types::legacy::{
    AnyLegacyReport, LegacyReportType, LinkMessage, LinkPage, YesNo, decode_legacy_report,
    inspect_legacy_report,
};

use crate::trees::all_words;
use crate::whole::Reader;

const REPORT: Reader<AnyLegacyReport> =
    Reader { decode: decode_legacy_report, inspect: inspect_legacy_report };

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

fn decode(body: &str) -> AnyLegacyReport {
    let decoded = decode_legacy_report(body.as_bytes()).unwrap();
    assert_eq!(decoded.malformed, []);
    decoded.value
}

/// A report whose only member beside the report type is the given one.
fn with(report_type: &str, member: &str) -> AnyLegacyReport {
    decode(&format!(r#"{{"code":200,"msg":"ok","data":{{"report_type":"{report_type}",{member}}}}}"#))
}

#[test]
fn each_report_has_its_type() {
    for (name, body) in REPORTS {
        assert_eq!(DeliveryKind::of(body.as_bytes()).unwrap(), DeliveryKind::LegacyReport, "{name}");
        let report = decode(body);
        assert_eq!(report.report_type(), Some(&LegacyReportType::from(*name)));
        assert!(!matches!(report, AnyLegacyReport::Untyped(_)), "{name}");
        assert!(report.head().code.unwrap().has_data());
        assert_eq!(report.report_id().unwrap().as_str(), "4b2c1648-231f-11eb-97c4-f45c899f4587");
        assert_eq!(report.data_head().unwrap().user_consent.as_ref().and_then(YesNo::get), Some(true));
    }
}

#[test]
fn each_report_is_mapped_whole_and_written_as_it_was_read() {
    for (name, body) in REPORTS {
        REPORT.maps_whole(name, body);
        REPORT.writes_what_it_read(name, body);
        REPORT.keeps_unknown_members(name, body);
    }
}

#[test]
fn debug_shows_no_text_of_any_report() {
    let mut words = all_words();
    // "200 ok" is how the return code shows itself.
    words.push("ok");
    for (name, body) in REPORTS {
        REPORT.is_closed(name, body, &words);
    }
}

#[test]
fn a_cut_off_body_is_an_error() {
    for (name, body) in REPORTS {
        REPORT.refuses_what_is_cut_off(name, body);
    }
}

#[test]
fn every_product_is_known_by_name_and_those_without_a_type_stay_as_they_came() {
    for name in [
        "bank_loan",
        "summary",
        "fgts",
        "investment",
        "corporate_checking",
        "gig_economy",
        "auth_account",
        "auth_creditcard",
        "never_heard_of",
    ] {
        let body = format!(
            r#"{{"code":200,"msg":"ok","data":{{"report_type":"{name}","report_id":"r","Produto":[{{"saldo":1.50}}]}}}}"#
        );
        let report = decode(&body);
        assert_eq!(report.report_type().unwrap().is_known(), name != "never_heard_of", "{name}");
        assert_eq!(serde_json::to_string(&report).unwrap(), body);
        let AnyLegacyReport::Untyped(report) = report else { panic!("only the name of {name} is known") };
        assert_eq!(report.data.unwrap().extra().get("Produto"), Some(r#"[{"saldo":1.50}]"#));
        let inspection = inspect_legacy_report(body.as_bytes()).unwrap();
        assert_eq!(inspection.unmapped[0].pattern(), "data.Produto");
    }
    assert_eq!(LegacyReportType::ALL.len(), REPORTS.len() + 8);
}

#[test]
fn the_report_type_may_stand_behind_the_product() {
    let body = r#"{"data":{"accountBalance":[{"account_number":"1"}],"report_type":"balance"},"msg":"ok"}"#;
    let AnyLegacyReport::Balance(report) = decode(body) else { panic!("it says balance") };
    assert_eq!(report.data.unwrap().accounts.len(), 1);
}

#[test]
fn a_failure_has_its_code_and_advice() {
    for data in ["null", r#"{"report_type":"income","Income":null}"#] {
        let body =
            format!(r#"{{"code":402,"msg":"User credential error","query_param":{{}},"data":{data}}}"#);
        let code = decode(&body).head().code.unwrap();
        assert_eq!(code.to_string(), "402 user credential error");
        assert!(!code.has_data() && code.forbids_updates() && code.advice().is_some());
        assert_eq!(inspect_legacy_report(body.as_bytes()).unwrap().lost, []);
    }
}

#[test]
fn data_of_another_shape_or_twice_is_set_aside() {
    for (body, aside) in [
        (r#"{"code":200,"msg":"ok","data":[1]}"#, "data"),
        (r#"{"code":200,"msg":"ok","data":{"report_type":"income"},"data":{"report_id":"2"}}"#, "data"),
    ] {
        let decoded = decode_legacy_report(body.as_bytes()).unwrap();
        assert_eq!(decoded.malformed[0].path.to_string(), aside);
        assert_eq!(decoded.value.head().code.unwrap().get(), 200);
        assert_eq!(inspect_legacy_report(body.as_bytes()).unwrap().lost, []);
    }
    assert!(decode_legacy_report(b"[]").is_err());
}

#[test]
fn amounts_keep_sign_and_digits_and_are_written_as_numbers() {
    let body = r#"{"code":200,"data":{"report_type":"category_checking","Category_checking":[{"balance":12345678901234567.8912,"TransactionDetail":[{"trans_amount":-150.050},{"trans_amount":1e3}]}]}}"#;
    let report = decode(body);
    let written = serde_json::to_string(&report).unwrap();
    assert_eq!(written, body.replace("1e3", "1000"));
    let as_text = body.replace("-150.050", "\"-150.050\"");
    assert_eq!(serde_json::to_string(&decode(&as_text)).unwrap(), written);
}

#[test]
fn not_available_is_none_and_the_number_stays() {
    let AnyLegacyReport::Balance(report) = with(
        "balance",
        r#""accountBalance":[{"total_limit":-1,"available_limit":-1.00,"current_balance":-1.01}]"#,
    ) else {
        panic!("it says balance")
    };
    let data = report.data.unwrap();
    let account = &data.accounts[0];
    assert_eq!(account.total_limit.unwrap().available(), None);
    assert_eq!(account.available_limit.unwrap().available(), None);
    assert_eq!(account.available_limit.unwrap().as_sent().to_string(), "-1.00");
    assert_eq!(account.current_balance.unwrap().available().unwrap().to_string(), "-1.01");

    let AnyLegacyReport::KLabel(report) = with(
        "k_label",
        r#""Risk_label":{"labelDetail":[{"label_code":"K00001","label_value":-999999},{"label_code":"K00002","label_value":-1}]}"#,
    ) else {
        panic!("it says k_label")
    };
    let labels = report.data.unwrap().risk_label.unwrap();
    assert_eq!(labels.value("K00001"), None);
    assert_eq!(labels.value("K00002").unwrap().to_string(), "-1");
    assert_eq!(labels.value("K00003"), None);
}

#[test]
fn lists_may_be_null_and_flags_come_in_two_ways() {
    let AnyLegacyReport::CategoryCreditcard(report) = with(
        "category_creditcard",
        r#""Category_creditcard":[{"is_active":1,"is_vip":0,"ClosedStatement":null},{"is_active":7}]"#,
    ) else {
        panic!("it says category_creditcard")
    };
    let cards = report.data.unwrap().cards;
    assert_eq!((cards[0].is_active(), cards[0].is_vip()), (Some(true), Some(false)));
    assert_eq!((cards[1].is_active(), cards[1].is_vip()), (None, None));
    assert!(cards[0].closed_statements.is_empty());
    for (word, flag) in [("Yes", Some(true)), ("no", Some(false)), ("Talvez", None)] {
        assert_eq!(YesNo::from(word).get(), flag, "{word}");
    }
}

#[test]
fn other_spellings_are_read_and_lose_nothing() {
    for (report_type, member) in [
        ("category_creditcard", r#""Category_creditcard":[{"card_last4num":"1234"}]"#),
        ("category_creditcard", r#""category_creditcard":[{"card_last_4_num":"1234"}]"#),
        ("category_creditcard", r#""Category_creditcard":[{"card_last_4_digit":"1234","account":"12-3"}]"#),
        ("financial_insight", r#""Financial_insight":[{"creditcardSpending":[{"card_last4num":"1234"}]}]"#),
        ("category_checking", r#""category_checking":[{"transactionDetail":[{"trans_amount":-1.5}]}]"#),
        ("identity", r#""Identity":{"correspondence_address":{"city":"Recife"}}"#),
        ("score_k1", r#""score_k1":{"accountInfo":{"holder_name":"ANA EXEMPLO"}}"#),
        ("k_label", r#""risk_label":{"account_info":{"holder_name":"ANA EXEMPLO"}}"#),
        ("balance", r#""Balance":[{"current_balance":1}]"#),
        ("income", r#""income":[{"days_covered":180}]"#),
        ("liabilities", r#""liabilities":[{"days_covered":180}]"#),
    ] {
        let body = format!(r#"{{"data":{{"report_type":"{report_type}",{member}}}}}"#);
        REPORT.maps_whole(member, &body);
    }
    let AnyLegacyReport::CategoryCreditcard(report) =
        with("category_creditcard", r#""Category_creditcard":[{"account":"12-3"},{"bank_account":"45-6"}]"#)
    else {
        panic!("it says category_creditcard")
    };
    let numbers: Vec<_> =
        report.data.unwrap().cards.iter().map(|card| card.account_number().cloned()).collect();
    assert_eq!(numbers, [Some("12-3".into()), Some("45-6".into())]);
}

#[test]
fn the_days_of_an_income_are_numbers_where_there_are_any() {
    let AnyLegacyReport::Income(report) = with(
        "income",
        r#""Income":[{"incomeStream":[{"incomeDay":{"1st_income_day":"3","2nd_income_day":""}}]}]"#,
    ) else {
        panic!("it says income")
    };
    let data = report.data.unwrap();
    let day = data.accounts[0].streams[0].income_day.as_ref().unwrap();
    assert_eq!(day.days().collect::<Vec<_>>(), [3]);
}

#[test]
fn the_name_of_a_label_has_three_parts() {
    for (name, measure) in [
        (
            "klavi.transactions.utilities&rental_liabilities.tot.last_30_days",
            Some("utilities&rental_liabilities"),
        ),
        ("klavi.avg_period_bank_loan_liabilities.avg.last_90_days", Some("avg_period_bank_loan_liabilities")),
        ("klavi.transactions.creditcard_limit.max", None),
        ("klavi.a.b.c.d", None),
        ("other", None),
    ] {
        let AnyLegacyReport::KLabel(report) =
            with("k_label", &format!(r#""Risk_label":{{"labelDetail":[{{"label_name":"{name}"}}]}}"#))
        else {
            panic!("it says k_label")
        };
        let labels = report.data.unwrap().risk_label.unwrap().labels;
        assert_eq!(labels[0].name_parts().map(|parts| parts.measure), measure, "{name}");
    }
}

#[test]
fn every_message_of_the_link_page_is_known() {
    for page in [
        "institution_login",
        "institution_terms",
        "institution_policy",
        "institution_loading",
        "institution_MFA",
        "sync_starting",
        "sync_canceled",
    ] {
        let body = format!(r#"{{"code":200,"msg":"OK","page":"{page}"}}"#);
        let message = klavi_types::decode::<LinkMessage>(body.as_bytes()).unwrap().value;
        assert!(message.page.as_ref().is_some_and(LinkPage::is_known), "{page}");
        assert_eq!(serde_json::to_string(&message).unwrap(), body);
    }
}
