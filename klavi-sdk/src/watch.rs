//! Waiting for something to settle: asking again and again, at growing intervals, until it has.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::Stream;
use provider_call::{CallError, Clock, Endpoint, Sleep};

use crate::error::{Error, Result};

/// How long an id that Klavi has just given may be unknown to it.
const UNKNOWN_AT_FIRST: Duration = Duration::from_secs(30);

/// No call is made without a pause.
const SHORTEST_PAUSE: Duration = Duration::from_millis(100);

/// Asks Klavi at growing intervals how something stands, and yields each change, until it is settled.
///
/// From [`Consents::watch`](crate::Consents::watch) and [`OpenDataTask::watch`](crate::OpenDataTask::watch). The first answer is
/// yielded as it is; the last one is the settled one. It is a [`Stream`], and can be used without one:
/// [`next`](Self::next) for each change, [`settled`](Self::settled) for the last.
///
/// Passing failures are sat out, and so is a 404 in the first 30 s, since a new id is not known everywhere at once.
/// What ends it early is yielded as an error: a failure that stays, or the time being over, which is an
/// [`is_timeout`](provider_call::CallError::is_timeout) if Klavi answered last, else that failure. Asking begins within the time, so an
/// answer that is slow to come may end a little after it.
///
/// It works while it is polled, spawns nothing and may be dropped at any moment; time goes by the client's clock.
/// A webhook tells the same sooner and without asking: watch where none can reach you, or while a user waits.
#[must_use = "nothing is asked before it is polled"]
pub struct Watch<T> {
    subject: Subject<T>,
    clock: Arc<dyn Clock>,
    first_pause: Duration,
    longest_pause: Duration,
    total: Duration,
    /// The next one.
    pause: Duration,
    started: Option<Duration>,
    seen: Option<T>,
    passing: Option<Error>,
    phase: Phase<T>,
}

/// A question under way.
pub(crate) type Asking<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

/// What is watched.
pub(crate) struct Subject<T> {
    pub(crate) endpoint: Endpoint,
    pub(crate) ask: Box<dyn Fn() -> Asking<T> + Send + Sync>,
    pub(crate) is_settled: fn(&T) -> bool,
    pub(crate) has_changed: fn(&T, &T) -> bool,
    /// By then it has settled by itself.
    pub(crate) total: Duration,
}

enum Phase<T> {
    Due,
    Asking(Asking<T>),
    Pausing(Sleep),
    Over,
    Ended,
}

impl<T> Unpin for Watch<T> {}

impl<T: Clone> Watch<T> {
    pub(crate) fn new(subject: Subject<T>, clock: Arc<dyn Clock>) -> Self {
        let first_pause = Duration::from_secs(2);
        Self {
            clock,
            first_pause,
            longest_pause: Duration::from_secs(15),
            total: subject.total,
            pause: first_pause,
            started: None,
            seen: None,
            passing: None,
            phase: Phase::Due,
            subject,
        }
    }

    /// How long to go on. Default: until it has settled by itself, 65 minutes for a consent, 30 for a task.
    pub fn timeout(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// The pause after a change, and the longest one that it grows to. Default: 2 s and 15 s; at least 100 ms. A longer
    /// `Retry-After` of Klavi's is kept to.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        let first = first.max(SHORTEST_PAUSE);
        self.first_pause = first;
        self.longest_pause = longest.max(first);
        self.pause = first;
        self
    }

    /// The next change; `None` after the settled one or an error.
    pub async fn next(&mut self) -> Option<Result<T>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Waits until it is settled.
    ///
    /// # Errors
    /// See [`Watch`].
    pub async fn settled(mut self) -> Result<T> {
        while let Some(change) = self.next().await {
            change?;
        }
        self.seen.take().ok_or_else(|| self.unsettled())
    }

    fn answered(&mut self, answer: Result<T>) -> Option<Result<T>> {
        match answer {
            Ok(value) => {
                self.passing = None;
                let changed = self.seen.as_ref().is_none_or(|seen| (self.subject.has_changed)(seen, &value));
                if (self.subject.is_settled)(&value) {
                    self.phase = Phase::Ended;
                } else {
                    if changed {
                        self.pause = self.first_pause;
                    }
                    self.rest(Duration::ZERO);
                }
                self.seen = Some(value.clone());
                changed.then_some(Ok(value))
            }
            Err(error) if self.passes(&error) => {
                tracing::debug!(%error, "asking again");
                self.rest(error.retry_after().unwrap_or_default());
                self.passing = Some(error);
                None
            }
            Err(error) => self.end(error),
        }
    }

    fn passes(&self, error: &Error) -> bool {
        let unknown_at_first =
            error.is_not_found() && self.seen.is_none() && self.elapsed() < UNKNOWN_AT_FIRST;
        error.is_retryable() || unknown_at_first
    }

    /// Pauses, unless the time is over.
    fn rest(&mut self, at_least: Duration) {
        let remaining = self.total.saturating_sub(self.elapsed());
        self.phase = if remaining.is_zero() {
            Phase::Over
        } else {
            Phase::Pausing(self.clock.sleep(self.pause.max(at_least).min(remaining)))
        };
        self.pause = self.pause.saturating_add(self.pause / 2).min(self.longest_pause);
    }

    fn end(&mut self, error: Error) -> Option<Result<T>> {
        self.phase = Phase::Ended;
        self.seen = None;
        Some(Err(error))
    }

    fn elapsed(&self) -> Duration {
        self.started.map_or(Duration::ZERO, |started| self.clock.monotonic().saturating_sub(started))
    }

    fn unsettled(&self) -> Error {
        CallError::not_settled(&self.subject.endpoint, self.elapsed()).into()
    }
}

impl<T: Clone> Stream for Watch<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        loop {
            match &mut self.phase {
                Phase::Due => {
                    let now = self.clock.monotonic();
                    self.started.get_or_insert(now);
                    self.phase = Phase::Asking((self.subject.ask)());
                }
                Phase::Asking(asking) => {
                    let answer = ready!(asking.as_mut().poll(context));
                    if let Some(item) = self.answered(answer) {
                        return Poll::Ready(Some(item));
                    }
                }
                Phase::Pausing(pause) => {
                    ready!(pause.as_mut().poll(context));
                    self.phase = Phase::Due;
                }
                Phase::Over => {
                    let error = self.passing.take().unwrap_or_else(|| self.unsettled());
                    return Poll::Ready(self.end(error));
                }
                Phase::Ended => return Poll::Ready(None),
            }
        }
    }
}

impl<T> fmt::Debug for Watch<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch")
            .field("endpoint", &self.subject.endpoint.to_string())
            .field("total", &self.total)
            .finish_non_exhaustive()
    }
}
