//! One token, shared by all calls, and one login at a time. How a login is made is not known here.

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, FutureExt as _, Shared, WeakShared, select};
use http::HeaderValue;

use crate::clock::Clock;
use crate::credential::{Credential, Renewal};
use crate::error::CallError;
use crate::metric;

/// How long before its end a token is renewed: longer than a call takes, so that none expires on the way.
const RENEWAL_MARGIN: Duration = Duration::from_secs(60);

/// After the renewal of a token that still works has begun, the next is not begun before this has passed.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);

/// How long a call waits for the renewal of a token that still works; never longer than half of its own time.
const RENEWAL_WAIT: Duration = Duration::from_secs(2);

/// A token that is refused this soon after another was is not refused for its age: the next would be refused as well.
/// The same holds for keys.
const LOGIN_INTERVAL: Duration = Duration::from_secs(1);

type Flight = Shared<Pin<Box<dyn Future<Output = Result<Credential, CallError>> + Send>>>;
type WeakFlight = WeakShared<Pin<Box<dyn Future<Output = Result<Credential, CallError>> + Send>>>;

/// Keeps one token and fetches another when it is needed: before the old one ends, or after it was refused.
///
/// Only one fetch is under way at any time. All calls that need its result wait for it and share it, a failure as well.
/// Nothing is spawned: the waiting calls drive the fetch, and if one of them is dropped the others go on. While an old
/// token still works, only the call that renews it waits, and only for a moment; a renewal that fails or hangs fails no
/// call. However often tokens or keys are refused, there is one login a second at most.
pub struct TokenCache {
    clock: Arc<dyn Clock>,
    provider: &'static str,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    flight: Option<WeakFlight>,
    /// When a token was last given up because it was refused.
    refused_at: Option<Duration>,
    /// The keys were refused, and when.
    refusal: Option<(Duration, CallError)>,
    generations: u64,
}

struct Held {
    credential: Credential,
    renew_at: Duration,
    expires_at: Duration,
}

/// What a fetch brings.
pub struct Fresh {
    /// The value of the `Authorization` header.
    pub authorization: HeaderValue,
    /// How long it is good for, counted from the beginning of the fetch.
    pub lifetime: Duration,
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").finish_non_exhaustive()
    }
}

/// How a caller gets its token.
enum Way {
    Now(Result<Credential, CallError>),
    Wait(Flight),
    /// Waits a moment, and otherwise uses the old token.
    Renew(Flight),
}

