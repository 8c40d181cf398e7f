use provider_wire::{Date, DateTime, Integer, Text, open_enum, record};

use crate::{ConsentId, InstitutionName};

record! {
    /// What a webhook tells beside whom it is about: the members of all of them together, since their names do not
    /// clash and those of some are not documented (`transactions_updated`, `transactions_deleted`, three of the consent).
    /// Whatever else comes stays in [`extra`](Self::extra).
    pub struct LinkWebhookData {
        /// How many owners there are (OWNERS).
        pub total_owners: Option<Integer> => "total_owners",
        /// How many accounts there are (ACCOUNTS).
        pub total_accounts: Option<Integer> => "total_accounts",
        /// How many of them are new (ACCOUNTS; observed).
        pub new_accounts: Option<Integer> => "new_accounts",
        /// How many transactions there are (TRANSACTIONS).
        pub total_transactions: Option<Integer> => "total_transactions",
        /// How many of them are money that came in.
        pub total_inflow_transactions: Option<Integer> => "total_inflow_transactions",
        /// How many of them are money that went out.
        pub total_outflow_transactions: Option<Integer> => "total_outflow_transactions",
        /// Day of the earliest.
        pub first_transaction_date: Option<Date> => "first_transaction_date",
        /// Day of the latest.
        pub last_transaction_date: Option<Date> => "last_transaction_date",
        /// How many bills there are (BILLS).
        pub total_bills: Option<Integer> => "total_bills",
        /// Code of the error, `login_error` (LINK, `invalid_credentials`).
        pub error_code: Option<Text> => "error_code",
        /// Text of the error. Not to be matched on.
        pub error_message: Option<Text> => "error_message",
        /// HTTP status that a call would have had, 400.
        pub status: Option<Integer> => "status",
        /// The consent (CONSENT).
        pub consent_id: Option<ConsentId> => "consent_id",
        /// When it ends (CONSENT, `openfinance_consent_about_to_expire`).
        pub consent_due_date: Option<DateTime> => "consent_due_date",
        /// What is to be done (CONSENT).
        pub action: Option<ConsentAction> => "action",
        /// Name of the institution in the API (CONSENT).
        pub institution: Option<InstitutionName> => "institution",
        /// Its name for people (CONSENT).
        pub institution_display_name: Option<Text> => "institution_display_name",
        /// Address of its logo (CONSENT).
        pub institution_icon_logo: Option<Text> => "institution_icon_logo",
    }
}

open_enum! {
    /// What is to be done about a consent.
    pub enum ConsentAction {
        /// Have the user renew it, in the portal for consents.
        Renew => "renew",
    }
}
