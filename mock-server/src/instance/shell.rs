//! What the control API and the console of every mock need of this one.

use std::sync::Arc;

use provider_mock::{
    Clock, ConsoleParts, Deliveries, Delivery, Error, Faults, Mock, Recorder, Resend, SendOptions,
    UnknownFields,
};
use url::Url;

use super::Instance;
use crate::trigger::{Issuer, Trigger};

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
        self.console_webhook()
    }

    fn send_options(&self) -> SendOptions {
        self.behaviour.get().send_options()
    }

    fn secrets(&self) -> &'static [&'static str] {
        &["accessKey", "secretKey", "password", "code", "connectionKey", "username", "birthday"]
    }

    fn unknown_fields(&self) -> Vec<UnknownFields> {
        self.store().unknown_fields.clone()
    }

    fn console(&self) -> &dyn ConsoleParts {
        self
    }
}

impl Instance {
    /// Sends a delivery again.
    pub(crate) fn resend(&self, id: u64, resend: Resend) -> Result<Delivery, Error> {
        self.deliveries.resend(id, resend, self.console_webhook(), self.send_options())
    }

    /// Makes and queues what is triggered.
    pub(crate) async fn trigger(&self, trigger: &Trigger) -> Result<Vec<Delivery>, Error> {
        let behaviour = self.behaviour.get();
        let issuer = Issuer {
            secret_key: &self.settings.secret_key,
            partner_app_id: &self.settings.partner_app_id,
            encoded_cpf: behaviour.encoded_cpf,
        };
        let options = behaviour.send_options();
        let made = trigger.made(issuer, self.clock.now(), behaviour.console_webhook, options).await?;
        Ok(self.deliveries.queue(made))
    }
}
