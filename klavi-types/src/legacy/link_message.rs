use provider_wire::{Text, open_enum, record};

use crate::api::OpenDataCode;

/// What the Link page tells the page around it by `postMessage`. Source: docs.klavi.ai, first quick start; the
/// texts can be customised.
///
/// It comes from the user's browser, so it proves nothing: wait for the report.
///
/// ```
/// use klavi_types::legacy::{LinkMessage, LinkPage};
///
/// let data = br#"{"code":402,"msg":"User credential error","page":"sync_canceled"}"#;
/// let message = klavi_types::decode::<LinkMessage>(data)?.value;
///
/// assert_eq!(message.page, Some(LinkPage::SyncCanceled));
/// assert!(!message.code.unwrap().has_data());
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct LinkMessage {
    /// 200, or 402 where the user broke off.
    pub code: Option<OpenDataCode>,
    /// Text to the code.
    pub msg: Option<Text>,
    /// What the user did.
    pub page: Option<LinkPage>,
}

/// What the user did in the Link page.
#[open_enum(rename_all = "snake_case")]
pub enum LinkPage {
    /// Opened the list of institutions.
    InstitutionLogin,
    /// Opened the terms.
    InstitutionTerms,
    /// Opened the privacy policy.
    InstitutionPolicy,
    /// Gave the login.
    InstitutionLoading,
    /// Sees the dialogue for the second factor.
    #[wire("institution_MFA")]
    InstitutionMfa,
    /// Gave the second factor: the collection starts.
    SyncStarting,
    /// Broke off at the second factor.
    SyncCanceled,
}
