//! Investments: the vocabulary, both shapes, other spellings, digits.

use klavi_types::OneOrMany;
use klavi_types::reports::{
    AnbimaCategory, AnyReport, FixedIncomeType, InvestmentMovementType, InvestmentTransactionType,
    RemunerationCalculation, RemunerationIndexer, RemunerationRatePeriodicity, RemunerationRateType,
    VoucherPaymentPeriodicity, YesNo, decode_report, inspect_report,
};
use klavi_types::{DecodeError, Inspection};

fn inspect_holding(product: &str, list: &str, holding: &str) -> Result<Inspection<AnyReport>, DecodeError> {
    let body = format!(r#"{{"productName":"{product}","investments":{{"{list}":[{holding}]}}}}"#);
    inspect_report(body.as_bytes())
}

fn assert_understood(inspection: &Inspection<AnyReport>, name: &str) {
    assert_eq!(inspection.unmapped, [], "{name}");
    assert_eq!(inspection.malformed, [], "{name}");
    assert!(inspection.unknown_words.is_empty(), "{name}: {:?}", inspection.unknown_words);
    assert_eq!(inspection.lost, [], "{name}");
}

/// The products with one kind of investment and the list that holds it.
const KINDS: &[(&str, &str)] = &[
    ("bank_fixed_incomes", "bankFixedIncomes"),
    ("credit_fixed_incomes", "creditFixedIncomes"),
    ("variable_incomes", "variableIncomes"),
    ("treasure_titles", "treasureTitles"),
    ("funds", "funds"),
];

const IDENTIFICATION: &[(&[&str], &str, &[&str])] = &[
    (&["bank_fixed_incomes"], "investmentType", &["CDB", "RDB", "LCI", "LCA"]),
    (&["credit_fixed_incomes"], "investmentType", &["DEBENTURES", "CRI", "CRA"]),
    (&["credit_fixed_incomes"], "taxExemptProduct", &["SIM", "NAO"]),
    (&["credit_fixed_incomes", "treasure_titles"], "voucherPaymentIndicator", &["SIM", "NAO"]),
    (
        &["credit_fixed_incomes", "treasure_titles"],
        "voucherPaymentPeriodicity",
        &["MENSAL", "TRIMESTRAL", "SEMESTRAL", "ANUAL", "IRREGULAR", "OUTROS"],
    ),
    (&["funds"], "anbimaCategory", &["RENDA_FIXA", "ACOES", "MULTIMERCADO", "CAMBIAL"]),
];

const REMUNERATION: &[(&str, &[&str])] = &[
    ("rateType", &["LINEAR", "EXPONENCIAL"]),
    ("ratePeriodicity", &["MENSAL", "ANUAL", "DIARIO", "SEMESTRAL"]),
    ("calculation", &["DIAS_UTEIS", "DIAS_CORRIDOS"]),
    (
        "indexer",
        &[
            "CDI",
            "DI",
            "TR",
            "IPCA",
            "IGP_M",
            "IGP_DI",
            "INPC",
            "BCP",
            "TLC",
            "SELIC",
            "PRE_FIXADO",
            "OUTROS",
        ],
    ),
];

const TRANSACTION_TYPES: &[(&str, &[&str])] = &[
    (
        "bank_fixed_incomes",
        &[
            "APLICACAO",
            "RESGATE",
            "CANCELAMENTO",
            "VENCIMENTO",
            "PAGAMENTO_JUROS",
            "AMORTIZACAO",
            "TRANSFERENCIA_TITULARIDADE",
            "TRANSFERENCIA_CUSTODIA",
            "OUTROS",
        ],
    ),
    (
        "credit_fixed_incomes",
        &[
            "COMPRA",
            "VENDA",
            "CANCELAMENTO",
            "VENCIMENTO",
            "PAGAMENTO_JUROS",
            "AMORTIZACAO",
            "PREMIO",
            "TRANSFERENCIA_TITULARIDADE",
            "TRANSFERENCIA_CUSTODIA",
            "MULTA",
            "MORA",
            "OUTROS",
        ],
    ),
    (
        "variable_incomes",
        &[
            "COMPRA",
            "VENDA",
            "DIVIDENDOS",
            "JCP",
            "ALUGUEIS",
            "TRANSFERENCIA_CUSTODIA",
            "TRANSFERENCIA_TITULARIDADE",
            "OUTROS",
        ],
    ),
    (
        "treasure_titles",
        &[
            "COMPRA",
            "VENDA",
            "CANCELAMENTO",
            "VENCIMENTO",
            "PAGAMENTO_JUROS",
            "AMORTIZACAO",
            "TRANSFERENCIA_TITULARIDADE",
            "TRANSFERENCIA_CUSTODIA",
            "OUTROS",
        ],
    ),
    ("funds", &["AMORTIZACAO", "TRANSFERENCIA_COTAS", "APLICACAO", "RESGATE", "COME_COTAS", "OUTROS"]),
];

/// In the product's own report and in the one of all kinds, as persons' and as companies'.
fn assert_holding_understood(product: &str, holding: &str) {
    let list = KINDS.iter().find(|(kind, _)| *kind == product).unwrap().1;
    for name in [format!("pf_{product}"), format!("pj_{product}"), "pf_investments".to_owned()] {
        let inspection = inspect_holding(&name, list, holding).unwrap();
        assert_understood(&inspection, &format!("{name} {holding}"));
    }
}

#[test]
fn every_documented_word_is_known_where_it_is_documented() {
    for (products, member, words) in IDENTIFICATION {
        for (product, word) in products.iter().flat_map(|product| words.iter().map(move |w| (product, w))) {
            let holding = format!(r#"{{"productIdentification":{{"{member}":"{word}"}}}}"#);
            assert_holding_understood(product, &holding);
        }
    }
    for product in ["bank_fixed_incomes", "credit_fixed_incomes", "treasure_titles"] {
        for (member, words) in REMUNERATION {
            for word in *words {
                let holding =
                    format!(r#"{{"productIdentification":{{"remuneration":{{"{member}":"{word}"}}}}}}"#);
                assert_holding_understood(product, &holding);
            }
        }
    }
    for (product, words) in TRANSACTION_TYPES {
        for word in *words {
            for direction in ["ENTRADA", "SAIDA"] {
                let holding =
                    format!(r#"{{"transactions":[{{"type":"{direction}","transactionType":"{word}"}}]}}"#);
                assert_holding_understood(product, &holding);
            }
        }
    }
}

#[test]
fn the_vocabulary_has_no_word_too_many() {
    fn documented<'a>(words: impl IntoIterator<Item = &'a &'a str>) -> usize {
        words.into_iter().collect::<std::collections::BTreeSet<_>>().len()
    }
    let identification = |member: &str| {
        documented(IDENTIFICATION.iter().filter(|(_, name, _)| *name == member).flat_map(|row| row.2))
    };
    let remuneration = |member: &str| {
        documented(REMUNERATION.iter().filter(|(name, _)| *name == member).flat_map(|row| row.1))
    };
    assert_eq!(FixedIncomeType::ALL.len(), identification("investmentType"));
    assert_eq!(YesNo::ALL.len(), identification("taxExemptProduct"));
    assert_eq!(VoucherPaymentPeriodicity::ALL.len(), identification("voucherPaymentPeriodicity"));
    assert_eq!(AnbimaCategory::ALL.len(), identification("anbimaCategory"));
    assert_eq!(RemunerationRateType::ALL.len(), remuneration("rateType"));
    assert_eq!(RemunerationRatePeriodicity::ALL.len(), remuneration("ratePeriodicity"));
    assert_eq!(RemunerationCalculation::ALL.len(), remuneration("calculation"));
    assert_eq!(RemunerationIndexer::ALL.len(), remuneration("indexer"));
    assert_eq!(
        InvestmentTransactionType::ALL.len(),
        documented(TRANSACTION_TYPES.iter().flat_map(|row| row.1))
    );
    assert_eq!(InvestmentMovementType::ALL.len(), 2);
}

#[test]
fn balances_are_read_as_object_and_as_array_in_every_kind() {
    for (product, list) in KINDS {
        for balances in [
            r#"{"grossAmount":{"amount":"1000.04","currency":"BRL"}}"#,
            r#"[{"grossAmount":{"amount":"1000.04","currency":"BRL"}},{"grossAmount":"1.00"}]"#,
            "[]",
        ] {
            let holding = format!(r#"{{"balances":{balances}}}"#);
            assert_holding_understood(product, &holding);
            let body = format!(
                r#"{{"productName":"pf_{product}","investments":{{"{list}":[{{"balances":{balances}}}]}}}}"#
            );
            let written = serde_json::to_string(&decode_report(body.as_bytes()).unwrap().value).unwrap();
            let first = balances.chars().next().unwrap();
            assert!(written.contains(&format!("\"balances\":{first}")), "{product}: {written}");
        }
    }
}

#[test]
fn both_spellings_are_read_and_the_documented_one_is_written() {
    let body = br#"{"productName":"pf_variable_incomes","links":[{"institutionId":"033","consents":[
        {"permissions":{"INVESTMENTS_ALL":{"permisionGranted":"true","accountId":["1"]}}}]}],
        "investments":{"variableIncomes":[{"transactions":[{"brOKerNoteId":"N1"}],
        "brokerNotes":[{"brOKerNoteId":"N1","netValue":{"amount":"-1.00"}}]}]}}"#;
    let inspection = inspect_report(body).unwrap();
    assert_understood(&inspection, "variable incomes");
    let written = serde_json::to_string(&inspection.value).unwrap();
    assert!(!written.contains("brOKerNoteId") && !written.contains("accountId\""), "{written}");
    let AnyReport::Investments(report) = inspection.value else { panic!("the name says variable incomes") };
    let holding = &report.content.investments.unwrap().variable_incomes[0];
    assert_eq!(holding.transactions[0].broker_note_id, holding.broker_notes[0].broker_note_id);
}

