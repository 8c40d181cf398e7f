use provider_wire::{Amount, Date, DateTime, Integer, List, Money, Text, open_enum, record};

use super::{AccountHead, statements};
use crate::{CreditDebitType, TransactionId};

record! {
    /// An account with its entries: what every statement report on checking and savings accounts holds.
    pub struct AccountStatement {
        ..head: AccountHead,
        /// The entries, `transactionDetails` on the wire.
        pub entries: List<AccountEntry> => "transactionDetails",
    }
}

record! {
    /// An entry of an account. Plain reports lack the categories; `l2` has two levels of them, `l3` three and recurrence.
    pub struct AccountEntry {
        /// Day. Left Open Finance with accounts 2.2, so it may be missing.
        pub transaction_date: Option<Date> => "transactionDate",
        /// Instant, UTC with milliseconds. May be missing.
        pub transaction_date_time: Option<DateTime> => "transactionDateTime",
        /// Changes until the entry is booked; see [`state`](Self::state).
        pub transaction_id: Option<TransactionId> => "transactionId",
        /// Whether it is booked, `completedAuthorisedPaymentType` on the wire.
        pub state: Option<EntryState> => "completedAuthorisedPaymentType",
        /// Direction.
        pub credit_debit_type: Option<CreditDebitType> => "creditDebitType",
        /// Amount, mostly without a sign; see [`signed_amount`](Self::signed_amount).
        pub transaction_amount: Option<Money> => "transactionAmount",
        /// Text of the statement.
        pub transaction_name: Option<Text> => "transactionName",
        /// Counterparty's CPF or CNPJ, only for payments. Missing in the encoded variant.
        pub party_tax_id: Option<Text> => "partieCnpjCpf",
        /// Kind of counterparty.
        pub party_person_type: Option<PartyPersonType> => "partiePersonType",
        /// Counterparty's bank code.
        pub party_compe_code: Option<Text> => "partieCompeCode",
        /// Counterparty's branch.
        pub party_branch_code: Option<Text> => "partieBranchCode",
        /// Counterparty's account.
        pub party_number: Option<Text> => "partieNumber",
        /// Its check digit.
        pub party_check_digit: Option<Text> => "partieCheckDigit",
        /// Counterparty's bank in the payment system, ISPB: 8 capital letters or digits (Open Finance accounts 2.5).
        pub party_ispb: Option<Text> => "codeISPB",
        /// Explanation where the means of payment is `OUTROS` (Open Finance accounts 2.5).
        pub type_additional_info: Option<Text> => "typeAdditionalInfo",
        /// Balance after the entry, in reais. Number in the table, text in the example, an object at times
        /// (observed); absent at some banks.
        pub post_transaction_balance: Option<Money> => "postTransactionBalance",
        /// Means of payment in the words of Open Finance.
        pub entry_type: Option<EntryType> => "type",
        /// Klavi's category, Portuguese text: `Renda` (`l2`, `l3`).
        pub category: Option<Text> => "category",
        /// Second level: `Renda ativa` (`l2`, `l3`).
        pub subcategory: Option<Text> => "subcategory",
        /// Third level: `Salário` (`l3`).
        pub third_category: Option<Text> => "thirdCategory",
        /// 1 where it recurs at least six times in the whole period (`l3`).
        pub f_all: Option<Integer> => "fAll",
        /// 1 where it recurs at least six times and at least monthly.
        pub f_all_month: Option<Integer> => "fAllMonth",
        /// The same in consecutive months. Spelt in two ways in the documentation.
        pub f_all_c_month: Option<Integer> => "fAllCMonth" | "fAllCmonth",
        /// Means of payment in Klavi's words; the list was not seen.
        pub settlement_type: Option<Text> => "settlementType",
        /// Brand of the merchant: `Netflix`. In V1.1 of other categorised products, so expected here.
        pub brand: Option<Text> => "brand",
    }
}

impl AccountEntry {
    /// The amount with its sign: credits positive, debits negative, whatever sign it came with. `None` where amount or direction is missing or
    /// the direction is unknown; nothing is guessed from the text.
    pub fn signed_amount(&self) -> Option<Amount> {
        let amount = self.transaction_amount.as_ref()?.amount?;
        statements::signed(amount, self.credit_debit_type.as_ref())
    }

    /// The day: that of `transactionDate`, else the instant's in Brasília.
    pub fn day(&self) -> Option<jiff::civil::Date> {
        statements::day(self.transaction_date, self.transaction_date_time)
    }
}

open_enum! {
    /// How far an entry is (Open Finance accounts). Only a booked one keeps its id.
    pub enum EntryState {
        /// Booked.
        TransacaoEfetivada => "TRANSACAO_EFETIVADA",
        /// Scheduled.
        LancamentoFuturo => "LANCAMENTO_FUTURO",
        /// In progress.
        TransacaoProcessando => "TRANSACAO_PROCESSANDO",
    }
}

open_enum! {
    /// Kind of counterparty (Open Finance accounts).
    pub enum PartyPersonType {
        /// Natural person.
        PessoaNatural => "PESSOA_NATURAL",
        /// Company.
        PessoaJuridica => "PESSOA_JURIDICA",
    }
}

open_enum! {
    /// Means of payment (Open Finance accounts 2.5).
    pub enum EntryType {
        /// Transfer to another bank, same day.
        Ted => "TED",
        /// Transfer to another bank, next day.
        Doc => "DOC",
        /// Pix.
        Pix => "PIX",
        /// Transfer within the bank.
        TransferenciaMesmaInstituicao => "TRANSFERENCIA_MESMA_INSTITUICAO",
        /// Payment slip.
        Boleto => "BOLETO",
        /// Utility or tax bill.
        ConvenioArrecadacao => "CONVENIO_ARRECADACAO",
        /// Fee of a service package.
        PacoteTarifaServicos => "PACOTE_TARIFA_SERVICOS",
        /// Fee of a single service.
        TarifaServicosAvulsos => "TARIFA_SERVICOS_AVULSOS",
        /// Payroll.
        FolhaPagamento => "FOLHA_PAGAMENTO",
        /// Deposit.
        Deposito => "DEPOSITO",
        /// Withdrawal.
        Saque => "SAQUE",
        /// Card.
        Cartao => "CARTAO",
        /// Interest on the overdraft.
        EncargosJurosChequeEspecial => "ENCARGOS_JUROS_CHEQUE_ESPECIAL",
        /// Yield of an investment.
        RendimentoAplicFinanceira => "RENDIMENTO_APLIC_FINANCEIRA",
        /// Salary passed on from another bank.
        PortabilidadeSalario => "PORTABILIDADE_SALARIO",
        /// Redemption of an investment.
        ResgateAplicFinanceira => "RESGATE_APLIC_FINANCEIRA",
        /// Credit operation.
        OperacaoCredito => "OPERACAO_CREDITO",
        /// Something else.
        Outros => "OUTROS",
        /// Investment (accounts 2.5).
        AplicacaoFinanceira => "APLICACAO_FINANCEIRA",
        /// Transfer of a reserved balance (accounts 2.5).
        TransferenciaSaldoReservado => "TRANSFERENCIA_SALDO_RESERVADO",
    }
}
