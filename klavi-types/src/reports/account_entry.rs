use provider_wire::{Amount, Date, DateTime, Integer, List, Money, Text, open_enum, record};

use super::{AccountHead, statements};
use crate::{CreditDebitType, TransactionId};

/// An account with its entries: what every statement report on checking and savings accounts holds.
#[record]
pub struct AccountStatement {
    #[wire(flatten)]
    pub head: AccountHead,
    /// The entries.
    #[wire("transactionDetails")]
    pub entries: List<AccountEntry>,
}

/// An entry of an account. Plain reports lack the categories; `l2` has two levels of them, `l3` three and recurrence.
#[record(rename_all = "camelCase")]
pub struct AccountEntry {
    /// Day. Left Open Finance with accounts 2.2, so it may be missing.
    pub transaction_date: Option<Date>,
    /// Instant, UTC with milliseconds. May be missing.
    pub transaction_date_time: Option<DateTime>,
    /// Changes until the entry is booked; see [`state`](Self::state).
    pub transaction_id: Option<TransactionId>,
    /// Booking status.
    #[wire("completedAuthorisedPaymentType")]
    pub state: Option<EntryState>,
    /// Direction.
    pub credit_debit_type: Option<CreditDebitType>,
    /// Amount, mostly without a sign; see [`signed_amount`](Self::signed_amount).
    pub transaction_amount: Option<Money>,
    /// Text of the statement.
    pub transaction_name: Option<Text>,
    /// Counterparty's CPF or CNPJ, only for payments. Missing in the encoded variant.
    #[wire("partieCnpjCpf")]
    pub party_tax_id: Option<Text>,
    /// Kind of counterparty.
    #[wire("partiePersonType")]
    pub party_person_type: Option<PartyPersonType>,
    /// Counterparty's bank code.
    #[wire("partieCompeCode")]
    pub party_compe_code: Option<Text>,
    /// Counterparty's branch.
    #[wire("partieBranchCode")]
    pub party_branch_code: Option<Text>,
    /// Counterparty's account.
    #[wire("partieNumber")]
    pub party_number: Option<Text>,
    /// Its check digit.
    #[wire("partieCheckDigit")]
    pub party_check_digit: Option<Text>,
    /// Counterparty's bank in the payment system, ISPB: 8 capital letters or digits (Open Finance accounts 2.5).
    #[wire("codeISPB")]
    pub party_ispb: Option<Text>,
    /// Explanation where the means of payment is `OUTROS` (Open Finance accounts 2.5).
    pub type_additional_info: Option<Text>,
    /// Balance after the entry, in reais. Number in the table, text in the example, an object at times
    /// (observed); absent at some banks.
    pub post_transaction_balance: Option<Money>,
    /// Means of payment in the words of Open Finance.
    #[wire("type")]
    pub entry_type: Option<EntryType>,
    /// Klavi's category, Portuguese text: `Renda` (`l2`, `l3`).
    pub category: Option<Text>,
    /// Second level: `Renda ativa` (`l2`, `l3`).
    pub subcategory: Option<Text>,
    /// Third level: `Salário` (`l3`).
    pub third_category: Option<Text>,
    /// 1 where it recurs at least six times in the whole period (`l3`).
    pub f_all: Option<Integer>,
    /// 1 where it recurs at least six times and at least monthly.
    pub f_all_month: Option<Integer>,
    /// The same in consecutive months. Spelt in two ways in the documentation.
    #[wire(or = "fAllCmonth")]
    pub f_all_c_month: Option<Integer>,
    /// Means of payment in Klavi's words; the list was not seen.
    pub settlement_type: Option<Text>,
    /// Brand of the merchant: `Netflix`. In V1.1 of other categorised products, so expected here.
    pub brand: Option<Text>,
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

/// How far an entry is (Open Finance accounts). Only a booked one keeps its id.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntryState {
    /// Booked.
    TransacaoEfetivada,
    /// Scheduled.
    LancamentoFuturo,
    /// In progress.
    TransacaoProcessando,
}

/// Kind of counterparty (Open Finance accounts).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PartyPersonType {
    /// Natural person.
    PessoaNatural,
    /// Company.
    PessoaJuridica,
}

/// Means of payment (Open Finance accounts 2.5).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EntryType {
    /// Transfer to another bank, same day.
    Ted,
    /// Transfer to another bank, next day.
    Doc,
    /// Pix.
    Pix,
    /// Transfer within the bank.
    TransferenciaMesmaInstituicao,
    /// Payment slip.
    Boleto,
    /// Utility or tax bill.
    ConvenioArrecadacao,
    /// Fee of a service package.
    PacoteTarifaServicos,
    /// Fee of a single service.
    TarifaServicosAvulsos,
    /// Payroll.
    FolhaPagamento,
    /// Deposit.
    Deposito,
    /// Withdrawal.
    Saque,
    /// Card.
    Cartao,
    /// Interest on the overdraft.
    EncargosJurosChequeEspecial,
    /// Yield of an investment.
    RendimentoAplicFinanceira,
    /// Salary passed on from another bank.
    PortabilidadeSalario,
    /// Redemption of an investment.
    ResgateAplicFinanceira,
    /// Credit operation.
    OperacaoCredito,
    /// Something else.
    Outros,
    /// Investment (accounts 2.5).
    AplicacaoFinanceira,
    /// Transfer of a reserved balance (accounts 2.5).
    TransferenciaSaldoReservado,
}
