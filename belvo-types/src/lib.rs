//! The vocabulary of Belvo's Links API. No input or output.
//!
//! - [`api`]: what a partner asks and what Belvo answers: links, second factors, errors, institutions, consents;
//! - [`links`]: orphans, duplicates and links that need their user, found among links that were listed;
//! - [`widget`]: addresses of Belvo's pages, and what comes back from them;
//! - [`webhooks`]: what is pushed about links, their data and consents.
//!
//! What is *received* is never refused: members may be absent, unknown members and words survive, a leaf that cannot
//! be read is set aside. What is *sent* is checked when it is built. Nothing personal and nothing secret shows in
//! `Debug`.
//!
//! ```
//! use belvo_types::api::{Link, LinkAction};
//!
//! let body = br#"{"id":"0f9c1c3e-0000-4000-8000-000000000001","institution":"ofmockbank_br_retail",
//!     "status":"token_required","created_at":"2024-02-02T13:11:42.593032Z","refresh_rate":null}"#;
//! let link = belvo_types::decode::<Link>(body)?.value;
//! assert_eq!(link.action(), LinkAction::GiveToken);
//! # Ok::<(), belvo_types::DecodeError>(())
//! ```

pub mod api;
mod external_id;
mod ids;
pub mod links;
pub mod webhooks;
pub mod widget;

pub use external_id::{ExternalId, ExternalIdReturned, InvalidExternalId};
pub use ids::{ConsentId, ExternalIdText, InstitutionName, InstitutionUserId, LinkId, RequestId};
/// The crate of tolerant JSON: [`provider_wire::Value`] bounds [`decode`], and a type of your own can be one.
pub use provider_wire;
pub use provider_wire::{
    Date, DateTime, DecodeError, Decoded, Extra, Flag, Inspection, Integer, Json, List, Malformed, Map,
    OneOrMany, Path, Secret, Text, UnknownValue, UnknownWord, decode, inspect,
};
