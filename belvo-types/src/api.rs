//! Requests and answers of the REST API, one module for each subject.
//!
//! A request is checked as a whole when it is built: the error names every broken field. Builders take text, so that
//! input from a form can be passed as it is. An answer may lack any field, and null stands for absent: Belvo names
//! fields as required that come as null.

mod change_link;
mod consents;
mod error_body;
mod error_code;
mod institutions;
mod link;
mod mfa;
mod pages;
mod queries;
mod register_link;
mod resource;
mod retention;
mod widget_token;

pub use change_link::{Accepted, ChangeRetrieval, RefreshLink, ResumeLink, UpdateCredentials};
pub use consents::{Consent, ConsentStatus};
pub use error_body::{ApiError, ErrorBody, TokenGenerationData};
pub use error_code::{ErrorCode, ErrorSubject, RetryAdvice};
pub use institutions::{
    FormField, Institution, InstitutionFeature, InstitutionStatus, InstitutionType, IntegrationType,
};
pub use link::{AccessMode, Link, LinkAction, LinkStatus, RefreshRate};
pub use mfa::{MfaChallenge, MfaKind, QrImage};
pub use pages::{ConsentPage, InstitutionPage, LinkPage, Page};
pub use provider_wire::{InvalidRequest, Problem};
pub use queries::{ConsentQuery, InstitutionQuery, LinkQuery};
pub use register_link::{RegisterLink, UsernameType};
pub use resource::Resource;
pub use retention::{CredentialsStorage, StaleIn};
pub use widget_token::{
    CallbackUrls, CreateWidgetToken, IdentificationInfo, IdentificationType, OpenFinanceFeature, Scope,
    Scopes, ThemeValue, WIDGET_TOKEN_LIFETIME, Widget, WidgetBranding, WidgetConsent, WidgetPermission,
    WidgetToken,
};
