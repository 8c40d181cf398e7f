use provider_wire::{Money, Text, open_enum, record};

use crate::TransactionId;

/// What every movement of an investment says: which, in or out, of what kind.
#[record(rename_all = "camelCase")]
pub struct InvestmentMovement {
    /// Id of the movement.
    pub transaction_id: Option<TransactionId>,
    /// In or out.
    #[wire("type")]
    pub movement_type: Option<InvestmentMovementType>,
    /// Kind of movement.
    pub transaction_type: Option<InvestmentTransactionType>,
    /// Explanation where the kind is `OUTROS` (Open Finance).
    pub transaction_type_additional_info: Option<Text>,
}

/// Value of a movement before and after taxes (Open Finance).
#[record(rename_all = "camelCase")]
pub struct TaxedValue {
    /// Before taxes, two to four decimals.
    pub transaction_gross_value: Option<Money>,
    /// Income tax withheld.
    pub income_tax: Option<Money>,
    /// Tax on financial transactions (IOF).
    pub financial_transaction_tax: Option<Money>,
    /// After taxes.
    pub transaction_net_value: Option<Money>,
}

/// Whether a movement goes in or out (Open Finance investments, `type`).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvestmentMovementType {
    /// In.
    Entrada,
    /// Out.
    Saida,
}

/// Kind of movement (Open Finance investments, `transactionType`): the words of all five kinds of investment.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvestmentTransactionType {
    /// Investment: bank fixed incomes, funds.
    Aplicacao,
    /// Redemption: bank fixed incomes, funds.
    Resgate,
    /// Purchase: credit fixed incomes, variable incomes, Treasury bonds.
    Compra,
    /// Sale: credit fixed incomes, variable incomes, Treasury bonds.
    Venda,
    /// Cancellation: fixed incomes, Treasury bonds.
    Cancelamento,
    /// Maturity: fixed incomes, Treasury bonds.
    Vencimento,
    /// Interest paid: fixed incomes, Treasury bonds.
    PagamentoJuros,
    /// Amortisation: all but variable incomes.
    Amortizacao,
    /// Premium: credit fixed incomes.
    Premio,
    /// Fine: credit fixed incomes.
    Multa,
    /// Interest for late payment: credit fixed incomes.
    Mora,
    /// Dividends: variable incomes.
    Dividendos,
    /// Interest on own capital: variable incomes.
    Jcp,
    /// Lending of securities: variable incomes.
    Alugueis,
    /// Transfer to another holder: all but funds.
    TransferenciaTitularidade,
    /// Transfer to another custodian: all but funds.
    TransferenciaCustodia,
    /// Transfer of quotas: funds.
    TransferenciaCotas,
    /// Half-yearly income tax taken in quotas: funds.
    ComeCotas,
    /// Something else, explained beside.
    Outros,
}
