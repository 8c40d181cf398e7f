use provider_wire::{Amount, Date, Flag, List, Text, open_enum, record};

use super::{
    ContractPayments, ContractedFee, ContractedFinanceCharge, InterestRate, ScheduledInstalments, Warranty,
};

record! {
    /// A credit contract, whatever its kind: conditions, guarantees, instalments, payments.
    ///
    /// Amounts are in units of `currency`, rates are fractions: `0.290000` is 29 %.
    ///
    /// The conditions as far as the kind of index in [`InterestRate`] stand in Klavi's examples of loans and invoice
    /// financings (docs.klavi.ai/link/Zpma-v1, /link/k-zL-v1). What Open Finance gives beyond them is marked so;
    /// fees, charges, instalments and payments are expected in the contract itself, as guarantees and balance are.
    pub struct CreditContract {
        ..instalments: ScheduledInstalments,
        ..payments: ContractPayments,
        /// Id at the bank, missing in the examples; there `ipoc_code` or `contract_number` tell contracts apart
        /// (Open Finance).
        pub contract_id: Option<Text> => "contractId",
        /// Which kind of credit.
        pub product_type: Option<CreditProductType> => "productType",
        /// Which product of that kind.
        pub product_sub_type: Option<CreditProductSubType> => "productSubType",
        /// The bank's own name of the product (Open Finance).
        pub product_name: Option<Text> => "productName",
        /// Id of the contract at the Central Bank, 22 to 67 characters.
        pub ipoc_code: Option<Text> => "ipocCode",
        /// Number of the contract at the bank.
        pub contract_number: Option<Text> => "contractNumber",
        /// When it was signed.
        pub contract_date: Option<Date> => "contractDate",
        /// When it was settled.
        pub settlement_date: Option<Date> => "settlementDate",
        /// When the money was paid out.
        pub disbursement_dates: List<Date> => "disbursementDates",
        /// The same, one date alone (Open Finance 1).
        pub disbursement_date: Option<Date> => "disbursementDate",
        /// Amount borrowed.
        pub contract_amount: Option<Amount> => "contractAmount",
        /// Currency of the contract, ISO 4217: `BRL`.
        pub currency: Option<Text> => "currency",
        /// When the whole is due.
        pub due_date: Option<Date> => "dueDate",
        /// How often an instalment is due.
        pub instalment_periodicity: Option<InstalmentPeriodicity> => "instalmentPeriodicity",
        /// Explanation where that is `OUTROS` (Open Finance).
        pub instalment_periodicity_additional_info: Option<Text> => "instalmentPeriodicityAdditionalInfo",
        /// When the first instalment is due.
        pub first_instalment_due_date: Option<Date> => "firstInstalmentDueDate",
        /// Total effective cost a year, as a fraction.
        pub cet_yearly_rate: Option<Amount> => "cetYearlyRate",
        /// Total effective cost a month, as a fraction.
        pub cet_monthly_rate: Option<Amount> => "cetMonthlyRate",
        /// Total effective cost under its original name, as a fraction (Open Finance).
        pub cet: Option<Amount> => "CET",
        /// How the debt is paid off.
        pub amortization_scheduled: Option<AmortizationScheduled> => "amortizationScheduled",
        /// Explanation where that is `OUTROS` (Open Finance).
        pub amortization_scheduled_additional_info: Option<Text> => "amortizationScheduledAdditionalInfo",
        /// Whether an insurance goes with it (Open Finance).
        pub has_insurance_contracted: Option<Flag> => "hasInsuranceContracted",
        /// Interest.
        pub interest_rates: List<InterestRate> => "interestRates",
        /// Fees agreed on (Open Finance).
        pub contracted_fees: List<ContractedFee> => "contractedFees",
        /// Charges agreed on, mostly for delay (Open Finance).
        pub contracted_finance_charges: List<ContractedFinanceCharge> => "contractedFinanceCharges",
        /// Guarantees.
        pub warranties: List<Warranty> => "warranties",
    }
}

open_enum! {
    /// Kind of credit (Open Finance). One vocabulary for the four kinds of report, because Klavi's example of an
    /// invoice financing shows the word for loans.
    pub enum CreditProductType {
        /// Loan.
        Emprestimos => "EMPRESTIMOS",
        /// Financing.
        Financiamentos => "FINANCIAMENTOS",
        /// Rural financing.
        FinanciamentosRurais => "FINANCIAMENTOS_RURAIS",
        /// Financing of real estate.
        FinanciamentosImobiliarios => "FINANCIAMENTOS_IMOBILIARIOS",
        /// Discounted receivables.
        DireitosCreditoriosDescontados => "DIREITOS_CREDITORIOS_DESCONTADOS",
        /// Advance to a depositor.
        AdiantamentoADepositantes => "ADIANTAMENTO_A_DEPOSITANTES",
    }
}

