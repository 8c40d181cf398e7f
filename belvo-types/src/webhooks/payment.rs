use provider_wire::{Json, Text, open_enum, record};

use super::{PaymentObjectId, WebhookId};

/// Before the names of payments, which would not be told from those of links otherwise: `TRANSACTIONS` is in both.
const FAMILY: &str = "payments";

record! {
    /// Word about a payment in Brazil or Colombia.
    ///
    /// Recognised, so that a receiver for links keeps it and can hand it on; this crate has nothing else of payments.
    pub struct PaymentWebhook {
        /// Belvo's id of the webhook.
        pub webhook_id: Option<WebhookId> => "webhook_id",
        /// What it is about.
        pub webhook_type: Option<PaymentWebhookType> => "webhook_type",
        /// What happened.
        pub webhook_code: Option<PaymentWebhookCode> => "webhook_code",
        /// Which one.
        pub object_id: Option<PaymentObjectId> => "object_id",
        /// What it tells.
        pub data: Option<PaymentWebhookData> => "data",
    }
}

record! {
    /// What a webhook about a payment tells.
    pub struct PaymentWebhookData {
        /// Where it stands now.
        pub status: Option<Text> => "status",
        /// Why it failed, as a code.
        pub failure_code: Option<Text> => "failure_code",
        /// Why it failed, in words.
        pub failure_message: Option<Text> => "failure_message",
        /// Id of the payment between the banks (Pix).
        pub end_to_end_id: Option<Text> => "end_to_end_id",
        /// What the partner gave with it.
        pub metadata: Option<Json> => "metadata",
    }
}

open_enum! {
    /// What a webhook about payments is about.
    pub enum PaymentWebhookType {
        /// Bank accounts.
        BankAccounts => "BANK_ACCOUNTS",
        /// Payment intents.
        PaymentIntents => "PAYMENT_INTENTS",
        /// Charges.
        Charges => "CHARGES",
        /// Transactions: of payments, not of a link.
        Transactions => "TRANSACTIONS",
        /// Customers.
        Customers => "CUSTOMERS",
        /// Enrollments of devices.
        Enrollments => "ENROLLMENTS",
    }
}

open_enum! {
    /// What happened to it.
    pub enum PaymentWebhookCode {
        /// It was made.
        ObjectCreated => "OBJECT_CREATED",
        /// Its status has changed.
        StatusUpdate => "STATUS_UPDATE",
    }
}

impl PaymentWebhook {
    /// What it is called: `payments.CHARGES.STATUS_UPDATE`, where it has type and code.
    pub fn name(&self) -> Option<String> {
        Some(format!("{FAMILY}.{}.{}", self.webhook_type.as_ref()?, self.webhook_code.as_ref()?))
    }

    /// Type and code of such a name; `None` where it is one of something else.
    ///
    /// ```
    /// use belvo_types::webhooks::{PaymentWebhook, PaymentWebhookCode, PaymentWebhookType};
    ///
    /// let name = PaymentWebhook::read_name("payments.CHARGES.STATUS_UPDATE");
    /// assert_eq!(name, Some((PaymentWebhookType::Charges, PaymentWebhookCode::StatusUpdate)));
    /// assert_eq!(PaymentWebhook::read_name("TRANSACTIONS.historical_update"), None);
    /// ```
    pub fn read_name(name: &str) -> Option<(PaymentWebhookType, PaymentWebhookCode)> {
        let (webhook_type, webhook_code) = name.strip_prefix(FAMILY)?.strip_prefix('.')?.split_once('.')?;
        Some((webhook_type.into(), webhook_code.into()))
    }
}
