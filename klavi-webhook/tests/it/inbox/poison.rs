//! Entries that end the process that handles them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use klavi_webhook::{
    BoxFuture, Dispatcher, Entry, EntryId, EntryState, Filter, Inbox, RetrySchedule, Sink, SinkError,
};
use tokio::sync::Notify;

use super::Place;
use crate::{LEASE, REPORT, list, split};

const ENTRIES: u64 = 100;
const ATTEMPTS: u32 = 3;

fn is_poison(id: EntryId) -> bool {
    id.get() % 12 == 5
}

/// Counts what it is handed, and does not come back from poison.
#[derive(Clone, Default)]
struct Handler {
    handed: Arc<Mutex<HashMap<EntryId, u32>>>,
    crash: Arc<Notify>,
}

impl Sink for Handler {
    fn deliver(&self, entry: Entry) -> BoxFuture<'static, Result<(), SinkError>> {
        let Self { handed, crash } = self.clone();
        Box::pin(async move {
            *handed.lock().unwrap().entry(entry.id).or_default() += 1;
            if is_poison(entry.id) {
                crash.notify_one();
                std::future::pending::<()>().await;
            }
            Ok(())
        })
    }
}

async fn until_all_is_settled(inbox: &dyn Inbox) {
    let open = async || {
        let counts = inbox.counts().await.unwrap();
        EntryState::ALL
            .into_iter()
            .filter(|state| state.is_open())
            .map(|state| counts.in_state(state))
            .sum::<u64>()
    };
    while open().await > 0 {
        tokio::task::yield_now().await;
    }
}

pub(crate) async fn poison_dies_after_its_attempts_and_takes_nothing_with_it(place: &Place) {
    let inbox = place.open().await;
    for n in 0..ENTRIES {
        inbox.store(split(&REPORT.replace("rp-1", &format!("rp-{n}")))).await.unwrap();
    }
    let handler = Handler::default();
    let mut crashes = 0;
    loop {
        let schedule = RetrySchedule::new(ATTEMPTS, Duration::from_secs(1), Duration::from_secs(1));
        let dispatcher = Dispatcher::new(inbox.clone(), handler.clone()).schedule(schedule).lease(LEASE);
        let dispatcher = dispatcher.poll_every(Duration::from_millis(1));
        // Whoever is dropped settles nothing, like a process that ends.
        let crashed = tokio::select! {
            () = dispatcher.run(until_all_is_settled(&*inbox)) => false,
            () = handler.crash.notified() => true,
        };
        if !crashed {
            break;
        }
        crashes += 1;
        assert!(crashes < 100, "it never ends");
        place.clock.advance(LEASE);
    }
    let handed = handler.handed.lock().unwrap().clone();
    for entry in list(&*inbox, &Filter::all()).await {
        let times = handed.get(&entry.id).copied().unwrap_or_default();
        if is_poison(entry.id) {
            assert_eq!(entry.state, EntryState::Dead, "{}", entry.id);
            assert!(times >= ATTEMPTS, "{} died after {times}", entry.id);
        } else {
            assert_eq!((entry.state, times > 0), (EntryState::Done, true), "{}", entry.id);
        }
    }
}
