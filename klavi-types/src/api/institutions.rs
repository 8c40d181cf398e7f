use provider_wire::{Flag, Integer, List, Text, open_enum, record};

use super::ConsentStatus;
use crate::InstitutionCode;

/// One entry of `GET /data/v1/links/institutions`: a bank that the user of the link can connect.
/// Source: docs.klavi.ai/connect/get-institution-list; the casing of some names is restored.
#[record(rename_all = "camelCase")]
pub struct Institution {
    /// Code, `"341"`; leading zeros matter.
    #[wire(or = "institutionId")]
    pub institution_code: Option<InstitutionCode>,
    /// Name for people, `"Itau"`.
    pub name: Option<Text>,
    /// URL of its logo.
    pub avatar: Option<Text>,
    /// New, perhaps unstable.
    pub is_beta: Option<Flag>,
    /// At present out of service.
    pub is_outage: Option<Flag>,
    /// Meaning of the numbers not documented; 1 seems to be Open Finance (inferred).
    pub institution_type: Option<Integer>,
    /// `legal` in the example; not documented further.
    pub business_type: Option<Text>,
    /// What the bank shares: `REGISTRATION`, `ACCOUNTS`, …
    pub available_resources: List<Text>,
    /// The group it belongs to.
    pub parent_organization_name: Option<Text>,
    /// Id of that group.
    pub parent_organization_id: Option<Text>,
    /// Legal name.
    pub organization_name: Option<Text>,
    /// Id in the Open Finance directory, a UUID.
    pub organization_id: Option<Text>,
}

impl Institution {
    /// Whether the user can connect it now. An absent `isOutage` counts as in service.
    pub fn is_available(&self) -> bool {
        !self.is_outage.is_some_and(Flag::get)
    }
}

/// One entry of `GET /data/v1/links/institutions/status`: how far the user got with an institution.
/// Source: docs.klavi.ai/connect/get-status-of-selected-institution.
#[record(rename_all = "camelCase")]
pub struct InstitutionStatus {
    /// Code of the institution.
    #[wire(or = "institutionId")]
    pub institution_code: Option<InstitutionCode>,
    /// Name for people.
    pub name: Option<Text>,
    /// A consent status for Open Finance institutions, a task status for Open Data ones.
    pub status: Option<Text>,
}

/// Where an Open Data task stands. Source: docs.klavi.ai/connect/get-a-task-status.
#[open_enum(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Done.
    Success,
    /// Failed; the code says why.
    Fail,
    /// Waits for a second factor.
    #[wire("needMFA")]
    NeedMfa,
    /// Under way.
    Pending,
}

impl InstitutionStatus {
    /// The status as that of a consent, where the word is one.
    pub fn consent_status(&self) -> Option<ConsentStatus> {
        self.status.as_ref().map(|word| ConsentStatus::from(word.as_str())).filter(ConsentStatus::is_known)
    }

    /// The status as that of an Open Data task, where the word is one.
    pub fn task_status(&self) -> Option<TaskStatus> {
        self.status.as_ref().map(|word| TaskStatus::from(word.as_str())).filter(TaskStatus::is_known)
    }
}
