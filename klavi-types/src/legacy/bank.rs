use provider_wire::{Text, record};

use crate::InstitutionCode;

record! {
    /// The bank, and whose data it showed.
    pub struct Bank {
        /// Short name, `Santander`.
        pub bank_name: Option<Text> => "bank_name",
        /// Name at the Central Bank.
        pub bacen_name: Option<Text> => "bacen_name",
        /// Bank code, 3 digits, `033`.
        pub bacen_id: Option<InstitutionCode> => "bacen_id",
        /// CPF that the bank knows the user by.
        pub cpf_verified: Option<Text> => "cpf_verified",
    }
}

record! {
    /// An account at a bank.
    pub struct BankAccount {
        ..bank: Bank,
        /// Branch, `1076`.
        pub agency_number: Option<Text> => "agency_number",
        /// Number in the bank's own form, `01.12345.4`.
        pub account_number: Option<Text> => "account_number",
    }
}

record! {
    /// The account that a score or labels were computed for.
    pub struct AccountInfo {
        ..account: BankAccount,
        /// Name of the holder.
        pub holder_name: Option<Text> => "holder_name",
    }
}
