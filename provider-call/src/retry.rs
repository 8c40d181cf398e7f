//! Whether an attempt is repeated, and after which pause.

mod budget;
mod retry_after;

use std::time::Duration;

use http::StatusCode;

pub(crate) use self::budget::Account;
pub use self::budget::RetryBudget;
pub(crate) use self::retry_after::retry_after;
use crate::transport::TransportErrorKind;

/// One try and three repeats: with the pauses below that bridges a restart of the server, and more would
/// only add load to one that is down.
const ATTEMPTS: u32 = 4;

/// A caller of an API waits this long for an answer, hardly longer.
const TOTAL: Duration = Duration::from_secs(30);

/// The first pause is drawn from zero to this: short, as most failures are single dropped connections.
const BASE_PAUSE: Duration = Duration::from_millis(250);

/// Doubling stops here, so that the last repeat still fits into the total.
const MAX_PAUSE: Duration = Duration::from_secs(8);

/// Whether doing the same thing twice is the same as doing it once.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Idempotency {
    /// It is: the call may be repeated after any passing failure.
    Idempotent,
    /// It is not: the call is repeated only if the server provably did not act on it.
    NotIdempotent,
}

/// What an answer that is not 2xx says about a repeat, beyond its status: for a provider whose bodies say more.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum RetryAdvice {
    /// Nothing: the status decides.
    #[default]
    AsStatus,
    /// The status decides, up to so many attempts.
    AtMost(u32),
    /// The server did not act: any call may be repeated, whatever its idempotency and the status.
    NotActed,
    /// The answer will be the same.
    Never,
}

/// How often a call is tried, for how long in total, and with which pauses.
///
/// Pauses grow exponentially with full jitter (each is drawn between zero and its ceiling, or its
/// [`floor`](Self::floor) and its ceiling), and are at least as long as a `Retry-After` of the server. A pause that would end after the total time is not begun.
///
/// ```
/// use std::time::Duration;
/// use provider_call::RetryPolicy;
///
/// let patient = RetryPolicy::default().attempts(8).total(Duration::from_secs(120));
/// let never = RetryPolicy::never();
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RetryPolicy {
    attempts: u32,
    total: Duration,
    base_pause: Duration,
    max_pause: Duration,
    floor_percent: u8,
}

impl Default for RetryPolicy {
    /// Four attempts within 30 s, pauses of at most 0.25 s, 0.5 s, 1 s.
    fn default() -> Self {
        Self {
            attempts: ATTEMPTS,
            total: TOTAL,
            base_pause: BASE_PAUSE,
            max_pause: MAX_PAUSE,
            floor_percent: 0,
        }
    }
}

impl RetryPolicy {
    /// One attempt only, within the usual total time.
    #[must_use]
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// The largest number of attempts; zero counts as one.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The time for everything: attempts, pauses and waiting for a credential.
    #[must_use]
    pub fn total(mut self, total: Duration) -> Self {
        self.total = total;
        self
    }

    /// The ceiling of the first pause, and that of all pauses.
    #[must_use]
    pub fn pauses(mut self, base: Duration, max: Duration) -> Self {
        self.base_pause = base;
        self.max_pause = max;
        self
    }

    /// The part of each pause that is not left to chance, in percent of its ceiling; more than 100 counts as 100.
    /// Default: none of it.
    #[must_use]
    pub fn floor(mut self, percent: u8) -> Self {
        self.floor_percent = percent.min(100);
        self
    }

    pub(crate) fn remaining(&self, elapsed: Duration) -> Duration {
        self.total.saturating_sub(elapsed)
    }

    /// What to do after a failed attempt. `chance` lies in 0..1.
    pub(crate) fn next(&self, so_far: &SoFar, failed: Failed, chance: f64) -> Next {
        if !may_repeat(failed, so_far.idempotency) {
            return Next::Stop(Stop::Final);
        }
        if so_far.retries + 1 >= self.attempts.min(failed.max_attempts()) {
            return Next::Stop(Stop::AttemptsUsed);
        }
        let pause = self.backoff(so_far.retries, chance).max(failed.retry_after().unwrap_or_default());
        if pause >= self.remaining(so_far.elapsed) {
            return Next::Stop(Stop::OutOfTime);
        }
        Next::RetryAfter(pause)
    }

