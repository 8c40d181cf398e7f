//! Ids that Klavi or the partner gave. Opaque text: never parsed, never refused for their shape.

use provider_wire::string_id;

/// Id of a link, made for one connection attempt of one user. UUID text in the API, other forms in reports.
#[string_id]
pub struct LinkId;

/// Id of a consent: one user, one bank, one authorisation. At most 36 characters.
#[string_id]
pub struct ConsentId;

/// The partner's own tracking value of a consent, unique for each call.
#[string_id]
pub struct ExternalTrackId;

/// Id of a report request; comes back in each report that answers it.
#[string_id]
pub struct RequestId;

/// Id of a collection task at an Open Data institution.
#[string_id]
pub struct TaskId;

/// Id of an event, unique: what makes its handling idempotent.
#[string_id]
pub struct EventId;

/// Id of one product report, unique: what makes its handling idempotent.
#[string_id]
pub struct ProductReportId;

/// Id of the partner's application.
#[string_id]
pub struct PartnerAppId;

/// Code of an institution, `"001"`, `"341"`, `"6341"`. Text: leading zeros matter and other forms occur.
#[string_id]
pub struct InstitutionCode;

/// Id of an account at a bank, as Open Finance gives it.
#[string_id]
pub struct AccountId;

/// Id of an entry. Final only once the entry is booked; products share ids.
#[string_id]
pub struct TransactionId;
