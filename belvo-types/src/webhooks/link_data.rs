use provider_wire::{Date, DateTime, Integer, Text, open_enum, record};

use crate::{ConsentId, InstitutionName};

/// What a webhook tells beside whom it is about: the members of all of them together, since their names do not
/// clash and those of some are not documented (`transactions_updated`, `transactions_deleted`, three of the consent).
/// Whatever else comes stays in [`extra`](Self::extra).
#[record]
pub struct LinkWebhookData {
    /// How many owners there are (OWNERS).
    pub total_owners: Option<Integer>,
    /// How many accounts there are (ACCOUNTS).
    pub total_accounts: Option<Integer>,
    /// How many of them are new (ACCOUNTS; observed).
    pub new_accounts: Option<Integer>,
    /// How many transactions there are (TRANSACTIONS).
    pub total_transactions: Option<Integer>,
    /// How many of them are money that came in.
    pub total_inflow_transactions: Option<Integer>,
    /// How many of them are money that went out.
    pub total_outflow_transactions: Option<Integer>,
    /// Day of the earliest.
    pub first_transaction_date: Option<Date>,
    /// Day of the latest.
    pub last_transaction_date: Option<Date>,
    /// How many bills there are (BILLS).
    pub total_bills: Option<Integer>,
    /// Code of the error, `login_error` (LINK, `invalid_credentials`).
    pub error_code: Option<Text>,
    /// Text of the error. Not to be matched on.
    pub error_message: Option<Text>,
    /// HTTP status that a call would have had, 400.
    pub status: Option<Integer>,
    /// The consent (CONSENT).
    pub consent_id: Option<ConsentId>,
    /// When it ends (CONSENT, `openfinance_consent_about_to_expire`).
    pub consent_due_date: Option<DateTime>,
    /// What is to be done (CONSENT).
    pub action: Option<ConsentAction>,
    /// Name of the institution in the API (CONSENT).
    pub institution: Option<InstitutionName>,
    /// Its name for people (CONSENT).
    pub institution_display_name: Option<Text>,
    /// Address of its logo (CONSENT).
    pub institution_icon_logo: Option<Text>,
}

/// What is to be done about a consent.
#[open_enum(rename_all = "snake_case")]
pub enum ConsentAction {
    /// Have the user renew it, in the portal for consents.
    Renew,
}
