use provider_wire::{Amount, Date, Flag, List, Text, open_enum, record};

use super::{
    ContractPayments, ContractedFee, ContractedFinanceCharge, InterestRate, ScheduledInstalments, Warranty,
};

/// A credit contract, whatever its kind: conditions, guarantees, instalments, payments.
///
/// Amounts are in units of `currency`, rates are fractions: `0.290000` is 29 %.
///
/// The conditions as far as the kind of index in [`InterestRate`] stand in Klavi's examples of loans and invoice
/// financings (docs.klavi.ai/link/Zpma-v1, /link/k-zL-v1). What Open Finance gives beyond them is marked so;
/// fees, charges, instalments and payments are expected in the contract itself, as guarantees and balance are.
///
/// ```
/// use klavi_types::reports::{AnyReport, CreditProductSubType, decode_report};
///
/// # let body = br#"{"productName":"pf_financing","creditOperations":{"financings":[
/// #     {"productType":"FINANCIAMENTOS","productSubType":"AQUISICAO_BENS_VEICULOS_AUTOMOTORES"}]}}"#;
/// let AnyReport::CreditOperations(report) = decode_report(body)?.value else { return Ok(()) };
/// let operations = report.content.credit_operations.unwrap();
/// let of_cars = CreditProductSubType::AquisicaoBensVeiculosAutomotores;
/// let cars = operations.financings.iter().filter(|contract| contract.product_sub_type == Some(of_cars.clone()));
/// assert_eq!(cars.count(), 1);
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CreditContract {
    #[wire(flatten)]
    pub instalments: ScheduledInstalments,
    #[wire(flatten)]
    pub payments: ContractPayments,
    /// Id at the bank, missing in the examples; there `ipoc_code` or `contract_number` tell contracts apart
    /// (Open Finance).
    pub contract_id: Option<Text>,
    /// Which kind of credit.
    pub product_type: Option<CreditProductType>,
    /// Which product of that kind.
    pub product_sub_type: Option<CreditProductSubType>,
    /// The bank's own name of the product (Open Finance).
    pub product_name: Option<Text>,
    /// Id of the contract at the Central Bank, 22 to 67 characters.
    pub ipoc_code: Option<Text>,
    /// Number of the contract at the bank.
    pub contract_number: Option<Text>,
    /// When it was signed.
    pub contract_date: Option<Date>,
    /// When it was settled.
    pub settlement_date: Option<Date>,
    /// When the money was paid out.
    pub disbursement_dates: List<Date>,
    /// The same, one date alone (Open Finance 1).
    pub disbursement_date: Option<Date>,
    /// Amount borrowed.
    pub contract_amount: Option<Amount>,
    /// Currency of the contract, ISO 4217: `BRL`.
    pub currency: Option<Text>,
    /// When the whole is due.
    pub due_date: Option<Date>,
    /// How often an instalment is due.
    pub instalment_periodicity: Option<InstalmentPeriodicity>,
    /// Explanation where that is `OUTROS` (Open Finance).
    pub instalment_periodicity_additional_info: Option<Text>,
    /// When the first instalment is due.
    pub first_instalment_due_date: Option<Date>,
    /// Total effective cost a year, as a fraction.
    pub cet_yearly_rate: Option<Amount>,
    /// Total effective cost a month, as a fraction.
    pub cet_monthly_rate: Option<Amount>,
    /// Total effective cost under its original name, as a fraction (Open Finance).
    #[wire("CET")]
    pub cet: Option<Amount>,
    /// How the debt is paid off.
    pub amortization_scheduled: Option<AmortizationScheduled>,
    /// Explanation where that is `OUTROS` (Open Finance).
    pub amortization_scheduled_additional_info: Option<Text>,
    /// Whether an insurance goes with it (Open Finance).
    pub has_insurance_contracted: Option<Flag>,
    /// Interest.
    pub interest_rates: List<InterestRate>,
    /// Fees agreed on (Open Finance).
    pub contracted_fees: List<ContractedFee>,
    /// Charges agreed on, mostly for delay (Open Finance).
    pub contracted_finance_charges: List<ContractedFinanceCharge>,
    /// Guarantees.
    pub warranties: List<Warranty>,
}

/// Kind of credit (Open Finance). One vocabulary for the four kinds of report, because Klavi's example of an
/// invoice financing shows the word for loans.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CreditProductType {
    /// Loan.
    Emprestimos,
    /// Financing.
    Financiamentos,
    /// Rural financing.
    FinanciamentosRurais,
    /// Financing of real estate.
    FinanciamentosImobiliarios,
    /// Discounted receivables.
    DireitosCreditoriosDescontados,
    /// Advance to a depositor.
    AdiantamentoADepositantes,
}

/// Product within its kind (Open Finance): the union of the four kinds' lists, which have no word in common.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CreditProductSubType {
    /// Loan: secured by real estate.
    HomeEquity,
    /// Loan: overdraft of a checking account.
    ChequeEspecial,
    /// Loan: secured credit line on an account.
    ContaGarantida,
    /// Loan: revolving working capital.
    CapitalGiroTetoRotativo,
    /// Loan: personal, not deducted from pay.
    CreditoPessoalSemConsignacao,
    /// Loan: personal, deducted from pay.
    CreditoPessoalComConsignacao,
    /// Loan: microcredit for production.
    MicrocreditoProdutivoOrientado,
    /// Loan: working capital, up to 365 days.
    #[wire("CAPITAL_GIRO_PRAZO_VENCIMENTO_ATE_365_DIAS")]
    CapitalGiroPrazoVencimentoAte365Dias,
    /// Loan: working capital, more than 365 days.
    #[wire("CAPITAL_GIRO_PRAZO_VENCIMENTO_SUPERIOR_365_DIAS")]
    CapitalGiroPrazoVencimentoSuperior365Dias,
    /// Financing: vehicles.
    AquisicaoBensVeiculosAutomotores,
    /// Financing: other goods.
    AquisicaoBensOutrosBens,
    /// Financing: microcredit.
    Microcredito,
    /// Rural financing: running costs.
    Custeio,
    /// Rural financing: investment.
    Investimento,
    /// Rural financing: processing.
    Industrializacao,
    /// Rural financing: marketing.
    Comercializacao,
    /// Housing within the national housing system.
    FinanciamentoHabitacionalSfh,
    /// Housing outside of it.
    FinanciamentoHabitacionalExcetoSfh,
    /// Receivables: trade bills.
    DescontoDuplicatas,
    /// Receivables: cheques.
    DescontoCheques,
    /// Receivables: card bills.
    AntecipacaoFaturaCartaoCredito,
    /// Receivables: other claims.
    OutrosDireitosCreditoriosDescontados,
    /// Receivables: other papers.
    OutrosTitulosDescontados,
    /// Advance to a depositor.
    AdiantamentoADepositantes,
}

/// How often an instalment is due (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InstalmentPeriodicity {
    /// Irregularly.
    SemPeriodicidadeRegular,
    /// Weekly.
    Semanal,
    /// Every two weeks.
    Quinzenal,
    /// Monthly.
    Mensal,
    /// Every two months.
    Bimestral,
    /// Every three months.
    Trimestral,
    /// Every six months.
    Semestral,
    /// Yearly.
    Anual,
    /// Otherwise.
    Outros,
}

/// How a debt is paid off (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AmortizationScheduled {
    /// Constant repayment, falling instalments.
    Sac,
    /// Constant instalments.
    Price,
    /// Between the two.
    Sam,
    /// No system.
    SemSistemaAmortizacao,
    /// Another one.
    Outros,
}
