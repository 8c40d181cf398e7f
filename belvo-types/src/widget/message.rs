use provider_wire::{DateTime, Text, open_enum, record};

use crate::RequestId;

/// What the widget tells the web view around it: a JSON text, read with [`decode`](crate::decode).
///
/// ```
/// use belvo_types::widget::{WidgetEvent, WidgetMessage};
///
/// let text = br#"{"eventName":"ERROR","request_id":"8c1f","meta_data":{"error_code":"login_error"}}"#;
/// let message = belvo_types::decode::<WidgetMessage>(text)?.value;
/// assert_eq!(message.event, Some(WidgetEvent::Error));
/// assert_eq!(message.metadata.unwrap().error_code.unwrap().as_str(), "login_error");
/// # Ok::<(), belvo_types::DecodeError>(())
/// ```
#[record]
pub struct WidgetMessage {
    /// What happened.
    #[wire("eventName")]
    pub event: Option<WidgetEvent>,
    /// Belvo's id of the request that failed.
    pub request_id: Option<RequestId>,
    /// More about it. Both spellings are documented.
    #[wire(or = "meta_data")]
    pub metadata: Option<WidgetMetadata>,
}

/// What happened in the widget.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WidgetEvent {
    /// A page was opened.
    PageLoad,
    /// Something went wrong.
    Error,
}

/// More about what happened in the widget.
#[record]
pub struct WidgetMetadata {
    /// The page.
    pub page: Option<Text>,
    /// The page before.
    pub from: Option<Text>,
    /// The institution.
    pub institution_name: Option<Text>,
    /// The error in a word.
    pub error_code: Option<Text>,
    /// The same for people.
    pub error_message: Option<Text>,
    /// When it happened.
    pub timestamp: Option<DateTime>,
}
