//! One token, shared by all calls, and one login at a time. How a login is made is not known here.

use std::fmt;
use std::future::ready;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{Either, FutureExt as _, Shared, WeakShared, select};
use http::HeaderValue;

use crate::clock::Clock;
use crate::credential::{Credential, CredentialLookup, Renewal};
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

/// A renewal that no call has seen the end of is given up after this: the token that it brings may have ended as well.
const RENEWAL_LIFE: Duration = RENEWAL_MARGIN;

/// Keeps one token and fetches another when it is needed: before the old one ends, or for a call whose token was refused.
///
/// Only one fetch is in progress at any time. All calls that need its result wait for it and share it, a failure as well.
/// Nothing is spawned: the waiting calls drive the fetch, and if one of them is dropped the others continue.
///
/// While an old token works, only the call that begins its renewal waits, and only for a moment. A renewal that takes
/// longer is kept, and each later call drives it on without waiting, until it ends; a renewal that fails or hangs fails no
/// call.
///
/// A refused token is replaced for the calls that were refused. The others use it until its successor is there: a refusal
/// that is due to one endpoint costs them nothing. However often tokens or keys are refused, there is one login a second
/// at most.
pub struct TokenCache {
    clock: Arc<dyn Clock>,
    provider: &'static str,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    held: Option<Held>,
    fetch: Option<Fetch>,
    /// Which token was refused last, and when that was first heard of.
    refused: Option<(u64, Duration)>,
    /// The keys were refused, and when.
    refusal: Option<(Duration, CallError)>,
    generations: u64,
}

/// A fetch in progress.
struct Fetch {
    flight: WeakFlight,
    /// Keeps a renewal in progress while no call waits for it.
    kept: Option<(Flight, Duration)>,
}

#[derive(Clone)]
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
    /// Looks how far a renewal is, and otherwise uses this token.
    Drive(Flight, Credential),
}

