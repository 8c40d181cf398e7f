use provider_wire::{Integer, Text, open_enum, record};

use crate::InstitutionCode;

record! {
    /// A click or page change of the user in Klavi's WhiteLabel pages.
    ///
    /// Source: docs.klavi.ai/connect/web-tracking-events. How the page hands it over is not documented; where one is
    /// pushed, [`decode_events`](super::decode_events) reads it too. It proves nothing: a consent is authorised when
    /// an event of the API says so.
    ///
    /// ```
    /// use klavi_types::events::{TrackingEvent, TrackingEventName};
    ///
    /// let data = br#"{"eventName":"authorise_success","payload":{"institutionCode":"033","institutionType":1}}"#;
    /// let event = klavi_types::decode::<TrackingEvent>(data)?.value;
    ///
    /// assert_eq!(event.event_name, Some(TrackingEventName::AuthoriseSuccess));
    /// assert_eq!(event.payload.unwrap().institution_code.unwrap().as_str(), "033");
    /// # Ok::<(), klavi_types::DecodeError>(())
    /// ```
    pub struct TrackingEvent {
        /// What happened.
        pub event_name: Option<TrackingEventName> => "eventName",
        /// With which institution.
        pub payload: Option<TrackingPayload> => "payload",
    }
}

record! {
    /// What a click tells; most tell nothing.
    pub struct TrackingPayload {
        /// The bank.
        pub institution_code: Option<InstitutionCode> => "institutionCode" | "institutionId",
        /// Its name.
        pub institution_name: Option<Text> => "institutionName",
        /// Its kind, as the institution list has it (`authorise_success`, `authorise_fail`).
        pub institution_type: Option<Integer> => "institutionType",
        /// What was searched for (`institution_list_search`).
        pub search_key: Option<Text> => "key",
    }
}

open_enum! {
    /// A click or page change. The list goes on in the documentation, the rest was not seen.
    pub enum TrackingEventName {
        /// The pages are loaded.
        AppLoaded => "app_loaded",
        /// A page is shown.
        PageView => "page_view",
        /// How long a page was shown.
        PageDuration => "page_duration",
        /// First page: goes on.
        LandingContinueClick => "landing_continue_click",
        /// First page: leaves.
        LandingExitClick => "landing_exit_click",
        /// First page: reads the terms.
        LandingTermsClick => "landing_terms_click",
        /// First page: reads the privacy policy.
        LandingPrivacyPolicyClick => "landing_privacy_policy_click",
        /// List of institutions: goes back.
        InstitutionListBackClick => "institution_list_back_click",
        /// List of institutions: leaves.
        InstitutionListExitClick => "institution_list_exit_click",
        /// List of institutions: opens the citizen portal.
        InstitutionListCitizenPortalClick => "institution_list_citizen_portal_click",
        /// List of institutions: searches.
        InstitutionListSearch => "institution_list_search",
        /// List of institutions: chooses one.
        InstitutionClick => "institution_click",
        /// Confirmation of data: goes back.
        DataConfirmationBackClick => "data_confirmation_back_click",
        /// Confirmation of data: leaves.
        DataConfirmationExitClick => "data_confirmation_exit_click",
        /// Confirmation of data: goes on.
        DataConfirmationContinueClick => "data_confirmation_continue_click",
        /// Confirmation of data: looks at how long it holds.
        DataConfirmationValidityClick => "data_confirmation_validity_click",
        /// Confirmation of data: opens Klavi's portal.
        DataConfirmationKlaviPortalClick => "data_confirmation_klavi_portal_click",
        /// Authorised.
        AuthoriseSuccess => "authorise_success" | "authorize_success",
        /// Authorised: connects a further institution.
        AuthoriseSuccessConnectMoreClick => "authorise_success_connect_more_click",
        /// Authorised: done.
        AuthoriseSuccessFinishClick => "authorise_success_finish_click",
        /// Not authorised.
        AuthoriseFail => "authorise_fail" | "authorize_fail",
    }
}
