//! The vocabulary of Belvo's Links API. No input or output.
//!
//! - [`webhooks`]: what is pushed about links, their data and consents.
//!
//! What is *received* is never refused: members may be absent, unknown members and words survive, a leaf that cannot
//! be read is set aside.

mod ids;
pub mod webhooks;

pub use ids::{ConsentId, ExternalIdText, InstitutionName, LinkId, RequestId};
