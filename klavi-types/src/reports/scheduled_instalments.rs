use provider_wire::{Date, Integer, List, Money, Text, open_enum, record};

/// Instalments of a credit contract: how many, how many paid, how many late.
///
/// An answer of its own in Open Finance; that Klavi puts it into the contract is inferred.
#[record(rename_all = "camelCase")]
pub struct ScheduledInstalments {
    /// Unit of the whole term (Open Finance).
    pub type_number_of_instalments: Option<NumberOfInstalmentsType>,
    /// The whole term in that unit (Open Finance).
    pub total_number_of_instalments: Option<Integer>,
    /// Unit of the remaining term (Open Finance).
    pub type_contract_remaining: Option<ContractRemainingType>,
    /// The remaining term in that unit (Open Finance).
    pub contract_remaining_number: Option<Integer>,
    /// Instalments paid (Open Finance).
    pub paid_instalments: Option<Integer>,
    /// Instalments not due yet (Open Finance).
    pub due_instalments: Option<Integer>,
    /// Instalments overdue (Open Finance).
    pub past_due_instalments: Option<Integer>,
    /// Payments out of the regular (Open Finance).
    pub balloon_payments: List<BalloonPayment>,
}

/// A payment out of the regular schedule.
#[record(rename_all = "camelCase")]
pub struct BalloonPayment {
    /// When it is due (Open Finance).
    pub due_date: Option<Date>,
    /// How much: an object since Open Finance 2, bare with [`currency`](Self::currency) beside it before.
    pub amount: Option<Money>,
    /// Currency of a bare amount, ISO 4217 (Open Finance 1).
    pub currency: Option<Text>,
}

/// Unit of a contract's whole term (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum NumberOfInstalmentsType {
    /// Days.
    Dia,
    /// Weeks.
    Semana,
    /// Months.
    Mes,
    /// Years.
    Ano,
    /// There is no term.
    SemPrazoTotal,
}

/// Unit of a contract's remaining term (Open Finance).
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ContractRemainingType {
    /// Days.
    Dia,
    /// Weeks.
    Semana,
    /// Months.
    Mes,
    /// Years.
    Ano,
    /// There is no term.
    SemPrazoRemanescente,
}
