//! Ids as they come from Belvo. Opaque text: never parsed, never refused for their shape.

use provider_wire::string_id;

/// Id of a link, UUID text.
#[string_id]
pub struct LinkId;

/// Id of a consent of Open Finance, UUID text.
#[string_id]
pub struct ConsentId;

/// Id of a request: 32 hexadecimal digits in errors, with hyphens in webhooks. Worth keeping with each error.
#[string_id]
pub struct RequestId;

/// The partner's own id of a user as it comes back. Belvo turns one that looks like personal data into null.
#[string_id]
pub struct ExternalIdText;

/// Name of an institution in the API, `ofmockbank_br_retail`.
#[string_id]
pub struct InstitutionName;

/// Belvo's id of one user at one institution, 44 characters; the same in each link of this user there. Links made
/// before 2022-02-08 have none.
#[string_id]
pub struct InstitutionUserId;
