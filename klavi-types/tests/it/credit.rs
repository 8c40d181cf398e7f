//! Credit reports: words, other spellings, both shapes.

use std::str::FromStr;

use klavi_types::Inspection;
use klavi_types::reports::{
    AmortizationScheduled, AnyReport, ContractChargeType, ContractRemainingType, CreditOperations,
    CreditProductSubType, CreditProductType, FeeCharge, FeeChargeType, InstalmentPeriodicity,
    InterestCalculation, InterestRateType, LoanSubTypeCategory, NumberOfInstalmentsType,
    ReferentialRateIndexerSubType, ReferentialRateIndexerType, TaxPeriodicity, TaxType, WarrantySubType,
    WarrantyType, decode_report, inspect_report,
};

fn assert_understood(inspection: &Inspection<AnyReport>) {
    assert_eq!(inspection.unmapped, []);
    assert_eq!(inspection.malformed, []);
    assert_eq!(inspection.lost, []);
    assert!(inspection.unknown_words.is_empty(), "{:?}", inspection.unknown_words);
}

fn operations(product: &str, content: &str) -> (CreditOperations, String) {
    let body = format!(r#"{{"productName":"{product}","creditOperations":{content}}}"#);
    let inspection = inspect_report(body.as_bytes()).unwrap();
    assert_understood(&inspection);
    let written = serde_json::to_string(&inspection.value).unwrap();
    let operations = match inspection.value {
        AnyReport::CreditOperations(report) => report.content.credit_operations,
        other => panic!("{} is no credit report", other.head().product_name.as_ref().unwrap()),
    };
    (operations.unwrap(), written)
}

fn words_of<T: FromStr>(known: impl Fn(&T) -> bool, words: &str)
where
    T::Err: std::fmt::Debug,
{
    for word in words.split_whitespace() {
        assert!(known(&word.parse().unwrap()), "{word}");
    }
}

#[test]
fn every_word_of_a_contract_is_known() {
    words_of(
        CreditProductType::is_known,
        "EMPRESTIMOS FINANCIAMENTOS FINANCIAMENTOS_RURAIS FINANCIAMENTOS_IMOBILIARIOS
        DIREITOS_CREDITORIOS_DESCONTADOS ADIANTAMENTO_A_DEPOSITANTES",
    );
    words_of(
        CreditProductSubType::is_known,
        "HOME_EQUITY CHEQUE_ESPECIAL CONTA_GARANTIDA CAPITAL_GIRO_TETO_ROTATIVO CREDITO_PESSOAL_SEM_CONSIGNACAO
        CREDITO_PESSOAL_COM_CONSIGNACAO MICROCREDITO_PRODUTIVO_ORIENTADO
        CAPITAL_GIRO_PRAZO_VENCIMENTO_ATE_365_DIAS CAPITAL_GIRO_PRAZO_VENCIMENTO_SUPERIOR_365_DIAS
        AQUISICAO_BENS_VEICULOS_AUTOMOTORES AQUISICAO_BENS_OUTROS_BENS MICROCREDITO CUSTEIO INVESTIMENTO
        INDUSTRIALIZACAO COMERCIALIZACAO FINANCIAMENTO_HABITACIONAL_SFH FINANCIAMENTO_HABITACIONAL_EXCETO_SFH
        DESCONTO_DUPLICATAS DESCONTO_CHEQUES ANTECIPACAO_FATURA_CARTAO_CREDITO
        OUTROS_DIREITOS_CREDITORIOS_DESCONTADOS OUTROS_TITULOS_DESCONTADOS ADIANTAMENTO_A_DEPOSITANTES",
    );
    words_of(LoanSubTypeCategory::is_known, "CREDITO_PESSOAL_CLEAN CONSIGNADO_SIAPE OUTRO");
    words_of(
        InstalmentPeriodicity::is_known,
        "SEM_PERIODICIDADE_REGULAR SEMANAL QUINZENAL MENSAL BIMESTRAL TRIMESTRAL SEMESTRAL ANUAL OUTROS",
    );
    words_of(AmortizationScheduled::is_known, "SAC PRICE SAM SEM_SISTEMA_AMORTIZACAO OUTROS");
    words_of(NumberOfInstalmentsType::is_known, "DIA SEMANA MES ANO SEM_PRAZO_TOTAL");
    words_of(ContractRemainingType::is_known, "DIA SEMANA MES ANO SEM_PRAZO_REMANESCENTE");
    words_of(FeeChargeType::is_known, "UNICA POR_PARCELA");
    words_of(FeeCharge::is_known, "MINIMO MAXIMO FIXO PERCENTUAL");
    words_of(
        ContractChargeType::is_known,
        "JUROS_REMUNERATORIOS_POR_ATRASO MULTA_ATRASO_PAGAMENTO JUROS_MORA_ATRASO IOF_CONTRATACAO
        IOF_POR_ATRASO SEM_ENCARGO OUTROS",
    );
}

#[test]
fn an_amount_that_comes_as_money_is_read_where_it_is_in_reais() {
    let loan = |amount: &str| format!(r#"{{"loans":[{{"contractAmount":{amount}}}]}}"#);
    let (operations, written) = operations("pf_loans", &loan(r#"{"amount":"1000.0400","currency":"BRL"}"#));
    assert_eq!(operations.loans[0].contract.contract_amount.unwrap().to_string(), "1000.0400");
    assert!(written.contains(r#""contractAmount":"1000.0400""#), "{written}");

    let dollars = loan(r#"{"amount":"1.00","currency":"USD"}"#);
    let body = format!(r#"{{"productName":"pf_loans","creditOperations":{dollars}}}"#);
    let malformed = inspect_report(body.as_bytes()).unwrap().malformed;
    assert_eq!(malformed[0].path.to_string(), "creditOperations.loans[0].contractAmount");
}

#[test]
fn every_word_of_an_interest_rate_is_known() {
    words_of(TaxType::is_known, "NOMINAL EFETIVA");
    words_of(InterestRateType::is_known, "SIMPLES COMPOSTO");
    words_of(TaxPeriodicity::is_known, "AM AA");
    words_of(InterestCalculation::is_known, "21/252 30/360 30/365");
    words_of(
        ReferentialRateIndexerType::is_known,
        "SEM_TIPO_INDEXADOR PRE_FIXADO POS_FIXADO FLUTUANTES INDICES_PRECOS CREDITO_RURAL OUTROS_INDEXADORES",
    );
    words_of(
        ReferentialRateIndexerSubType::is_known,
        "SEM_SUB_TIPO_INDEXADOR PRE_FIXADO TR_TBF TJLP LIBOR TLP OUTRAS_TAXAS_POS_FIXADAS CDI SELIC
        OUTRAS_TAXAS_FLUTUANTES IGPM IPCA IPCC OUTROS_INDICES_PRECO TCR_PRE TCR_POS TRFC_PRE TRFC_POS
        OUTROS_INDEXADORES",
    );
}

#[test]
fn every_word_of_a_guarantee_is_known() {
    words_of(
        WarrantyType::is_known,
        "CESSAO_DIREITOS_CREDITORIOS CAUCAO PENHOR ALIENACAO_FIDUCIARIA HIPOTECA OPERACOES_GARANTIDAS_PELO_GOVERNO
        OUTRAS_GARANTIAS_NAO_FIDEJUSSORIAS SEGUROS_ASSEMELHADOS GARANTIA_FIDEJUSSORIA BENS_ARRENDADOS
        GARANTIAS_INTERNACIONAIS OPERACOES_GARANTIDAS_OUTRAS_ENTIDADES ACORDOS_COMPENSACAO SEM_TIPO_GARANTIA",
    );
    let sub_types =
        "ACOES_DEBENTURES ACORDOS_COMPENSACAO_LIQUIDACAO_OBRIGACOES APLICACOES_FINANCEIRAS_RENDA_FIXA
        APLICACOES_FINANCEIRAS_RENDA_VARIAVEL APOLICES_CREDITO_EXPORTACAO
        CCR_CONVENIO_CREDITOS_RECIPROCOS CHEQUES CIVIL DIREITOS_SOBRE_ALUGUEIS
        DEPOSITOS_A_VISTA_A_PRAZO_POUPANCA_OURO_TITULOS_PUBLICOS_FEDERAIS_ART_36
        DEPOSITO_TITULOS_EMITIDOS_ENTIDADES_ART_23 DUPLICATAS
        EMD_ENTIDADES_MULTILATERAIS_DESENVOLVIMENTO_ART_37 EQUIPAMENTOS ESTADUAL_OU_DISTRITAL
        FATURA_CARTAO_CREDITO FEDERAL FCVS_FUNDO_COMPENSACAO_VARIACOES_SALARIAIS
        FGI_FUNDO_GARANTIDOR_INVESTIMENTOS FGPC_FUNDO_GARANTIA_PROMOCAO_COMPETIT
        FGTS_FUNDO_GARANTIA_TEMPO_SERVICO FUNDO_GARANTIDOR_AVAL
        GARANTIA_PRESTADA_FGPC_LEI_9531_ART_37
        GARANTIA_PRESTADA_FUNDOS_QUAISQUER_OUTROS_MECANISMOS_COBERTURA_RISCO_CREDITO_ART_37
        GARANTIA_PRESTADA_TESOURO_NACIONAL_OU_BACEN_ART_37_BENS_DIREITOS_INTEGRANTES_PATRIMONIO_AFETACAO
        IMOVEIS IMOVEIS_RESIDENCIAIS MITIGADORAS MUNICIPAL NAO_MITIGADORAS
        NOTAS_PROMISSORIAS_OUTROS_DIREITOS_CREDITO OUTRAS OUTROS OUTROS_BENS OUTROS_GRAUS
        OUTROS_IMOVEIS OUTROS_SEGUROS_ASSEMELHADOS PESSOA_FISICA PESSOA_FISICA_EXTERIOR
        PESSOA_JURIDICA PESSOA_JURIDICA_EXTERIOR
        PRIMEIRO_GRAU_BENS_DIREITOS_INTEGRANTES_PATRIMONIO_AFETACAO
        PRIMEIRO_GRAU_IMOVEIS_RESIDENCIAIS PRIMEIRO_GRAU_OUTROS PROAGRO
        PRODUTOS_AGROPECUARIOS_COM_WARRANT PRODUTOS_AGROPECUARIOS_SEM_WARRANT
        SBCE_SOCIEDADE_BRASILEIRA_CREDITO_EXPORTAÇÃO SEGURO_RURAL SEM_SUB_TIPO_GARANTIA
        TRIBUTOS_RECEITAS_ORCAMENTARIAS VEICULOS VEICULOS_AUTOMOTORES";
    words_of(WarrantySubType::is_known, sub_types);
    assert_eq!(WarrantySubType::ALL.len(), sub_types.split_whitespace().count());
    assert_eq!(
        WarrantySubType::from("SBCE_SOCIEDADE_BRASILEIRA_CREDITO_EXPORTACAO"),
        WarrantySubType::SbceSociedadeBrasileiraCreditoExportacao
    );
}

#[test]
fn a_documented_loan_reads_as_typed_values() {
    let decoded = decode_report(include_bytes!("../fixtures/pf_loans.v1.json")).unwrap();
    let AnyReport::CreditOperations(report) = decoded.value else { panic!("the name says loans") };
    let operations = report.content.credit_operations.unwrap();
    assert_eq!(operations.accounts[0].head.number.as_ref().unwrap(), "94088392");

    let loan = &operations.loans[0];
    assert_eq!(loan.cnpj_consignee.as_ref().unwrap(), "50685662000135");
    assert_eq!(loan.product_sub_type_category, Some(LoanSubTypeCategory::CreditoPessoalClean));
    let contract = &loan.contract;
    assert_eq!(contract.product_type, Some(CreditProductType::Emprestimos));
    assert_eq!(contract.product_sub_type, Some(CreditProductSubType::HomeEquity));
    assert_eq!(contract.contract_amount.unwrap().to_string(), "1000.0400");
    assert_eq!(contract.disbursement_dates[0].to_string(), "2018-01-15");
    assert_eq!(contract.cet_yearly_rate.unwrap().to_string(), "0.290000");
    assert_eq!(contract.warranties[0].warranty_amount.unwrap().to_string(), "1000.0400");
    assert_eq!(contract.interest_rates[0].calculation, Some(InterestCalculation::Days21By252));
    assert_eq!(contract.interest_rates[0].pre_fixed_rate.unwrap().to_string(), "0.600000");
    assert_eq!(contract.contracted_fees[0].fee_rate.unwrap().to_string(), "0.062000");
    assert_eq!(contract.contracted_finance_charges[0].charge_rate.unwrap().to_string(), "0.070000");
    assert_eq!(contract.instalments.total_number_of_instalments.unwrap().get(), 130_632);
    let balloon = contract.instalments.balloon_payments[0].amount.as_ref().unwrap();
    assert_eq!(balloon.currency.as_ref().unwrap(), "BRL");
    assert_eq!(contract.payments.contract_outstanding_balance.unwrap().to_string(), "1000.0400");
    let release = &contract.payments.releases[0];
    assert!(release.is_over_parcel_payment.unwrap().get());
    let over_parcel = release.over_parcel.as_ref().unwrap();
    assert_eq!(over_parcel.fees[0].fee_code.as_ref().unwrap(), "aval_bem");
    assert_eq!(over_parcel.charges[0].charge_amount.unwrap().to_string(), "1000.0400");
}

#[test]
fn each_kind_fills_its_list_and_all_are_contracts() {
    for (product, list) in [
        ("pj_loans", "loans"),
        ("pj_financing", "financings"),
        ("pj_invoice_financing", "invoiceFinancings"),
        ("pj_unarranged_account_overdraft", "unarrangedAccountsOverdraft"),
        ("pj_credit_operations", "financings"),
    ] {
        let (operations, written) =
            operations(product, &format!(r#"{{"{list}":[{{"contractNumber":"7"}}]}}"#));
        let numbers: Vec<_> =
            operations.contracts().map(|contract| contract.contract_number.as_ref().unwrap()).collect();
        assert_eq!(numbers, ["7"], "{product}");
        assert!(written.contains(list), "{product}");
    }

    let decoded = decode_report(include_bytes!("../fixtures/pf_credit_operations.v1.1.json")).unwrap();
    let AnyReport::CreditOperations(report) = decoded.value else { panic!("the name says all of them") };
    let operations = report.content.credit_operations.unwrap();
    let kinds: Vec<_> =
        operations.contracts().map(|contract| contract.product_type.clone().unwrap()).collect();
    assert_eq!(
        kinds,
        [
            CreditProductType::Emprestimos,
            CreditProductType::Financiamentos,
            CreditProductType::DireitosCreditoriosDescontados,
            CreditProductType::AdiantamentoADepositantes,
        ]
    );
}

#[test]
fn other_names_of_the_lists_are_read_and_the_expected_one_is_written() {
    for (name, list) in [
        ("financing", "financings"),
        ("invoiceFinancing", "invoiceFinancings"),
        ("unarrangedAccountOverdraft", "unarrangedAccountsOverdraft"),
        ("unarrangedAccountOverdrafts", "unarrangedAccountsOverdraft"),
        ("unarrangedAccountsOverdrafts", "unarrangedAccountsOverdraft"),
    ] {
        let (operations, written) =
            operations("pf_credit_operations", &format!(r#"{{"{name}":[{{"dueDate":"2028-01-15"}}]}}"#));
        assert_eq!(operations.contracts().count(), 1, "{name}");
        assert!(written.contains(&format!(r#""{list}":[{{"dueDate":"2028-01-15"}}]"#)), "{written}");
    }
}

#[test]
fn numbers_in_the_place_of_decimal_text_keep_every_digit() {
    let (operations, _) = operations(
        "pf_loans",
        r#"{"loans":[{"contractAmount":12345678901234567.8912,"contractOutstandingBalance":0.1,"CET":0.29,
        "cetYearlyRate":0.290001,"cetMonthlyRate":0.09,"nextInstalmentAmount":10,"totalRemainingAmount":-1.5,
        "paidInstalments":"73","totalNumberOfInstalments":"130632","hasInsuranceContracted":"true",
        "interestRates":[{"preFixedRate":0.6,"postFixedRate":1}],"contractedFees":[{"feeAmount":1.10,"feeRate":0.062}],
        "contractedFinanceCharges":[{"chargeRate":0.07}],"warranties":[{"warrantyAmount":1000.04}],
        "releases":[{"paidAmount":-3.30,"isOverParcelPayment":"false",
            "overParcel":{"fees":[{"feeAmount":1}],"charges":[{"chargeAmount":2.5}]}}]}]}"#,
    );
    let loan = &operations.loans[0];
    assert_eq!(loan.contract.contract_amount.unwrap().to_string(), "12345678901234567.8912");
    assert_eq!(loan.contract.cet.unwrap().to_string(), "0.29");
    assert_eq!(loan.total_remaining_amount.unwrap().to_string(), "-1.5");
    assert_eq!(loan.contract.instalments.paid_instalments.unwrap().get(), 73);
    assert_eq!(loan.contract.payments.releases[0].paid_amount.unwrap().to_string(), "-3.30");
}

#[test]
fn older_and_newer_open_finance_reads_as_well() {
    let (operations, _) = operations(
        "pf_loans",
        r#"{"loans":[{"contractId":"c-1","disbursementDate":"2018-01-15",
        "lastUpdatedContractOutstandingBalance":"2025-05-21T08:30:00Z","totalRemainingAmount":"10.00",
        "warranties":[{"warrantyType":"SEM_TIPO_GARANTIA"}],
        "balloonPayments":[{"dueDate":"2021-05-21","amount":10.5,"currency":"BRL"}]}]}"#,
    );
    let loan = &operations.loans[0];
    assert_eq!(loan.contract.contract_id.as_ref().unwrap(), "c-1");
    assert_eq!(loan.contract.disbursement_date.unwrap().to_string(), "2018-01-15");
    assert!(loan.last_updated_contract_outstanding_balance.unwrap().timestamp().is_some());
    let balloon = &loan.contract.instalments.balloon_payments[0];
    assert_eq!(balloon.amount.as_ref().unwrap().amount.unwrap().to_string(), "10.5");
    assert_eq!(balloon.currency.as_ref().unwrap(), "BRL");
}

#[test]
fn a_variable_is_found_by_its_code_and_exact() {
    let decoded = decode_report(include_bytes!("../fixtures/pf_credit_risk.v1.1.json")).unwrap();
    let AnyReport::CreditRisk(report) = decoded.value else { panic!("the name says credit risk") };
    let risk = report.content.credit_risk.unwrap();
    assert_eq!(risk.value("F000007").unwrap().to_string(), "210");
    assert_eq!(risk.value("F000010").unwrap().to_string(), "2001.73");
    assert_eq!(risk.value("F000008"), None);
    let label = risk.label("F000009").unwrap();
    assert_eq!(label.label_name.as_ref().unwrap(), "Checking account balance");
    assert_eq!(risk.personal_info.unwrap().accounts[0].compe_code.as_ref().unwrap(), "001");
}

#[test]
fn a_variable_is_read_as_number_text_or_nothing_and_written_as_a_number() {
    for (json, value) in [
        ("2001.73", Some("2001.73")),
        ("\"2001.730\"", Some("2001.730")),
        ("12345678901234567.8912", Some("12345678901234567.8912")),
        ("-999999", Some("-999999")),
        ("null", None),
        ("\"\"", None),
    ] {
        let body = format!(
            r#"{{"productName":"pj_credit_risk","creditRisk":{{"labelDetails":[{{"labelCode":"F1","labelValue":{json}}}]}}}}"#
        );
        let inspection = inspect_report(body.as_bytes()).unwrap();
        assert_understood(&inspection);
        let written = serde_json::to_string(&inspection.value).unwrap();
        let expected = value.map(|value| format!(r#""labelValue":{value}}}"#));
        assert!(expected.is_none_or(|expected| written.contains(&expected)), "{written}");
        let AnyReport::CreditRisk(report) = inspection.value else { panic!("the name says credit risk") };
        let found = report.content.credit_risk.unwrap().value("F1").map(|amount| amount.to_string());
        assert_eq!(found.as_deref(), value, "{json}");
    }
}

#[test]
fn a_value_that_is_no_number_is_set_aside_and_kept() {
    let body = br#"{"productName":"pf_credit_risk","creditRisk":{"labelDetails":[{"labelCode":"F1","labelValue":"n/a"}]}}"#;
    let decoded = decode_report(body).unwrap();
    assert_eq!(decoded.malformed[0].path.to_string(), "creditRisk.labelDetails[0].labelValue");
    assert_eq!(decoded.malformed[0].raw(), "\"n/a\"");
}