impl TokenCache {
    /// An empty cache. `provider` is its word in the labels of metrics, see [`metric`].
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, provider: &'static str) -> Self {
        Self { clock, provider, state: Arc::default() }
    }

    /// The current token, or the result of a fetch.
    ///
    /// `fetch` is called only if no other fetch is under way. It is given the previous token if that still works, for
    /// providers that exchange an old token for a new one. `patience` is how long the call can wait.
    ///
    /// # Errors
    /// That of the fetch.
    pub async fn get<F, Fut>(&self, patience: Duration, fetch: F) -> Result<Credential, CallError>
    where
        F: FnOnce(Option<Credential>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Fresh, CallError>> + Send + 'static,
    {
        match self.way(fetch) {
            Way::Now(result) => result,
            Way::Wait(flight) => flight.await,
            Way::Renew(flight) => {
                let moment = self.clock.sleep(RENEWAL_WAIT.min(patience / 2));
                match (select(flight, moment).await, self.working()) {
                    (Either::Left((Err(error), _)), Some(working)) => {
                        tracing::warn!(%error, "the token could not be renewed; the old one still works");
                        Ok(working)
                    }
                    (Either::Left((result, _)), _) => result,
                    (Either::Right(_), Some(working)) => {
                        tracing::warn!("the token is slow to be renewed; the old one still works");
                        Ok(working)
                    }
                    // It was refused meanwhile, or has ended.
                    (Either::Right((_, flight)), None) => flight.await,
                }
            }
        }
    }

    /// A token was refused. Whether another can be had: not if one was given up just before.
    pub fn refused(&self, refused: &Credential) -> Renewal {
        let now = self.clock.monotonic();
        let mut state = lock(&self.state);
        match &state.held {
            Some(held) if held.credential.generation == refused.generation => {
                if state.refused_at.is_some_and(|at| now.saturating_sub(at) < LOGIN_INTERVAL) {
                    return Renewal::Impossible;
                }
                state.held = None;
                state.refused_at = Some(now);
            }
            // Somebody else has renewed it in the meantime, or is about to.
            _ => {}
        }
        Renewal::Possible
    }

    /// Forgets the token and what was refused: the keys are others now.
    pub fn clear(&self) {
        let mut state = lock(&self.state);
        // A login that is under way does not count any more.
        *state = State { generations: state.generations + 1, ..State::default() };
    }

    /// The token that is held, if it can be used.
    fn working(&self) -> Option<Credential> {
        let now = self.clock.monotonic();
        let state = lock(&self.state);
        state.held.as_ref().filter(|held| now < held.expires_at).map(|held| held.credential.clone())
    }

    fn way<F, Fut>(&self, fetch: F) -> Way
    where
        F: FnOnce(Option<Credential>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Fresh, CallError>> + Send + 'static,
    {
        let now = self.clock.monotonic();
        let mut state = lock(&self.state);
        let under_way = state.flight.as_ref().and_then(WeakShared::upgrade);
        match &mut state.held {
            Some(held) if now < held.expires_at => {
                let credential = held.credential.clone();
                if now < held.renew_at || under_way.is_some() {
                    return Way::Now(Ok(credential));
                }
                held.renew_at = now.saturating_add(RENEWAL_PAUSE);
                Way::Renew(self.depart(&mut state, now, || fetch(Some(credential))))
            }
            _ => {
                if let Some(flight) = under_way {
                    return Way::Wait(flight);
                }
                if let Some((since, error)) = &state.refusal
                    && now.saturating_sub(*since) < LOGIN_INTERVAL
                {
                    return Way::Now(Err(error.clone()));
                }
                Way::Wait(self.depart(&mut state, now, || fetch(None)))
            }
        }
    }

    fn depart<Fut>(
        &self,
        state: &mut State,
        now: Duration,
        fetch: impl FnOnce() -> Fut + Send + 'static,
    ) -> Flight
    where
        Fut: Future<Output = Result<Fresh, CallError>> + Send + 'static,
    {
        state.generations += 1;
        let generation = state.generations;
        let (clock, provider, shared) = (Arc::clone(&self.clock), self.provider, Arc::clone(&self.state));
        // Called inside the flight, not under the lock.
        let flight = ready(()).then(move |()| fetch()).map(move |result| {
            metric::logged_in(provider, result.is_ok());
            let mut state = lock(&shared);
            // One whose keys are others by now has nothing to say.
            let counts = state.generations == generation;
            if counts {
                state.flight = None;
            }
            let result = result.map(|fresh| Held::new(fresh, now, generation));
            match result {
                Ok(held) => {
                    let credential = held.credential.clone();
                    if counts {
                        state.held = Some(held);
                        state.refusal = None;
                    }
                    Ok(credential)
                }
                Err(error) => {
                    if counts && error.status().is_some_and(|status| status.is_client_error()) {
                        state.refusal = Some((clock.monotonic(), error.clone()));
                    }
                    Err(error)
                }
            }
        });
        let flight: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(flight);
        let flight = flight.shared();
        state.flight = flight.downgrade();
        flight
    }
}

impl Held {
    fn new(fresh: Fresh, started: Duration, generation: u64) -> Self {
        let Fresh { authorization, lifetime } = fresh;
        // A token so short-lived that the margin would eat it is used for half its life.
        let margin = RENEWAL_MARGIN.min(lifetime / 2);
        let expires_at = started.saturating_add(lifetime);
        let credential = Credential::of_generation(authorization, generation);
        Self { credential, renew_at: expires_at - margin, expires_at }
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
