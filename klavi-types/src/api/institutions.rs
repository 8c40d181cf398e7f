use provider_wire::{Flag, Integer, List, Text, open_enum, record};

use super::ConsentStatus;
use crate::InstitutionCode;

record! {
    /// One entry of `GET /data/v1/links/institutions`: a bank that the user of the link can connect.
    /// Source: docs.klavi.ai/connect/get-institution-list; the casing of some names is restored.
    pub struct Institution {
        /// Code, `"341"`; leading zeros matter.
        pub institution_code: Option<InstitutionCode> => "institutionCode" | "institutionId",
        /// Name for people, `"Itau"`.
        pub name: Option<Text> => "name",
        /// URL of its logo.
        pub avatar: Option<Text> => "avatar",
        /// New, perhaps unstable.
        pub is_beta: Option<Flag> => "isBeta",
        /// At present out of service.
        pub is_outage: Option<Flag> => "isOutage",
        /// Meaning of the numbers not documented; 1 seems to be Open Finance (inferred).
        pub institution_type: Option<Integer> => "institutionType",
        /// `legal` in the example; not documented further.
        pub business_type: Option<Text> => "businessType",
        /// What the bank shares: `REGISTRATION`, `ACCOUNTS`, …
        pub available_resources: List<Text> => "availableResources",
        /// The group it belongs to.
        pub parent_organization_name: Option<Text> => "parentOrganizationName",
        /// Id of that group.
        pub parent_organization_id: Option<Text> => "parentOrganizationId",
        /// Legal name.
        pub organization_name: Option<Text> => "organizationName",
        /// Id in the Open Finance directory, a UUID.
        pub organization_id: Option<Text> => "organizationId",
    }
}

impl Institution {
    /// Whether the user can connect it now. An absent `isOutage` counts as in service.
    pub fn is_available(&self) -> bool {
        !self.is_outage.is_some_and(Flag::get)
    }
}

record! {
    /// One entry of `GET /data/v1/links/institutions/status`: how far the user got with an institution.
    /// Source: docs.klavi.ai/connect/get-status-of-selected-institution.
    pub struct InstitutionStatus {
        /// Code of the institution.
        pub institution_code: Option<InstitutionCode> => "institutionCode" | "institutionId",
        /// Name for people.
        pub name: Option<Text> => "name",
        /// A consent status for Open Finance institutions, a task status for Open Data ones.
        pub status: Option<Text> => "status",
    }
}

open_enum! {
    /// Where an Open Data task stands. Source: docs.klavi.ai/connect/get-a-task-status.
    pub enum TaskStatus {
        /// Done.
        Success => "success",
        /// Failed; the code says why.
        Fail => "fail",
        /// Waits for a second factor.
        NeedMfa => "needMFA",
        /// Under way.
        Pending => "pending",
    }
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
