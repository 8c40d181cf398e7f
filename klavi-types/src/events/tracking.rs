use provider_wire::{Integer, Text, open_enum, record};

use crate::InstitutionCode;

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
#[record(rename_all = "camelCase")]
pub struct TrackingEvent {
    /// What happened.
    pub event_name: Option<TrackingEventName>,
    /// With which institution.
    pub payload: Option<TrackingPayload>,
}

/// What a click tells; most tell nothing.
#[record(rename_all = "camelCase")]
pub struct TrackingPayload {
    /// The bank.
    #[wire(or = "institutionId")]
    pub institution_code: Option<InstitutionCode>,
    /// Its name.
    pub institution_name: Option<Text>,
    /// Its kind, as the institution list has it (`authorise_success`, `authorise_fail`).
    pub institution_type: Option<Integer>,
    /// What was searched for (`institution_list_search`).
    #[wire("key")]
    pub search_key: Option<Text>,
}

/// A click or page change. The list goes on in the documentation, the rest was not seen.
#[open_enum(rename_all = "snake_case")]
pub enum TrackingEventName {
    /// The pages are loaded.
    AppLoaded,
    /// A page is shown.
    PageView,
    /// How long a page was shown.
    PageDuration,
    /// First page: goes on.
    LandingContinueClick,
    /// First page: leaves.
    LandingExitClick,
    /// First page: reads the terms.
    LandingTermsClick,
    /// First page: reads the privacy policy.
    LandingPrivacyPolicyClick,
    /// List of institutions: goes back.
    InstitutionListBackClick,
    /// List of institutions: leaves.
    InstitutionListExitClick,
    /// List of institutions: opens the citizen portal.
    InstitutionListCitizenPortalClick,
    /// List of institutions: searches.
    InstitutionListSearch,
    /// List of institutions: chooses one.
    InstitutionClick,
    /// Confirmation of data: goes back.
    DataConfirmationBackClick,
    /// Confirmation of data: leaves.
    DataConfirmationExitClick,
    /// Confirmation of data: goes on.
    DataConfirmationContinueClick,
    /// Confirmation of data: looks at how long it holds.
    DataConfirmationValidityClick,
    /// Confirmation of data: opens Klavi's portal.
    DataConfirmationKlaviPortalClick,
    /// Authorised.
    #[wire(or = "authorize_success")]
    AuthoriseSuccess,
    /// Authorised: connects a further institution.
    AuthoriseSuccessConnectMoreClick,
    /// Authorised: done.
    AuthoriseSuccessFinishClick,
    /// Not authorised.
    #[wire(or = "authorize_fail")]
    AuthoriseFail,
}