    fn backoff(&self, retries: u32, chance: f64) -> Duration {
        let doubled = self.base_pause.saturating_mul(2_u32.saturating_pow(retries));
        let floor = f64::from(self.floor_percent) / 100.0;
        doubled.min(self.max_pause).mul_f64(floor + (1.0 - floor) * chance.clamp(0.0, 1.0))
    }
}

/// How far a call has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SoFar {
    pub(crate) idempotency: Idempotency,
    /// Repeats made, the one after a 401 not counted.
    pub(crate) retries: u32,
    pub(crate) elapsed: Duration,
}

/// A failed attempt, as far as it matters here.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Failed {
    Status { status: StatusCode, retry_after: Option<Duration>, advice: RetryAdvice },
    Transport(TransportErrorKind),
    Timeout,
}

impl Failed {
    fn retry_after(self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } => retry_after,
            Self::Transport(_) | Self::Timeout => None,
        }
    }

    fn max_attempts(self) -> u32 {
        match self {
            Self::Status { advice: RetryAdvice::AtMost(attempts), .. } => attempts,
            _ => u32::MAX,
        }
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Next {
    RetryAfter(Duration),
    Stop(Stop),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stop {
    /// A repeat would be unsafe or useless.
    Final,
    AttemptsUsed,
    OutOfTime,
    /// All calls together have made as many repeats as they may.
    BudgetSpent,
}

fn may_repeat(failed: Failed, idempotency: Idempotency) -> bool {
    let idempotent = idempotency == Idempotency::Idempotent;
    match failed {
        Failed::Transport(kind) => kind.is_passing() && (idempotent || kind.is_provably_unsent()),
        Failed::Timeout => idempotent,
        Failed::Status { advice: RetryAdvice::NotActed, .. } => true,
        Failed::Status { advice: RetryAdvice::Never, .. } => false,
        Failed::Status { status, retry_after, .. } => match status.as_u16() {
            // A server that names a time to come back says that it has not acted.
            429 | 503 => idempotent || retry_after.is_some(),
            408 | 500 | 502 | 504 => idempotent,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDEMPOTENT: SoFar =
        SoFar { idempotency: Idempotency::Idempotent, retries: 0, elapsed: Duration::ZERO };
    const NOT_IDEMPOTENT: SoFar = SoFar { idempotency: Idempotency::NotIdempotent, ..IDEMPOTENT };

    fn status(status: u16, retry_after: Option<u64>) -> Failed {
        Failed::Status {
            status: StatusCode::from_u16(status).unwrap(),
            retry_after: retry_after.map(Duration::from_secs),
            advice: RetryAdvice::AsStatus,
        }
    }

    fn advised(code: u16, advice: RetryAdvice) -> Failed {
        let status = StatusCode::from_u16(code).unwrap();
        Failed::Status { status, retry_after: None, advice }
    }

    fn is_retried(so_far: SoFar, failed: Failed) -> bool {
        matches!(RetryPolicy::default().next(&so_far, failed, 0.5), Next::RetryAfter(_))
    }

    #[test]
    fn idempotent_calls_are_repeated_after_passing_failures() {
        for code in 400..600 {
            let expected = [408, 429, 500, 502, 503, 504].contains(&code);
            assert_eq!(is_retried(IDEMPOTENT, status(code, None)), expected, "{code}");
        }
        for (kind, expected) in [
            (TransportErrorKind::Connect, true),
            (TransportErrorKind::Timeout, true),
            (TransportErrorKind::Other, true),
            (TransportErrorKind::Certificate, false),
            (TransportErrorKind::ClientCertificate, false),
            (TransportErrorKind::BodyTooLarge { limit: 1 }, false),
        ] {
            assert_eq!(is_retried(IDEMPOTENT, Failed::Transport(kind)), expected, "{kind:?}");
        }
        assert!(is_retried(IDEMPOTENT, Failed::Timeout));
    }

    #[test]
    fn other_calls_are_repeated_only_if_the_server_did_not_act() {
        for code in 300..600 {
            assert!(!is_retried(NOT_IDEMPOTENT, status(code, None)), "{code}");
            let expected = [429, 503].contains(&code);
            assert_eq!(is_retried(NOT_IDEMPOTENT, status(code, Some(0))), expected, "{code}");
        }
        assert!(is_retried(NOT_IDEMPOTENT, Failed::Transport(TransportErrorKind::Connect)));
        for kind in [
            TransportErrorKind::Timeout,
            TransportErrorKind::Other,
            TransportErrorKind::Certificate,
            TransportErrorKind::ClientCertificate,
            TransportErrorKind::BodyTooLarge { limit: 1 },
        ] {
            assert!(!is_retried(NOT_IDEMPOTENT, Failed::Transport(kind)), "{kind:?}");
        }
        assert!(!is_retried(NOT_IDEMPOTENT, Failed::Timeout));
    }

    #[test]
    fn the_number_of_attempts_is_bounded() {
        let policy = RetryPolicy::default().attempts(3);
        let next = |retries| policy.next(&SoFar { retries, ..IDEMPOTENT }, status(503, None), 0.0);
        assert_eq!(next(1), Next::RetryAfter(Duration::ZERO));
        assert_eq!(next(2), Next::Stop(Stop::AttemptsUsed));
        let once = RetryPolicy::never().next(&IDEMPOTENT, status(503, None), 0.0);
        assert_eq!(once, Next::Stop(Stop::AttemptsUsed));
    }

    #[test]
    fn what_the_body_says_comes_before_the_status() {
        for so_far in [IDEMPOTENT, NOT_IDEMPOTENT] {
            assert!(is_retried(so_far, advised(400, RetryAdvice::NotActed)));
            assert!(!is_retried(so_far, advised(503, RetryAdvice::Never)));
        }
        let most = advised(500, RetryAdvice::AtMost(2));
        assert!(is_retried(IDEMPOTENT, most) && !is_retried(NOT_IDEMPOTENT, most));
        assert!(!is_retried(IDEMPOTENT, advised(400, RetryAdvice::AtMost(2))));
        let second = SoFar { retries: 1, ..IDEMPOTENT };
        assert!(is_retried(second, advised(500, RetryAdvice::AtMost(3))) && !is_retried(second, most));
    }

    #[test]
    fn a_floor_is_not_left_to_chance() {
        let policy = RetryPolicy::default().pauses(Duration::from_secs(4), Duration::from_secs(64)).floor(75);
        assert_eq!([0, 1, 2, 3, 4].map(|retries| policy.backoff(retries, 0.0).as_secs()), [3, 6, 12, 24, 48]);
        assert_eq!([0, 1, 2, 3, 4].map(|retries| policy.backoff(retries, 1.0).as_secs()), [4, 8, 16, 32, 64]);
        let fixed = RetryPolicy::default().floor(255);
        assert_eq!(fixed.backoff(0, 0.0), BASE_PAUSE);
    }

    #[test]
    fn pauses_double_up_to_a_ceiling_and_are_jittered() {
        let (base, max) = (Duration::from_secs(1), Duration::from_secs(5));
        let policy = RetryPolicy::default().attempts(100).pauses(base, max);
        let pause = |retries, chance| policy.backoff(retries, chance);
        assert_eq!([0, 1, 2, 3, 99].map(|retries| pause(retries, 1.0).as_secs()), [1, 2, 4, 5, 5]);
        assert_eq!(pause(1, 0.0), Duration::ZERO);
        assert_eq!(pause(1, 0.25), Duration::from_millis(500));
    }

    #[test]
    fn a_pause_is_at_least_what_the_server_asks_for() {
        let policy = RetryPolicy::default();
        let long = policy.next(&IDEMPOTENT, status(429, Some(7)), 1.0);
        assert_eq!(long, Next::RetryAfter(Duration::from_secs(7)));
        let short = policy.next(&IDEMPOTENT, status(429, Some(0)), 1.0);
        assert_eq!(short, Next::RetryAfter(BASE_PAUSE));
    }

    #[test]
    fn no_pause_outlasts_the_deadline() {
        let policy = RetryPolicy::default().total(Duration::from_secs(10));
        let next = |elapsed, wish| {
            let so_far = SoFar { elapsed: Duration::from_secs(elapsed), ..IDEMPOTENT };
            policy.next(&so_far, status(503, Some(wish)), 0.0)
        };
        assert_eq!(next(3, 6), Next::RetryAfter(Duration::from_secs(6)));
        assert_eq!(next(3, 7), Next::Stop(Stop::OutOfTime));
        assert_eq!(next(11, 0), Next::Stop(Stop::OutOfTime));
        assert_eq!(next(0, u64::MAX), Next::Stop(Stop::OutOfTime));
    }
}
