//! Every fixture: mapped, nothing lost, nothing shown.

use klavi_types::DeliveryKind;
use klavi_types::events::decode_events;
use klavi_types::reports::{decode_report, inspect_report};
use serde_json::Value;

const REPORTS: &[(&str, &str)] = &[
    ("pf_categorized_checking_l3 V1", include_str!("../fixtures/pf_categorized_checking_l3.v1.json")),
    ("pf_checking_account V1", include_str!("../fixtures/pf_checking_account.v1.json")),
    ("pf_savings_account V1", include_str!("../fixtures/pf_savings_account.v1.json")),
    ("pf_savings_account V1.1", include_str!("../fixtures/pf_savings_account.v1.1.json")),
    ("pf_categorized_checking_l2 V1", include_str!("../fixtures/pf_categorized_checking_l2.v1.json")),
    ("pf_categorized_checking_l2 V1.1", include_str!("../fixtures/pf_categorized_checking_l2.v1.1.json")),
    ("pf_categorized_savings_l2 V1", include_str!("../fixtures/pf_categorized_savings_l2.v1.json")),
    ("pf_categorized_savings_l3 V1", include_str!("../fixtures/pf_categorized_savings_l3.v1.json")),
    ("pf_categorized_savings_l3 V1.1", include_str!("../fixtures/pf_categorized_savings_l3.v1.1.json")),
    ("pf_credit_card V1", include_str!("../fixtures/pf_credit_card.v1.json")),
    ("pf_credit_card V1.1", include_str!("../fixtures/pf_credit_card.v1.1.json")),
    ("pf_categorized_creditcard_l2 V1", include_str!("../fixtures/pf_categorized_creditcard_l2.v1.json")),
    ("pf_categorized_creditcard_l2 V1.1", include_str!("../fixtures/pf_categorized_creditcard_l2.v1.1.json")),
    ("pf_categorized_creditcard_l3 V1", include_str!("../fixtures/pf_categorized_creditcard_l3.v1.json")),
    ("pf_categorized_creditcard_l3 V1.1", include_str!("../fixtures/pf_categorized_creditcard_l3.v1.1.json")),
    ("pf_balance V1", include_str!("../fixtures/pf_balance.v1.json")),
    ("pf_balance V1.1", include_str!("../fixtures/pf_balance.v1.1.json")),
    ("pf_identity V1.1", include_str!("../fixtures/pf_identity.v1.1.json")),
    ("pf_bank_fixed_incomes V1", include_str!("../fixtures/pf_bank_fixed_incomes.v1.json")),
    ("pf_bank_fixed_incomes V1.1", include_str!("../fixtures/pf_bank_fixed_incomes.v1.1.json")),
    ("pf_credit_fixed_incomes V1", include_str!("../fixtures/pf_credit_fixed_incomes.v1.json")),
    ("pf_credit_fixed_incomes V1.1", include_str!("../fixtures/pf_credit_fixed_incomes.v1.1.json")),
    ("pf_variable_incomes V1", include_str!("../fixtures/pf_variable_incomes.v1.json")),
    ("pf_variable_incomes V1.1", include_str!("../fixtures/pf_variable_incomes.v1.1.json")),
    ("pf_treasure_titles V1", include_str!("../fixtures/pf_treasure_titles.v1.json")),
    ("pf_funds V1", include_str!("../fixtures/pf_funds.v1.json")),
    ("pf_investments V1.1", include_str!("../fixtures/pf_investments.v1.1.json")),
    ("pf_loans V1", include_str!("../fixtures/pf_loans.v1.json")),
    ("pf_financing V1", include_str!("../fixtures/pf_financing.v1.json")),
    ("pf_invoice_financing V1", include_str!("../fixtures/pf_invoice_financing.v1.json")),
    (
        "pf_unarranged_account_overdraft V1",
        include_str!("../fixtures/pf_unarranged_account_overdraft.v1.json"),
    ),
    ("pf_credit_operations V1.1", include_str!("../fixtures/pf_credit_operations.v1.1.json")),
    ("pf_credit_risk V1.1", include_str!("../fixtures/pf_credit_risk.v1.1.json")),
];

const EVENTS: &[(&str, &str)] = &[
    ("link_created", include_str!("../fixtures/event_link_created.json")),
    ("consent_authorised", include_str!("../fixtures/event_consent_authorised.json")),
    ("monitor_finished", include_str!("../fixtures/event_monitor_finished.json")),
];

