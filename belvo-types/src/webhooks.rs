//! What Belvo pushes: that data is there or has changed, that a link or a consent needs something, how a payment goes on.
//!
//! A webhook brings no data of the user's bank, only word of it: what it tells of is fetched with GET. It is not signed;
//! whoever receives it looks at its `Authorization` header and its source address (`klavi_webhook::belvo`).
//!
//! | kind | told by | type |
//! |---|---|---|
//! | of links, their data, their consents | `link_id`, `webhook_type`, `webhook_code` | [`LinkWebhook`] |
//! | of payments in Brazil and Colombia | `object_id` | [`PaymentWebhook`] |
//! | of Direct Debit in Mexico | `eventType`, `eventCode` | [`DirectDebitWebhook`] |
//!
//! ```
//! use belvo_types::webhooks::{AnyWebhook, WebhookCode, WebhookType, decode_webhooks};
//!
//! let body = br#"{"webhook_id":"fdd2a5e2a1e94d9cae6fb8a2ca1ebf5a","webhook_type":"TRANSACTIONS",
//!     "process_type":"historical_update","webhook_code":"historical_update",
//!     "link_id":"16f68516-bcbc-4cf7-828e-d90d6ab18e75","request_id":"5d3e8d2c-5a0c-4f6e-9d2f-0c8a6a1f2b3c",
//!     "external_id":"user-4711","data":{"total_transactions":300,"first_transaction_date":"2025-11-01"}}"#;
//! let webhooks = decode_webhooks(body)?.value;
//!
//! let AnyWebhook::Link(webhook) = &webhooks.as_slice()[0] else { unreachable!("it has a link") };
//! assert_eq!(webhook.webhook_type, Some(WebhookType::Transactions));
//! assert_eq!(webhook.webhook_code, Some(WebhookCode::HistoricalUpdate));
//! assert!(webhook.announces_data());
//! # Ok::<(), provider_wire::DecodeError>(())
//! ```
//!
//! Source: developers.belvo.com (webhooks of aggregation and of payments).

mod any;
mod direct_debit;
mod ids;
mod link;
mod link_data;
mod names;
mod outline;
mod payment;

pub use any::{AnyWebhook, Webhooks, decode_webhooks, inspect_webhooks};
pub use direct_debit::DirectDebitWebhook;
pub use ids::{PaymentObjectId, WebhookId};
pub use link::LinkWebhook;
pub use link_data::{ConsentAction, LinkWebhookData};
pub use names::{ProcessType, WebhookCode, WebhookName, WebhookType};
pub use outline::{Outline, WebhookKind};
pub use payment::{PaymentWebhook, PaymentWebhookCode, PaymentWebhookData, PaymentWebhookType};
