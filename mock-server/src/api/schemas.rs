//! Bodies of Klavi's API as they are described to others. What is read is judged field by field elsewhere, what is
//! answered are the types of `klavi-types`; that these agree with both is what the tests of the description are for.
#![expect(dead_code, reason = "they are described and never made")]

mod auth;
mod consents;
mod institutions;
mod kaas;
mod links;
mod reports;
mod tasks;

pub(crate) use self::auth::{AccessToken, Login};
pub(crate) use self::consents::{Acknowledgement, Consent, ConsentCreated, ConsentQuery, CreateConsent};
pub(crate) use self::institutions::{Institution, InstitutionStatus};
pub(crate) use self::kaas::{Categorization, CategorizationRequest, UserData, UserDataForm};
pub(crate) use self::links::{BasicLink, CreateLink, Link, LinkDetails, ProductsCallbackUrl, webhook};
pub(crate) use self::reports::{
    BusinessInstitutionReports, BusinessUserReports, PersonalInstitutionReports, PersonalUserReports,
    ReportAccepted,
};
pub(crate) use self::tasks::{AnalysisEvent, AnalysisResult, SubmitMfa, Task, TaskStatus};
