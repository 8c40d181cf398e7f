//! One task at a time for each key: callers that ask for the same thing share one result.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

use futures_util::future::{FutureExt as _, Shared, WeakShared};

/// Tasks in progress, by key. A caller with the key of a running task waits for that task and gets a clone of its
/// result.
///
/// No task is spawned: the callers that wait drive it. If one of them is dropped, the others continue; if all are
/// dropped, the task ends.
///
/// ```
/// use provider_call::SingleFlight;
///
/// # async fn example() {
/// let flights: SingleFlight<&str, u32> = SingleFlight::new();
/// assert_eq!(flights.run("key", || Box::pin(async { 7 })).await, 7);
/// # }
/// ```
pub struct SingleFlight<K, T: Clone>(Mutex<HashMap<K, WeakShared<Task<T>>>>);

type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl<K: Eq + Hash, T: Clone> SingleFlight<K, T> {
    /// No task is in progress.
    #[must_use]
    pub fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// The result of the task with this key: of the one in progress, or of the one that `begin` makes.
    pub async fn run(&self, key: K, begin: impl FnOnce() -> Task<T>) -> T {
        let flight = self.join(key, begin);
        flight.await
    }

    fn join(&self, key: K, begin: impl FnOnce() -> Task<T>) -> Shared<Task<T>> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(&key).and_then(WeakShared::upgrade) {
            return flight;
        }
        flights.retain(|_, flight| flight.upgrade().is_some());
        let flight = begin().shared();
        flights.extend(flight.downgrade().map(|flight| (key, flight)));
        flight
    }
}

impl<K: Eq + Hash, T: Clone> Default for SingleFlight<K, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K, T: Clone> fmt::Debug for SingleFlight<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SingleFlight(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures_util::future::join3;

    use super::*;

    /// A task that other tasks can join before it ends, with the number of tasks begun so far.
    fn task(begun: &'static AtomicU32) -> Task<u32> {
        Box::pin(async move {
            let number = begun.fetch_add(1, Ordering::Relaxed);
            tokio::task::yield_now().await;
            number
        })
    }

    #[tokio::test]
    async fn callers_with_one_key_share_one_task() {
        static BEGUN: AtomicU32 = AtomicU32::new(0);
        let flights = SingleFlight::new();
        let run = |key| flights.run(key, || task(&BEGUN));
        let (first, second, other) = join3(run("a"), run("a"), run("b")).await;
        assert_eq!((first, second, other), (0, 0, 1));
        assert_eq!(run("a").await, 2, "a task that has ended is not shared");
    }

    #[tokio::test]
    async fn a_dropped_caller_does_not_stop_the_task_of_the_others() {
        static BEGUN: AtomicU32 = AtomicU32::new(0);
        let flights = SingleFlight::new();
        let mut first = flights.join("a", || task(&BEGUN));
        assert!((&mut first).now_or_never().is_none(), "the first caller has begun it");
        let second = flights.join("a", || task(&BEGUN));
        drop(first);
        assert_eq!((second.await, BEGUN.load(Ordering::Relaxed)), (0, 1));
    }
}