impl TokenCache {
    /// An empty cache. `provider` is its word in the labels of metrics, see [`metric`].
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, provider: &'static str) -> Self {
        Self { clock, provider, state: Arc::default() }
    }

    /// The current token, or the result of a fetch: that of a [`CredentialSource`](crate::CredentialSource), with its
    /// parameters.
    ///
    /// `fetch` is called only if no other fetch is in progress. It is given the previous token if that still works, for
    /// providers that exchange an old token for a new one. The error is that of the fetch.
    pub fn get<F, Fut>(
        &self,
        patience: Duration,
        refused: Option<&Credential>,
        fetch: F,
    ) -> CredentialLookup<'_>
    where
        F: FnOnce(Option<Credential>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Fresh, CallError>> + Send + 'static,
    {
        match self.way(refused, fetch) {
            Way::Now(result) => CredentialLookup::Ready(result.map(Some)),
            Way::Wait(flight) => CredentialLookup::Pending(Box::pin(flight.map(|result| result.map(Some)))),
            Way::Renew(flight) => CredentialLookup::Pending(Box::pin(
                self.renewed(flight, patience).map(|result| result.map(Some)),
            )),
            Way::Drive(flight, working) => CredentialLookup::ready(match flight.now_or_never() {
                Some(Ok(renewed)) => renewed,
                Some(Err(error)) => kept_in_use(&error, working),
                None => working,
            }),
        }
    }

    async fn renewed(&self, flight: Flight, patience: Duration) -> Result<Credential, CallError> {
        let moment = self.clock.sleep(RENEWAL_WAIT.min(patience / 2));
        match (select(flight, moment).await, self.working()) {
            (Either::Left((Err(error), _)), Some(working)) => Ok(kept_in_use(&error, working)),
            (Either::Left((result, _)), _) => result,
            (Either::Right(_), Some(working)) => {
                tracing::warn!("the token is slow to be renewed; the old one still works");
                Ok(working)
            }
            // It was refused meanwhile, or has ended.
            (Either::Right((_, flight)), None) => flight.await,
        }
    }

    /// A token was refused. Whether another can be had: not if one was refused just before.
    pub fn refused(&self, refused: &Credential) -> Renewal {
        let now = self.clock.monotonic();
        let mut state = lock(&self.state);
        // Where another is held, another call has renewed it in the meantime.
        if state.held.as_ref().is_some_and(|held| held.credential.generation == refused.generation) {
            match state.refused {
                // All whose token was this one share its successor.
                Some((generation, _)) if generation == refused.generation => {}
                Some((_, at)) if now.saturating_sub(at) < LOGIN_INTERVAL => return Renewal::Impossible,
                _ => state.refused = Some((refused.generation, now)),
            }
        }
        Renewal::Possible
    }

    /// Forgets the token and what was refused: the keys are others now.
    pub fn clear(&self) {
        let mut state = lock(&self.state);
        // A login that is in progress does not count any more.
        *state = State { generations: state.generations + 1, ..State::default() };
    }

    /// The token that is held, unless it has ended or was refused.
    fn working(&self) -> Option<Credential> {
        let now = self.clock.monotonic();
        let state = lock(&self.state);
        let refused = state.refused.map(|(generation, _)| generation);
        let held = state.held.as_ref().filter(|held| now < held.expires_at)?;
        Some(held.credential.clone()).filter(|credential| Some(credential.generation) != refused)
    }

    fn way<F, Fut>(&self, refused: Option<&Credential>, fetch: F) -> Way
    where
        F: FnOnce(Option<Credential>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Fresh, CallError>> + Send + 'static,
    {
        let now = self.clock.monotonic();
        let mut state = lock(&self.state);
        let in_progress = state.in_progress(now);
        let refused = refused.map(|credential| credential.generation);
        match &mut state.held {
            Some(held) if now < held.expires_at && refused != Some(held.credential.generation) => {
                let credential = held.credential.clone();
                if let Some(flight) = in_progress {
                    return Way::Drive(flight, credential);
                }
                if now < held.renew_at {
                    return Way::Now(Ok(credential));
                }
                held.renew_at = now.saturating_add(RENEWAL_PAUSE);
                let flight = self.depart(&mut state, now, || fetch(Some(credential)));
                if let Some(fetch) = &mut state.fetch {
                    fetch.kept = Some((flight.clone(), now));
                }
                Way::Renew(flight)
            }
            _ => {
                if let Some(flight) = in_progress {
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
        // The state keeps a renewal, so that the renewal must not keep the state.
        let (clock, provider, shared) = (Arc::clone(&self.clock), self.provider, Arc::downgrade(&self.state));
        // Called inside the flight, not under the lock.
        let flight = ready(()).then(move |()| fetch()).map(move |result| {
            metric::logged_in(provider, result.is_ok());
            let result = result.map(|fresh| Held::new(fresh, now, generation));
            if let Some(state) = shared.upgrade() {
                lock(&state).landed(generation, clock.monotonic(), &result);
            }
            result.map(|held| held.credential)
        });
        let flight: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(flight);
        let flight = flight.shared();
        state.fetch = flight.downgrade().map(|flight| Fetch { flight, kept: None });
        flight
    }
}

impl State {
    fn in_progress(&mut self, now: Duration) -> Option<Flight> {
        let Fetch { flight, kept } = self.fetch.as_ref()?;
        let is_forgotten = kept.as_ref().is_some_and(|(_, begun)| now.saturating_sub(*begun) >= RENEWAL_LIFE);
        let flight = flight.upgrade().filter(|_| !is_forgotten);
        if flight.is_none() {
            self.fetch = None;
        }
        flight
    }

    /// A fetch has ended.
    fn landed(&mut self, generation: u64, now: Duration, result: &Result<Held, CallError>) {
        // One whose keys are others by now, or that another has overtaken, has nothing to say.
        if self.generations != generation {
            return;
        }
        self.fetch = None;
        match result {
            Ok(held) => {
                self.held = Some(held.clone());
                self.refusal = None;
            }
            Err(error) if error.status().is_some_and(|status| status.is_client_error()) => {
                self.refusal = Some((now, error.clone()));
            }
            Err(_) => {}
        }
    }
}

fn kept_in_use(error: &CallError, working: Credential) -> Credential {
    tracing::warn!(%error, "the token could not be renewed; the old one still works");
    working
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
