use provider_wire::{DateTime, Json, Text, record};

/// Word about a Direct Debit in Mexico.
///
/// Recognised, so that a receiver for links keeps it and can hand it on; this crate has nothing else of it.
#[record(rename_all = "camelCase")]
pub struct DirectDebitWebhook {
    /// What it is about.
    pub event_type: Option<Text>,
    /// What happened.
    pub event_code: Option<Text>,
    /// When.
    pub datetime: Option<DateTime>,
    /// What it tells.
    pub details: Option<Json>,
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
