use super::Instance;
use crate::Error;
use crate::deliveries::{Delivery, Manner, Resend, Signing};
use crate::trigger::{Issuer, Trigger};

impl Instance {
    /// Sends a delivery again.
    pub(crate) fn resend(&self, id: u64, resend: Resend) -> Result<Delivery, Error> {
        let delivery = self.deliveries.get(id).ok_or(Error::UnknownDelivery)?;
        if delivery.content().is_none() {
            return Err(Error::BodyForgotten);
        }
        let to = resend.to.or_else(|| delivery.url.clone()).or_else(|| self.console_webhook());
        let mut manner = Manner::of(&self.behaviour.get());
        if resend.tamper_signature {
            manner.signing = Signing::Tampered;
        }
        self.deliveries.repeat(&delivery, to.ok_or(Error::NoAddress)?, manner).ok_or(Error::UnknownDelivery)
    }

    /// Makes and queues what is triggered.
    pub(crate) async fn trigger(&self, trigger: &Trigger) -> Result<Vec<Delivery>, Error> {
        let behaviour = self.behaviour.get();
        let manner = Manner::of(&behaviour);
        let issuer = Issuer {
            secret_key: &self.settings.secret_key,
            partner_app_id: &self.settings.partner_app_id,
            encoded_cpf: behaviour.encoded_cpf,
        };
        let orders = trigger.orders(issuer, self.clock.now(), behaviour.console_webhook, manner).await?;
        Ok(self.deliveries.queue_orders(orders))
    }
}
