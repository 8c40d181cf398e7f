use provider_wire::{Text, record};

use crate::InstitutionCode;

/// The bank, and whose data it showed.
#[record]
pub struct Bank {
    /// Short name, `Santander`.
    pub bank_name: Option<Text>,
    /// Name at the Central Bank.
    pub bacen_name: Option<Text>,
    /// Bank code, 3 digits, `033`.
    pub bacen_id: Option<InstitutionCode>,
    /// CPF that the bank knows the user by.
    pub cpf_verified: Option<Text>,
}

/// An account at a bank.
#[record]
pub struct BankAccount {
    #[wire(flatten)]
    pub bank: Bank,
    /// Branch, `1076`.
    pub agency_number: Option<Text>,
    /// Number in the bank's own form, `01.12345.4`.
    pub account_number: Option<Text>,
}

/// The account that a score or labels were computed for.
#[record]
pub struct AccountInfo {
    #[wire(flatten)]
    pub account: BankAccount,
    /// Name of the holder.
    pub holder_name: Option<Text>,
}
