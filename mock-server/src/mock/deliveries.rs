use super::MockKlavi;
use crate::trigger::Trigger;
use provider_mock::{Delivery, Error, Resend};

impl MockKlavi {
    /// All deliveries so far, with every attempt, in the order in which they were made: the newest 10,000.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.instance.deliveries.snapshot()
    }

    /// One delivery, as it stands now.
    pub fn delivery(&self, id: u64) -> Option<Delivery> {
        self.instance.deliveries.get(id)
    }

    /// Waits until whatever was asked for stands among the [`deliveries`](Self::deliveries): reports are made after the
    /// answer to their request.
    pub async fn made(&self) {
        self.instance.making.settled().await;
    }

    /// Waits until no delivery is to be made, sent or repeated.
    pub async fn settled(&self) {
        self.instance.settled().await;
    }

    /// Sends a delivery again: the same bytes, in a delivery of its own, which is answered before its first attempt.
    ///
    /// ```
    /// use klavi_mock::trigger::Trigger;
    /// use klavi_mock::{MockKlavi, Resend};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// # let receiver = MockKlavi::builder().start().await?;
    /// # let hook = receiver.base_url();
    /// let mock = MockKlavi::builder().retry_base(std::time::Duration::ZERO).start().await?;
    /// let event = Trigger::event("link_created", 7)?.to(hook)?;
    /// let first = mock.trigger(event).await?.remove(0);
    /// let again = mock.resend(first.id, Resend::new().tamper_signature(true))?;
    /// mock.settled().await;
    ///
    /// let signature = |id| mock.delivery(id).unwrap().attempts[0].headers["x-klavi-signature"].clone();
    /// assert_eq!((again.resend_of, again.body), (Some(first.id), first.body));
    /// assert_ne!(signature(again.id), signature(first.id));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    /// [`Error::UnknownDelivery`], [`Error::BodyForgotten`], [`Error::NoAddress`].
    pub fn resend(&self, id: u64, resend: Resend) -> Result<Delivery, Error> {
        self.instance.resend(id, resend)
    }

    /// Sends an event or a report on demand, as the mock behaves now; where the trigger does not say where to, to the
    /// console webhook. Answers the deliveries before their first attempts; [`settled`](Self::settled) waits for those.
    ///
    /// # Errors
    /// [`Error::Report`].
    pub async fn trigger(&self, trigger: Trigger) -> Result<Vec<Delivery>, Error> {
        self.instance.trigger(&trigger).await
    }
}
