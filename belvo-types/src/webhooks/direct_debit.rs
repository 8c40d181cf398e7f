use provider_wire::{DateTime, Json, Text, record};

record! {
    /// Word about a Direct Debit in Mexico.
    ///
    /// Recognised, so that a receiver for links keeps it and can hand it on; this crate has nothing else of it.
    pub struct DirectDebitWebhook {
        /// What it is about.
        pub event_type: Option<Text> => "eventType",
        /// What happened.
        pub event_code: Option<Text> => "eventCode",
        /// When.
        pub datetime: Option<DateTime> => "datetime",
        /// What it tells.
        pub details: Option<Json> => "details",
    }
}

impl DirectDebitWebhook {
    /// What it is called: `direct_debit.`, then type and code, where it has both.
    pub fn name(&self) -> Option<String> {
        Some(format!(
            "direct_debit.{}.{}",
            self.event_type.as_ref()?.as_str(),
            self.event_code.as_ref()?.as_str()
        ))
    }
}
