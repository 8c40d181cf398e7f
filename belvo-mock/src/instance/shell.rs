//! What the control API and the console of every mock need of this one.

use std::sync::Arc;

use provider_mock::{
    Clock, ConsoleParts, Deliveries, Delivery, Error, Faults, Mock, Recorder, Resend, SendOptions,
    UnknownFields,
};
use url::Url;

use super::Instance;

impl Mock for Instance {
    fn clock(&self) -> &Clock {
        &self.clock
    }

    fn deliveries(&self) -> &Arc<Deliveries> {
        &self.deliveries
    }

    fn faults(&self) -> &Faults {
        &self.faults
    }

    fn recorder(&self) -> &Recorder {
        &self.received
    }

    fn pass_time(&self) {
        drop(self.store());
    }

    fn reset(&self) {
        self.forget();
    }

    fn default_target(&self) -> Option<Url> {
        self.hook().url
    }

    fn send_options(&self) -> SendOptions {
        SendOptions { duplicates: self.behaviour().duplicates, ..SendOptions::default() }
    }

    fn secrets(&self) -> &'static [&'static str] {
        &["password", "password2", "token", "id", "username", "username2", "username3", "encryption_key"]
    }

    fn unknown_fields(&self) -> Vec<UnknownFields> {
        self.store().unknown_fields.clone()
    }

    fn console(&self) -> &dyn ConsoleParts {
        self
    }
}

impl Instance {
    /// Sends a webhook again.
    pub(crate) fn resend(&self, id: u64, resend: Resend) -> Result<Delivery, Error> {
        self.deliveries.resend(id, resend, self.hook().url, self.send_options())
    }
}
