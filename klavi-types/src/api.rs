//! Requests and answers of the REST API, one module for each group of endpoints.
//!
//! A request is checked as a whole when it is built: the error names every broken field. Builders take text, so that
//! input from a form can be passed as it is; [`Cpf`](crate::Cpf), [`LinkId`](crate::LinkId) and the like fit too.
//! An answer may lack any field; both spellings of a field are read where sources disagree.

mod auth;
mod consents;
mod error_body;
mod institutions;
mod links;
mod open_data_code;
mod permissions;
mod report_requests;
mod tasks;
pub(crate) mod validation;

pub use auth::{AccessToken, Login};
pub use consents::{
    Acknowledgement, Consent, ConsentCreated, ConsentQuery, ConsentStatus, CreateConsent, PermissionGroup,
    ValidityPeriod,
};
pub use error_body::{BusinessCode, ErrorBody};
pub use institutions::{Institution, InstitutionStatus, TaskStatus};
pub use links::{CreateLink, Link};
pub use open_data_code::OpenDataCode;
pub use provider_wire::{InvalidRequest, Problem};
pub use report_requests::{ProductSelection, ReportAccepted, ReportRequest};
pub use tasks::{MfaInfo, MfaOption, MfaQuestion, MfaType, SubmitMfa, Task};
#[doc(hidden)]
pub use validation::FieldRules;
