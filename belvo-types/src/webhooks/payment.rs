use provider_wire::{Json, Text, open_enum, record};

use super::{PaymentObjectId, WebhookId};

/// Before the names of payments, which would not be told from those of links otherwise: `TRANSACTIONS` is in both.
const FAMILY: &str = "payments";

/// Word about a payment in Brazil or Colombia.
///
/// Recognised, so that a receiver for links keeps it and can hand it on; this crate has nothing else of payments.
#[record]
pub struct PaymentWebhook {
    /// Belvo's id of the webhook.
    pub webhook_id: Option<WebhookId>,
    /// What it is about.
    pub webhook_type: Option<PaymentWebhookType>,
    /// What happened.
    pub webhook_code: Option<PaymentWebhookCode>,
    /// Which one.
    pub object_id: Option<PaymentObjectId>,
    /// What it tells.
    pub data: Option<PaymentWebhookData>,
}

/// What a webhook about a payment tells.
#[record]
pub struct PaymentWebhookData {
    /// Where it stands now.
    pub status: Option<Text>,
    /// Why it failed, as a code.
    pub failure_code: Option<Text>,
    /// Why it failed, in words.
    pub failure_message: Option<Text>,
    /// Id of the payment between the banks (Pix).
    pub end_to_end_id: Option<Text>,
    /// What the partner gave with it.
    pub metadata: Option<Json>,
}

/// What a webhook about payments is about.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentWebhookType {
    /// Bank accounts.
    BankAccounts,
    /// Payment intents.
    PaymentIntents,
    /// Charges.
    Charges,
    /// Transactions: of payments, not of a link.
    Transactions,
    /// Customers.
    Customers,
    /// Enrollments of devices.
    Enrollments,
}

/// What happened to it.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentWebhookCode {
    /// It was made.
    ObjectCreated,
    /// Its status has changed.
    StatusUpdate,
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