/// Words that `Debug` may show: those of enumerations and products.
const WORDS: &[&str] = &[
    "INDIVIDUAL",
    "TRANSACAO_EFETIVADA",
    "DEBITO",
    "PESSOA_NATURAL",
    "PIX",
    "CONTA_DEPOSITO_A_VISTA",
    "CNH",
    "FEMININO",
    "OUTRO",
    "DIARIA",
    "MAE",
    "FIXO",
    "REGISTRATION_ALL",
    "ACCOUNTS_ALL",
    "link_created",
    "consent_authorised",
    "monitor_finished",
    "api",
    "monitor",
    "pf_categorized_checking_l3",
    "pf_balance",
    "pf_identity",
    "AUTHORISED",
    "CDB",
    "LINEAR",
    "MENSAL",
    "DIAS_UTEIS",
    "CDI",
    "ENTRADA",
    "APLICACAO",
    "DEBENTURES",
    "SIM",
    "COMPRA",
    "RENDA_FIXA",
    "AMORTIZACAO",
    "pf_bank_fixed_incomes",
    "pf_credit_fixed_incomes",
    "pf_variable_incomes",
    "pf_treasure_titles",
    "pf_funds",
    "pf_investments",
    "21/252",
    "ACOES_DEBENTURES",
    "ADIANTAMENTO_A_DEPOSITANTES",
    "AM",
    "AQUISICAO_BENS_VEICULOS_AUTOMOTORES",
    "CESSAO_DIREITOS_CREDITORIOS",
    "CREDITO_PESSOAL_CLEAN",
    "DESCONTO_DUPLICATAS",
    "DIA",
    "DIREITOS_CREDITORIOS_DESCONTADOS",
    "EMPRESTIMOS",
    "FINANCIAMENTOS",
    "HOME_EQUITY",
    "JUROS_REMUNERATORIOS_POR_ATRASO",
    "MINIMO",
    "NOMINAL",
    "SAC",
    "SEM_PERIODICIDADE_REGULAR",
    "SEM_SUB_TIPO_INDEXADOR",
    "SEM_TIPO_INDEXADOR",
    "SIMPLES",
    "UNICA",
    "pf_loans",
    "pf_financing",
    "pf_invoice_financing",
    "pf_unarranged_account_overdraft",
    "pf_credit_operations",
    "pf_credit_risk",
    "OUTROS",
    "VISA",
    "LIMITE_CREDITO_TOTAL",
    "CONSOLIDADO",
    "CREDITO_A_VISTA",
    "CASHBACK",
    "CREDITO",
    "ANUIDADE",
    "CREDITO_ROTATIVO",
    "A_VISTA",
    "JUROS_REMUNERATORIOS_ATRASO_PAGAMENTO_FATURA",
    "VALOR_PAGAMENTO_FATURA_PARCELADO",
    "DEBITO_CONTA_CORRENTE",
    "pf_checking_account",
    "pf_savings_account",
    "pf_categorized_checking_l2",
    "pf_categorized_savings_l2",
    "pf_categorized_savings_l3",
    "pf_credit_card",
    "pf_categorized_creditcard_l2",
    "pf_categorized_creditcard_l3",
];

fn texts(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if !text.is_empty() => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, into)),
        Value::Object(members) => members.values().for_each(|value| texts(value, into)),
        _ => {}
    }
}

fn assert_closed(name: &str, body: &str, shown: &str) {
    let mut leaves = Vec::new();
    texts(&serde_json::from_str(body).unwrap(), &mut leaves);
    assert!(leaves.len() > 5, "{name} has no text to look for");
    // Names of types and fields are ours; a leaf counts as shown where it stands as a word of its own.
    let shown: Vec<&str> = shown.split(|c: char| !(c.is_alphanumeric() || "_-.@:/".contains(c))).collect();
    for leaf in leaves.iter().filter(|leaf| !WORDS.contains(&leaf.as_str())) {
        assert!(!shown.contains(&leaf.as_str()), "{name}: Debug shows a leaf: {leaf}");
    }
}

#[test]
fn reports_are_mapped_whole_and_nothing_is_lost() {
    for (name, body) in REPORTS {
        let inspection = inspect_report(body.as_bytes()).unwrap();
        assert_eq!(inspection.unmapped, [], "{name}");
        assert_eq!(inspection.malformed, [], "{name}");
        assert!(inspection.unknown_words.is_empty(), "{name}: {:?}", inspection.unknown_words);
        assert_eq!(inspection.lost, [], "{name}");
    }
}

