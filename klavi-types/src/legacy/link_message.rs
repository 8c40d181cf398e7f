use provider_wire::{Text, open_enum, record};

use crate::api::OpenDataCode;

record! {
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
    pub struct LinkMessage {
        /// 200, or 402 where the user broke off.
        pub code: Option<OpenDataCode> => "code",
        /// Text to the code.
        pub msg: Option<Text> => "msg",
        /// What the user did.
        pub page: Option<LinkPage> => "page",
    }
}

open_enum! {
    /// What the user did in the Link page.
    pub enum LinkPage {
        /// Opened the list of institutions.
        InstitutionLogin => "institution_login",
        /// Opened the terms.
        InstitutionTerms => "institution_terms",
        /// Opened the privacy policy.
        InstitutionPolicy => "institution_policy",
        /// Gave the login.
        InstitutionLoading => "institution_loading",
        /// Sees the dialogue for the second factor.
        InstitutionMfa => "institution_MFA",
        /// Gave the second factor: the collection starts.
        SyncStarting => "sync_starting",
        /// Broke off at the second factor.
        SyncCanceled => "sync_canceled",
    }
}
