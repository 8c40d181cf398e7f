//! The attempts of one delivery, by the rules of its provider.

use std::time::Duration;

use jiff::Timestamp;

use super::{Attempt, Delivery, DeliveryState, Sender};

impl Sender {
    /// Sends until it is taken or given up, then once more for each duplicate that was asked for. Each attempt is handed
    /// out as soon as it is over, with the pause before the next; those that the delivery has were made before.
    pub async fn send_until_taken(
        &self,
        delivery: &Delivery,
        retry_base: Duration,
        now: impl Fn() -> Timestamp,
        mut record: impl FnMut(Attempt, Option<Duration>),
    ) -> DeliveryState {
        let rules = self.rules();
        let done = u32::try_from(delivery.attempts.len()).unwrap_or(u32::MAX);
        for retry in done..=rules.retries {
            if retry > 0 {
                tokio::time::sleep((rules.pause)(retry_base, retry)).await;
            }
            let attempt = self.attempt(delivery, retry, now()).await;
            let (taken, kept_back) = (attempt.is_success(), attempt.is_kept_back());
            let again = !taken && !kept_back && retry < rules.retries;
            record(attempt, again.then(|| (rules.pause)(retry_base, retry + 1)));
            if kept_back {
                return DeliveryState::Failed;
            }
            if taken {
                for _ in 0..delivery.options.duplicates {
                    record(self.attempt(delivery, retry, now()).await, None);
                }
                return DeliveryState::Delivered;
            }
        }
        DeliveryState::Failed
    }
}
