//! Settles leases in batches, and again where the inbox fails, as long as the leases hold.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

use crate::{Inbox, Settlement};

/// How many leases are settled together.
const BATCH: usize = 256;

/// Pauses before another attempt double from the first to the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A settlement, and the instant at which its lease ends.
pub(super) struct Due {
    pub(super) settlement: Settlement,
    pub(super) ends: Instant,
}

pub(super) struct Settler {
    inbox: Arc<dyn Inbox>,
    queue: mpsc::UnboundedReceiver<Due>,
    batch: Vec<Due>,
}

impl Settler {
    pub(super) fn new(inbox: Arc<dyn Inbox>) -> (Self, mpsc::UnboundedSender<Due>) {
        let (sender, queue) = mpsc::unbounded_channel();
        (Self { inbox, queue, batch: Vec::new() }, sender)
    }

    /// Settles what comes until nobody sends any more.
    pub(super) async fn run(mut self) {
        while self.queue.recv_many(&mut self.batch, BATCH).await > 0 {
            self.settle_batch().await;
        }
    }

    /// Settles all that has come.
    pub(super) async fn settle_all(&mut self) {
        while let Ok(due) = self.queue.try_recv() {
            self.batch.push(due);
            while self.batch.len() < BATCH
                && let Ok(due) = self.queue.try_recv()
            {
                self.batch.push(due);
            }
            self.settle_batch().await;
        }
    }

    async fn settle_batch(&mut self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let settlements = self.batch.iter().map(|due| due.settlement.clone()).collect();
            match self.inbox.settle(settlements).await {
                Ok(settled) => {
                    for (due, settled) in self.batch.drain(..).zip(settled) {
                        if !settled {
                            let entry = due.settlement.ticket.id;
                            tracing::warn!(%entry, "the lease was lost before the handler ended");
                        }
                    }
                    return;
                }
                Err(error) => tracing::error!(cause = error.cause(), "{error}"),
            }
            let now = Instant::now();
            self.batch.retain(|due| {
                let holds = due.ends > now;
                if !holds {
                    let entry = due.settlement.ticket.id;
                    tracing::error!(%entry, "the lease ended before it could be settled: the entry is handled again");
                }
                holds
            });
            if self.batch.is_empty() {
                return;
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}
