//! One token, shared by all calls, and one login at a time.

use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{FutureExt as _, Shared, WeakShared};

use crate::clock::Clock;
use crate::metric;

/// How long before its end a token is renewed: longer than a call takes, so that none expires on the way.
const RENEWAL_MARGIN: Duration = Duration::from_secs(60);

/// After a failed renewal of a token that still works, the next is not tried before this has passed.
const RENEWAL_PAUSE: Duration = Duration::from_secs(5);

type Flight<T, E> = Shared<Pin<Box<dyn Future<Output = Result<Token<T>, E>> + Send>>>;
type WeakFlight<T, E> = WeakShared<Pin<Box<dyn Future<Output = Result<Token<T>, E>> + Send>>>;

/// Keeps one token and fetches another when it is needed: before the old one ends, or after it was refused.
///
/// Only one fetch is under way at any time. Whoever needs its result waits for it and shares it, a failure
/// as well; a failure is not kept for those who come later. Nothing is spawned: those who wait drive the
/// fetch, and if one of them is dropped the others go on. While an old token still works nobody but the one
/// who renews it waits, and if the renewal fails the old token serves on.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::convert::Infallible;
/// use std::sync::Arc;
/// use std::time::Duration;
/// use provider_call::{Fresh, SystemClock, TokenCache};
///
/// let cache = TokenCache::<String, Infallible>::new(Arc::new(SystemClock::new()));
/// let login = |_previous| async {
///     Ok(Fresh { value: "token".to_owned(), lifetime: Duration::from_secs(1800) })
/// };
/// let token = cache.get(login).await.expect("this login cannot fail");
/// assert_eq!(token.value(), "token");
/// # }
/// ```
pub struct TokenCache<T, E> {
    clock: Arc<dyn Clock>,
    provider: &'static str,
    state: Arc<Mutex<State<T, E>>>,
}

struct State<T, E> {
    held: Option<Held<T>>,
    flight: Option<WeakFlight<T, E>>,
    next_generation: u64,
}

struct Held<T> {
    token: Token<T>,
    renew_at: Duration,
    expires_at: Duration,
}

/// A token out of a [`TokenCache`]. `Debug` does not show it.
pub struct Token<T> {
    value: Arc<T>,
    generation: u64,
}

/// What a fetch brings.
pub struct Fresh<T> {
    /// The token.
    pub value: T,
    /// How long it is good for, counted from the beginning of the fetch.
    pub lifetime: Duration,
}

impl<T> Token<T> {
    /// The token itself.
    #[must_use]
    pub fn value(&self) -> &T {
        &self.value
    }
}

impl<T> Clone for Token<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), generation: self.generation }
    }
}

impl<T> fmt::Debug for Token<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("generation", &self.generation).finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for Fresh<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fresh").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

impl<T, E> fmt::Debug for TokenCache<T, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache").finish_non_exhaustive()
    }
}

/// How a caller gets its token.
enum Way<T, E> {
    Ready(Token<T>),
    Wait { flight: Flight<T, E>, instead: Option<Token<T>> },
}

impl<T, E> TokenCache<T, E>
where
    T: Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    /// An empty cache.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let state = State { held: None, flight: None, next_generation: 0 };
        Self { clock, provider: "", state: Arc::new(Mutex::new(state)) }
    }

    /// The word for the provider in the labels of metrics, see [`metric`].
    #[must_use]
    pub fn provider(mut self, provider: &'static str) -> Self {
        self.provider = provider;
        self
    }

    /// The current token, or the result of a fetch.
    ///
    /// `fetch` is called only if nobody else is fetching. It is given the previous token if that still
    /// works, for providers that exchange an old token for a new one.
    ///
    /// # Errors
    /// That of the fetch.
    pub async fn get<F, Fut>(&self, fetch: F) -> Result<Token<T>, E>
    where
        F: FnOnce(Option<Token<T>>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Fresh<T>, E>> + Send + 'static,
    {
        match self.way(fetch) {
            Way::Ready(token) => Ok(token),
            Way::Wait { flight, instead } => match (flight.await, instead) {
                (Err(_), Some(token)) if self.is_current(&token) => Ok(token),
                (result, _) => result,
            },
        }
    }

    /// Drops `refused`, unless another token has taken its place in the meantime.
    pub fn invalidate(&self, refused: &Token<T>) {
        let mut state = lock(&self.state);
        if state.holds(refused) {
            state.held = None;
        }
    }

    fn is_current(&self, token: &Token<T>) -> bool {
        lock(&self.state).holds(token)
    }

    fn way<F, Fut>(&self, fetch: F) -> Way<T, E>
    where
        F: FnOnce(Option<Token<T>>) -> Fut + Send + 'static,
        Fut: Future<Output = Result<Fresh<T>, E>> + Send + 'static,
    {
        let now = self.clock.monotonic();
        let mut state = lock(&self.state);
        let working = state.held.as_ref().filter(|held| now < held.expires_at);
        let under_way = state.flight.as_ref().and_then(WeakShared::upgrade);
        match (working, under_way) {
            (Some(held), _) if now < held.renew_at => Way::Ready(held.token.clone()),
            (Some(held), Some(_)) => Way::Ready(held.token.clone()),
            (None, Some(flight)) => Way::Wait { flight, instead: None },
            (working, None) => {
                let previous = working.map(|held| held.token.clone());
                let for_fetch = previous.clone();
                // Called inside the flight, not under the lock.
                let flight = self.depart(now, async move { fetch(for_fetch).await });
                state.flight = flight.downgrade();
                Way::Wait { flight, instead: previous }
            }
        }
    }

    fn depart<Fut>(&self, started: Duration, fetch: Fut) -> Flight<T, E>
    where
        Fut: Future<Output = Result<Fresh<T>, E>> + Send + 'static,
    {
        let clock = Arc::clone(&self.clock);
        let provider = self.provider;
        let state = Arc::clone(&self.state);
        let flight = async move {
            let result = fetch.await;
            metric::logged_in(provider, result.is_ok());
            let mut state = lock(&state);
            state.flight = None;
            match result {
                Ok(fresh) => Ok(state.hold(fresh, started)),
                Err(error) => {
                    if let Some(held) = &mut state.held {
                        held.renew_at = clock.monotonic() + RENEWAL_PAUSE;
                    }
                    Err(error)
                }
            }
        };
        let flight: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(flight);
        flight.shared()
    }
}

impl<T, E> State<T, E> {
    fn holds(&self, token: &Token<T>) -> bool {
        self.held.as_ref().is_some_and(|held| held.token.generation == token.generation)
    }

    fn hold(&mut self, fresh: Fresh<T>, started: Duration) -> Token<T> {
        let Fresh { value, lifetime } = fresh;
        let token = Token { value: Arc::new(value), generation: self.next_generation };
        self.next_generation += 1;
        // A token so short-lived that the margin would eat it is used for half its life.
        let margin = RENEWAL_MARGIN.min(lifetime / 2);
        let expires_at = started.saturating_add(lifetime);
        self.held = Some(Held { token: token.clone(), renew_at: expires_at - margin, expires_at });
        token
    }
}

fn lock<T, E>(state: &Mutex<State<T, E>>) -> MutexGuard<'_, State<T, E>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