open_enum! {
    /// Product within its kind (Open Finance): the union of the four kinds' lists, which have no word in common.
    pub enum CreditProductSubType {
        /// Loan: secured by real estate.
        HomeEquity => "HOME_EQUITY",
        /// Loan: overdraft of a checking account.
        ChequeEspecial => "CHEQUE_ESPECIAL",
        /// Loan: secured credit line on an account.
        ContaGarantida => "CONTA_GARANTIDA",
        /// Loan: revolving working capital.
        CapitalGiroTetoRotativo => "CAPITAL_GIRO_TETO_ROTATIVO",
        /// Loan: personal, not deducted from pay.
        CreditoPessoalSemConsignacao => "CREDITO_PESSOAL_SEM_CONSIGNACAO",
        /// Loan: personal, deducted from pay.
        CreditoPessoalComConsignacao => "CREDITO_PESSOAL_COM_CONSIGNACAO",
        /// Loan: microcredit for production.
        MicrocreditoProdutivoOrientado => "MICROCREDITO_PRODUTIVO_ORIENTADO",
        /// Loan: working capital, up to 365 days.
        CapitalGiroPrazoVencimentoAte365Dias => "CAPITAL_GIRO_PRAZO_VENCIMENTO_ATE_365_DIAS",
        /// Loan: working capital, more than 365 days.
        CapitalGiroPrazoVencimentoSuperior365Dias => "CAPITAL_GIRO_PRAZO_VENCIMENTO_SUPERIOR_365_DIAS",
        /// Financing: vehicles.
        AquisicaoBensVeiculosAutomotores => "AQUISICAO_BENS_VEICULOS_AUTOMOTORES",
        /// Financing: other goods.
        AquisicaoBensOutrosBens => "AQUISICAO_BENS_OUTROS_BENS",
        /// Financing: microcredit.
        Microcredito => "MICROCREDITO",
        /// Rural financing: running costs.
        Custeio => "CUSTEIO",
        /// Rural financing: investment.
        Investimento => "INVESTIMENTO",
        /// Rural financing: processing.
        Industrializacao => "INDUSTRIALIZACAO",
        /// Rural financing: marketing.
        Comercializacao => "COMERCIALIZACAO",
        /// Housing within the national housing system.
        FinanciamentoHabitacionalSfh => "FINANCIAMENTO_HABITACIONAL_SFH",
        /// Housing outside of it.
        FinanciamentoHabitacionalExcetoSfh => "FINANCIAMENTO_HABITACIONAL_EXCETO_SFH",
        /// Receivables: trade bills.
        DescontoDuplicatas => "DESCONTO_DUPLICATAS",
        /// Receivables: cheques.
        DescontoCheques => "DESCONTO_CHEQUES",
        /// Receivables: card bills.
        AntecipacaoFaturaCartaoCredito => "ANTECIPACAO_FATURA_CARTAO_CREDITO",
        /// Receivables: other claims.
        OutrosDireitosCreditoriosDescontados => "OUTROS_DIREITOS_CREDITORIOS_DESCONTADOS",
        /// Receivables: other papers.
        OutrosTitulosDescontados => "OUTROS_TITULOS_DESCONTADOS",
        /// Advance to a depositor.
        AdiantamentoADepositantes => "ADIANTAMENTO_A_DEPOSITANTES",
    }
}

open_enum! {
    /// How often an instalment is due (Open Finance).
    pub enum InstalmentPeriodicity {
        /// Irregularly.
        SemPeriodicidadeRegular => "SEM_PERIODICIDADE_REGULAR",
        /// Weekly.
        Semanal => "SEMANAL",
        /// Every two weeks.
        Quinzenal => "QUINZENAL",
        /// Monthly.
        Mensal => "MENSAL",
        /// Every two months.
        Bimestral => "BIMESTRAL",
        /// Every three months.
        Trimestral => "TRIMESTRAL",
        /// Every six months.
        Semestral => "SEMESTRAL",
        /// Yearly.
        Anual => "ANUAL",
        /// Otherwise.
        Outros => "OUTROS",
    }
}

open_enum! {
    /// How a debt is paid off (Open Finance).
    pub enum AmortizationScheduled {
        /// Constant repayment, falling instalments.
        Sac => "SAC",
        /// Constant instalments.
        Price => "PRICE",
        /// Between the two.
        Sam => "SAM",
        /// No system.
        SemSistemaAmortizacao => "SEM_SISTEMA_AMORTIZACAO",
        /// Another one.
        Outros => "OUTROS",
    }
}
