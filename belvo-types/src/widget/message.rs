use provider_wire::{DateTime, Text, open_enum, record};

use crate::RequestId;

record! {
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
    pub struct WidgetMessage {
        /// What happened.
        pub event: Option<WidgetEvent> => "eventName",
        /// Belvo's id of the request that failed.
        pub request_id: Option<RequestId> => "request_id",
        /// More about it. Both spellings are documented.
        pub metadata: Option<WidgetMetadata> => "metadata" | "meta_data",
    }
}

open_enum! {
    /// What happened in the widget.
    pub enum WidgetEvent {
        /// A page was opened.
        PageLoad => "PAGE_LOAD",
        /// Something went wrong.
        Error => "ERROR",
    }
}

record! {
    /// More about what happened in the widget.
    pub struct WidgetMetadata {
        /// The page.
        pub page: Option<Text> => "page",
        /// The page before.
        pub from: Option<Text> => "from",
        /// The institution.
        pub institution_name: Option<Text> => "institution_name",
        /// The error in a word.
        pub error_code: Option<Text> => "error_code",
        /// The same for people.
        pub error_message: Option<Text> => "error_message",
        /// When it happened.
        pub timestamp: Option<DateTime> => "timestamp",
    }
}
