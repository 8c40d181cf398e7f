use std::time::Duration;

use jiff::Timestamp;

use super::{Attempt, DeliveryState, Sender, Shipment};

/// Attempts after the first. Source of both: docs.klavi.ai/link/lqUr-overview.
const RETRIES: u32 = 5;
pub(crate) const RETRY_BASE: Duration = Duration::from_millis(250);

/// Sends until it is taken or given up, then once more for each duplicate that was asked for. Each attempt is handed out
/// as soon as it is over; `done` of them were made before.
pub(crate) async fn send_until_taken(
    sender: &Sender,
    shipment: &Shipment,
    retry_base: Duration,
    done: u32,
    now: impl Fn() -> Timestamp,
    mut record: impl FnMut(Attempt),
) -> DeliveryState {
    for retry in done..=RETRIES {
        if retry > 0 {
            tokio::time::sleep(pause(retry_base, retry)).await;
        }
        let attempt = sender.attempt(shipment, retry, now()).await;
        let (taken, elsewhere) = (attempt.outcome.is_success(), attempt.is_kept_back());
        record(attempt);
        if elsewhere {
            return DeliveryState::Failed;
        }
        if taken {
            for _ in 0..shipment.manner.duplicates {
                record(sender.attempt(shipment, retry, now()).await);
            }
            return DeliveryState::Delivered;
        }
    }
    DeliveryState::Failed
}

/// The base before the first retry, twice as long before each further one.
fn pause(base: Duration, retry: u32) -> Duration {
    base.saturating_mul(2_u32.saturating_pow(retry.saturating_sub(1)))
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
