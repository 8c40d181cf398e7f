use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use url::Url;

use super::{Attempt, AttemptOutcome, Deliveries, DeliveryState};

/// Attempts after the first. Source: docs.klavi.ai/link/lqUr-overview.
const RETRIES: u32 = 5;

/// Sends deliveries one after the other; one that is given up does not hold the next.
pub(crate) async fn send_in_order(deliveries: Arc<Deliveries>, addressed: Vec<(u64, Url)>) {
    for (id, url) in addressed {
        let stop = deliveries.stop.clone();
        if stop.run_until_cancelled(deliveries.send(id, &url)).await.is_none() {
            return;
        }
        deliveries.pending.send_modify(|pending| *pending -= 1);
    }
}

impl Deliveries {
    async fn send(&self, id: u64, url: &Url) {
        for retry in 0..=RETRIES {
            if retry > 0 {
                tokio::time::sleep(pause(self.retry_base, retry)).await;
            }
            if self.attempt(id, url).await.is_success() {
                return self.update(id, |delivery| delivery.state = DeliveryState::Delivered);
            }
        }
        self.update(id, |delivery| delivery.state = DeliveryState::Failed);
    }

    async fn attempt(&self, id: u64, url: &Url) -> AttemptOutcome {
        let body = self.list()[index(id)].body.clone();
        let (at, start) = (self.clock.now(), Instant::now());
        let outcome = self.sender.post(url.clone(), body, at).await;
        let attempt = Attempt { at, duration: start.elapsed(), outcome: outcome.clone() };
        self.update(id, |delivery| {
            tracing::info!(delivery = id, name = %delivery.name, ?outcome, "attempt");
            delivery.attempts.push(attempt);
        });
        outcome
    }

    fn update(&self, id: u64, change: impl FnOnce(&mut super::Delivery)) {
        change(&mut self.list()[index(id)]);
    }
}

/// Ids count from 1 and nothing is ever taken out of the list.
fn index(id: u64) -> usize {
    usize::try_from(id - 1).expect("ids are places in a list in memory")
}

/// The base before the first retry, twice as long before each further one.
fn pause(base: Duration, retry: u32) -> Duration {
    base.saturating_mul(2_u32.pow(retry - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_the_base() {
        let pauses: Vec<_> =
            (1..=RETRIES).map(|retry| pause(Duration::from_millis(250), retry).as_millis()).collect();
        assert_eq!(pauses, [250, 500, 1000, 2000, 4000]);
    }
}
