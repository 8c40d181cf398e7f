use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{Attempt, Deliveries, DeliveryState, Shipment, send_until_taken};

/// Sends deliveries one after the other; one that is given up does not hold the next.
pub(super) async fn send_in_order(deliveries: Arc<Deliveries>, ids: Vec<u64>, round: CancellationToken) {
    for id in ids {
        if round.run_until_cancelled(deliveries.send(id)).await.is_none() {
            return;
        }
    }
}

impl Deliveries {
    async fn send(&self, id: u64) {
        let Some(delivery) = self.get(id) else { return };
        let done = u32::try_from(delivery.attempts.len()).unwrap_or(u32::MAX);
        let (Some(url), Some(content)) = (delivery.url.clone(), delivery.content()) else {
            return self.update(id, |delivery| delivery.state = DeliveryState::Failed);
        };
        let shipment = Shipment::new(url, content, delivery.manner, self.secret_key());
        let record = |attempt: Attempt| {
            tracing::info!(delivery = id, name = %delivery.name, outcome = ?attempt.outcome, "attempt");
            self.update(id, |delivery| delivery.attempts.push(attempt));
        };
        let now = || self.clock.now();
        let state = send_until_taken(&self.sender, &shipment, self.retry_base, done, now, record).await;
        self.update(id, |delivery| delivery.state = state);
    }
}