/// Not in any example of Klavi's, so no fixture holds one.
#[test]
fn a_broker_note_is_mapped_whole() {
    let fees = [
        "grossValue",
        "brokerageFee",
        "clearingSettlementFee",
        "clearingRegistrationFee",
        "stockExchangeAssetTradeNoticeFee",
        "stockExchangeFee",
        "clearingCustodyFee",
        "taxes",
        "incomeTax",
        "netValue",
    ]
    .map(|name| format!(r#""{name}":{{"amount":"-1000.04","currency":"BRL"}}"#))
    .join(",");
    let note = format!(r#"{{"brokerNoteId":"N1","brokerNoteNumber":"0001854009930314",{fees}}}"#);
    assert_holding_understood("variable_incomes", &format!(r#"{{"brokerNotes":[{note}]}}"#));
}

#[test]
fn inferred_names_of_lists_are_read_in_the_singular_too() {
    for (product, list, documented) in
        [("pf_treasure_titles", "treasureTitle", "treasureTitles"), ("pj_funds", "fund", "funds")]
    {
        let inspection = inspect_holding(product, list, r#"{"transactions":[{}]}"#).unwrap();
        assert_understood(&inspection, product);
        assert_eq!(inspection.value.entry_count(), 1);
        let written = serde_json::to_string(&inspection.value).unwrap();
        assert!(written.contains(&format!("\"{documented}\":")), "{written}");
    }
}

#[test]
fn words_in_another_case_are_known() {
    let holding = r#"{"productIdentification":{"investmentType":"cdb"},"transactions":[{"type":"entrada"}]}"#;
    let inspection = inspect_holding("pf_bank_fixed_incomes", "bankFixedIncomes", holding).unwrap();
    assert_understood(&inspection, holding);
    assert!(serde_json::to_string(&inspection.value).unwrap().contains("ENTRADA"));
}

#[test]
fn numbers_in_place_of_text_keep_every_digit() {
    let holding = r#"{"productIdentification":{"issueUnitPrice":{"amount":1000.00000004},
        "remuneration":{"preFixedRate":-0.300000,"postFixedIndexerPercentage":1.1}},
        "balances":{"quantity":123456789012345.0000000001,"updatedUnitPrice":1000.0000000004,
        "netAmount":"1000.04"},
        "transactions":[{"transactionQuantity":42.00000025,"indexerPercentage":1.100000}]}"#;
    let inspection = inspect_holding("pf_bank_fixed_incomes", "bankFixedIncomes", holding).unwrap();
    assert_understood(&inspection, holding);
    let AnyReport::Investments(report) = inspection.value else { panic!("the name says bank") };
    let holding = &report.content.investments.as_ref().unwrap().bank_fixed_incomes[0];
    assert_eq!(holding.transactions[0].transaction_quantity.unwrap().to_string(), "42.00000025");
    let Some(OneOrMany::One(balance)) = &holding.balances else { panic!("one object came") };
    assert_eq!(balance.quantity.unwrap().to_string(), "123456789012345.0000000001");
    let price = balance.updated_unit_price.as_ref().unwrap();
    assert_eq!(price.amount.unwrap().to_string(), "1000.0000000004");
    let remuneration = holding.product_identification.as_ref().unwrap().remuneration.as_ref().unwrap();
    assert_eq!(remuneration.rates.pre_fixed_rate.unwrap().to_string(), "-0.300000");
}

#[test]
fn a_report_of_all_kinds_gives_the_movements_of_all() {
    let body = include_bytes!("../fixtures/pf_investments.v1.1.json");
    let report = decode_report(body).unwrap().value;
    assert_eq!(report.entry_count(), KINDS.len());
    let AnyReport::Investments(report) = report else { panic!("the name says investments") };
    let investments = report.content.investments.unwrap();
    assert_eq!(investments.movements().count(), KINDS.len());
    for movement in investments.movements() {
        assert_eq!(movement.movement_type, Some(InvestmentMovementType::Entrada));
        assert!(movement.transaction_id.is_some());
    }
}

#[test]
fn each_kind_counts_its_movements() {
    for (product, list) in KINDS {
        let body = format!(
            r#"{{"productName":"pj_{product}","investments":{{"{list}":[{{"transactions":[{{}},{{}}]}},{{}}]}}}}"#
        );
        assert_eq!(decode_report(body.as_bytes()).unwrap().value.entry_count(), 2, "{product}");
        let empty = format!(r#"{{"productName":"pj_{product}"}}"#);
        assert_eq!(decode_report(empty.as_bytes()).unwrap().value.entry_count(), 0, "{product}");
    }
}
