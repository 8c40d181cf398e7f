use provider_wire::{Money, Text, open_enum, record};

use crate::TransactionId;

record! {
    /// What every movement of an investment says: which, in or out, of what kind.
    pub struct InvestmentMovement {
        /// Id of the movement.
        pub transaction_id: Option<TransactionId> => "transactionId",
        /// In or out, `type` on the wire.
        pub movement_type: Option<InvestmentMovementType> => "type",
        /// Kind of movement.
        pub transaction_type: Option<InvestmentTransactionType> => "transactionType",
        /// Explanation where the kind is `OUTROS` (Open Finance).
        pub transaction_type_additional_info: Option<Text> => "transactionTypeAdditionalInfo",
    }
}

record! {
    /// Value of a movement before and after taxes (Open Finance).
    pub struct TaxedValue {
        /// Before taxes, two to four decimals.
        pub transaction_gross_value: Option<Money> => "transactionGrossValue",
        /// Income tax withheld.
        pub income_tax: Option<Money> => "incomeTax",
        /// Tax on financial transactions (IOF).
        pub financial_transaction_tax: Option<Money> => "financialTransactionTax",
        /// After taxes.
        pub transaction_net_value: Option<Money> => "transactionNetValue",
    }
}

open_enum! {
    /// Whether a movement goes in or out (Open Finance investments, `type`).
    pub enum InvestmentMovementType {
        /// In.
        Entrada => "ENTRADA",
        /// Out.
        Saida => "SAIDA",
    }
}

open_enum! {
    /// Kind of movement (Open Finance investments, `transactionType`): the words of all five kinds of investment.
    pub enum InvestmentTransactionType {
        /// Investment: bank fixed incomes, funds.
        Aplicacao => "APLICACAO",
        /// Redemption: bank fixed incomes, funds.
        Resgate => "RESGATE",
        /// Purchase: credit fixed incomes, variable incomes, Treasury bonds.
        Compra => "COMPRA",
        /// Sale: credit fixed incomes, variable incomes, Treasury bonds.
        Venda => "VENDA",
        /// Cancellation: fixed incomes, Treasury bonds.
        Cancelamento => "CANCELAMENTO",
        /// Maturity: fixed incomes, Treasury bonds.
        Vencimento => "VENCIMENTO",
        /// Interest paid: fixed incomes, Treasury bonds.
        PagamentoJuros => "PAGAMENTO_JUROS",
        /// Amortisation: all but variable incomes.
        Amortizacao => "AMORTIZACAO",
        /// Premium: credit fixed incomes.
        Premio => "PREMIO",
        /// Fine: credit fixed incomes.
        Multa => "MULTA",
        /// Interest for late payment: credit fixed incomes.
        Mora => "MORA",
        /// Dividends: variable incomes.
        Dividendos => "DIVIDENDOS",
        /// Interest on own capital: variable incomes.
        Jcp => "JCP",
        /// Lending of securities: variable incomes.
        Alugueis => "ALUGUEIS",
        /// Transfer to another holder: all but funds.
        TransferenciaTitularidade => "TRANSFERENCIA_TITULARIDADE",
        /// Transfer to another custodian: all but funds.
        TransferenciaCustodia => "TRANSFERENCIA_CUSTODIA",
        /// Transfer of quotas: funds.
        TransferenciaCotas => "TRANSFERENCIA_COTAS",
        /// Half-yearly income tax taken in quotas: funds.
        ComeCotas => "COME_COTAS",
        /// Something else, explained beside.
        Outros => "OUTROS",
    }
}