#[test]
fn reports_are_written_as_they_were_read() {
    for (name, body) in REPORTS {
        let before: Value = serde_json::from_str(body).unwrap();
        let report = decode_report(body.as_bytes()).unwrap();
        assert!(report.malformed.is_empty(), "{name}");
        assert_eq!(serde_json::to_value(&report.value).unwrap(), before, "{name}");
    }
}

#[test]
fn events_are_written_as_they_were_read() {
    for (name, body) in EVENTS {
        assert_eq!(DeliveryKind::of(body.as_bytes()).unwrap(), DeliveryKind::Events, "{name}");
        let before: Value = serde_json::from_str(body).unwrap();
        let events = decode_events(body.as_bytes()).unwrap();
        assert!(events.malformed.is_empty(), "{name}");
        assert_eq!(serde_json::to_value(&events.value).unwrap(), before, "{name}");
        assert!(events.value.as_slice().iter().all(|event| event.extra().is_empty()), "{name}");
    }
}

#[test]
fn debug_shows_no_text_of_any_fixture() {
    for (name, body) in REPORTS {
        assert_closed(name, body, &format!("{:?}", decode_report(body.as_bytes()).unwrap()));
    }
    for (name, body) in EVENTS {
        assert_closed(name, body, &format!("{:?}", decode_events(body.as_bytes()).unwrap()));
    }
}

#[test]
fn a_body_cut_off_anywhere_is_an_error_and_never_a_panic() {
    for (name, body) in REPORTS {
        for end in (1..body.trim_end().len()).filter(|end| body.is_char_boundary(*end)) {
            assert!(decode_report(&body.as_bytes()[..end]).is_err(), "{name} cut at {end}");
        }
    }
}

/// Puts every kind of wrong value in the place of every leaf in turn: the rest of the report has to survive.
#[test]
fn a_leaf_of_a_wrong_type_costs_that_leaf_alone() {
    for (name, body) in REPORTS {
        let whole: Value = serde_json::from_str(body).unwrap();
        let mut pointers = Vec::new();
        leaves(&whole, String::new(), &mut pointers);
        for pointer in &pointers {
            for wrong in ["[1]", "{\"x\":1}", "true", "12.5", "\"1,5\"", "\"2021-02-30\""] {
                let mut broken = whole.clone();
                *broken.pointer_mut(pointer).unwrap() = serde_json::from_str(wrong).unwrap();
                let text = broken.to_string();
                let inspection = inspect_report(text.as_bytes()).unwrap();
                let fast = decode_report(text.as_bytes()).unwrap();
                assert_eq!(fast.malformed, inspection.malformed, "{name}{pointer} {wrong}");
                assert!(inspection.malformed.len() <= 1, "{name}{pointer} {wrong}");
                assert_eq!(inspection.lost, [], "{name}{pointer} {wrong}");
            }
        }
    }
}

fn leaves(value: &Value, pointer: String, into: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, format!("{pointer}/{index}"), into);
            }
        }
        Value::Object(members) => {
            for (member, value) in members {
                leaves(value, format!("{pointer}/{member}"), into);
            }
        }
        _ => into.push(pointer),
    }
}

/// Unknown members at every level survive and are named.
#[test]
fn unknown_members_survive_at_every_level() {
    for (name, body) in REPORTS {
        let mut grown: Value = serde_json::from_str(body).unwrap();
        let added = grow(&mut grown, "");
        let text = grown.to_string();
        let inspection = inspect_report(text.as_bytes()).unwrap();
        assert_eq!(inspection.lost, [], "{name}");
        assert_eq!(serde_json::to_value(&inspection.value).unwrap(), grown, "{name}");
        assert_eq!(inspection.unmapped.len(), added, "{name}: {:?}", inspection.unmapped);
    }
}

/// Adds a member to every object, except those that are free-form or whose member names are data.
fn grow(value: &mut Value, at: &str) -> usize {
    match value {
        Value::Array(items) => items.iter_mut().map(|item| grow(item, at)).sum(),
        Value::Object(members) if at != "externalInfo" => {
            let inside: usize = members.iter_mut().map(|(name, value)| grow(value, name)).sum();
            if at == "permissions" {
                return inside;
            }
            members.insert("novoCampo".to_owned(), serde_json::json!({"a": [1, "b", null]}));
            inside + 1
        }
        _ => 0,
    }
}
