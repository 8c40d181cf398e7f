//! Every fixture: mapped, nothing lost, nothing shown.

use klavi_types::DeliveryKind;
use klavi_types::events::{Events, decode_events, inspect_events};
use klavi_types::reports::{AnyReport, decode_report, inspect_report};

use crate::whole::Reader;

const REPORT: Reader<AnyReport> = Reader { decode: decode_report, inspect: inspect_report };
const EVENT: Reader<Events> = Reader { decode: decode_events, inspect: inspect_events };

pub(crate) const REPORTS: &[(&str, &str)] = &[
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
    ("link_action_status", include_str!("../fixtures/event_link_action_status.json")),
    ("analysis_finished", include_str!("../fixtures/event_analysis_finished.json")),
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
    "link_action_status",
    "analysis_finished",
    "monitor_finished",
    "analysis",
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

#[test]
fn every_body_is_mapped_whole_and_nothing_is_lost() {
    REPORTS.iter().for_each(|(name, body)| REPORT.maps_whole(name, body));
    EVENTS.iter().for_each(|(name, body)| EVENT.maps_whole(name, body));
}

#[test]
fn every_body_is_written_as_it_was_read() {
    for (name, body) in REPORTS {
        assert_eq!(DeliveryKind::of(body.as_bytes()).unwrap(), DeliveryKind::Report, "{name}");
        REPORT.writes_what_it_read(name, body);
    }
    for (name, body) in EVENTS {
        assert_eq!(DeliveryKind::of(body.as_bytes()).unwrap(), DeliveryKind::Events, "{name}");
        EVENT.writes_what_it_read(name, body);
    }
}

#[test]
fn debug_shows_no_text_of_any_fixture() {
    REPORTS.iter().for_each(|(name, body)| REPORT.is_closed(name, body, WORDS));
    EVENTS.iter().for_each(|(name, body)| EVENT.is_closed(name, body, WORDS));
}

#[test]
fn a_body_cut_off_anywhere_is_an_error_and_never_a_panic() {
    REPORTS.iter().for_each(|(name, body)| REPORT.refuses_what_is_cut_off(name, body));
    EVENTS.iter().for_each(|(name, body)| EVENT.refuses_what_is_cut_off(name, body));
}

#[test]
fn a_leaf_of_a_wrong_type_costs_that_leaf_alone() {
    REPORTS.iter().for_each(|(name, body)| REPORT.sets_a_wrong_leaf_aside(name, body));
    EVENTS.iter().for_each(|(name, body)| EVENT.sets_a_wrong_leaf_aside(name, body));
}

#[test]
fn unknown_members_survive_at_every_level() {
    REPORTS.iter().for_each(|(name, body)| REPORT.keeps_unknown_members(name, body));
    EVENTS.iter().for_each(|(name, body)| EVENT.keeps_unknown_members(name, body));
}
