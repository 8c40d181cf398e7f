//! Whether an attempt is repeated, and after which pause.

mod budget;
mod retry_after;

use std::time::Duration;

use http::StatusCode;

pub(crate) use self::budget::Account;
pub use self::budget::RetryBudget;
pub use self::retry_after::retry_after;
use crate::endpoint::Idempotency;
use crate::transport::TransportErrorKind;

/// One try and three repeats: with the pauses below that bridges a restart of the server, and more would
/// only add load to one that is down.
const ATTEMPTS: u32 = 4;

/// The first pause is drawn from zero to this: short, as most failures are single dropped connections.
const BASE_PAUSE: Duration = Duration::from_millis(250);

/// Doubling stops here, so that the last repeat still fits into the time of a call.
const MAX_PAUSE: Duration = Duration::from_secs(8);

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

/// How often a call is tried, and with which pauses. For how long is a matter of the call, see
/// [`CallOptions::timeout`](crate::CallOptions::timeout).
///
/// Pauses grow exponentially with full jitter (each is drawn between zero and its ceiling, see
/// [`jitter`](Self::jitter)), and are at least as long as a `Retry-After` of the server. A pause that would end after
/// the time of the call is not begun.
///
/// ```
/// use provider_call::RetryPolicy;
///
/// let patient = RetryPolicy::default().max_attempts(8);
/// let none = RetryPolicy::none();
/// ```
#[doc(alias("ExponentialBackoff", "RetryConfig"))]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct RetryPolicy {
    max_attempts: u32,
    base: Duration,
    max: Duration,
    jitter_percent: u8,
}

impl Default for RetryPolicy {
    /// Four attempts, pauses of at most 0.25 s, 0.5 s, 1 s.
    fn default() -> Self {
        Self { max_attempts: ATTEMPTS, base: BASE_PAUSE, max: MAX_PAUSE, jitter_percent: 100 }
    }
}

impl RetryPolicy {
    /// One attempt only.
    #[doc(alias("never", "disabled"))]
    pub fn none() -> Self {
        Self::default().max_attempts(1)
    }

    /// The largest number of attempts; zero counts as one.
    #[doc(alias = "max_retries")]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts.max(1);
        self
    }

    /// The ceiling of the first pause, which doubles with each further one, and that of all pauses.
    pub fn backoff(mut self, base: Duration, max: Duration) -> Self {
        self.base = base;
        self.max = max;
        self
    }

    /// The part of each pause that is left to chance, in percent of its ceiling; more than 100 counts as 100.
    /// Default: all of it.
    pub fn jitter(mut self, percent: u8) -> Self {
        self.jitter_percent = percent.min(100);
        self
    }

    /// What to do after a failed attempt. `chance` lies in 0..1.
    pub(crate) fn next(&self, so_far: &SoFar, failed: Failed, chance: f64) -> Next {
        if !may_repeat(failed, so_far.idempotency) {
            return Next::Stop(Stop::Final);
        }
        if so_far.retries + 1 >= self.max_attempts.min(failed.max_attempts()) {
            return Next::Stop(Stop::AttemptsUsed);
        }
        let pause = self.pause(so_far.retries, chance).max(failed.retry_after().unwrap_or_default());
        if pause >= so_far.remaining {
            return Next::Stop(Stop::OutOfTime);
        }
        Next::RetryAfter(pause)
    }

    fn pause(&self, retries: u32, chance: f64) -> Duration {
        let ceiling = self.base.saturating_mul(2_u32.saturating_pow(retries)).min(self.max);
        let jitter = f64::from(self.jitter_percent) / 100.0;
        let share = 1.0 - jitter + jitter * chance.clamp(0.0, 1.0);
        // Rounding may carry the longest durations there are over their end.
        Duration::try_from_secs_f64(ceiling.as_secs_f64() * share).unwrap_or(ceiling)
    }
}

/// How far a call has come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SoFar {
    pub(crate) idempotency: Idempotency,
    /// Repeats made, the one after a 401 not counted.
    pub(crate) retries: u32,
    /// The time that is left of the call.
    pub(crate) remaining: Duration,
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
            // Turned away before it was acted on, with a time to come back. A 503 may be that of a proxy, which does
            // not know what the server behind it has done.
            429 => idempotent || retry_after.is_some(),
            408 | 500 | 502 | 503 | 504 => idempotent,
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDEMPOTENT: SoFar =
        SoFar { idempotency: Idempotency::Idempotent, retries: 0, remaining: Duration::from_secs(30) };
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
            (TransportErrorKind::NotSent, false),
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
            let expected = code == 429;
            assert_eq!(is_retried(NOT_IDEMPOTENT, status(code, Some(0))), expected, "{code}");
        }
        assert!(is_retried(NOT_IDEMPOTENT, Failed::Transport(TransportErrorKind::Connect)));
        for kind in [
            TransportErrorKind::Timeout,
            TransportErrorKind::Other,
            TransportErrorKind::Certificate,
            TransportErrorKind::ClientCertificate,
            TransportErrorKind::NotSent,
            TransportErrorKind::BodyTooLarge { limit: 1 },
        ] {
            assert!(!is_retried(NOT_IDEMPOTENT, Failed::Transport(kind)), "{kind:?}");
        }
        assert!(!is_retried(NOT_IDEMPOTENT, Failed::Timeout));
    }

    #[test]
    fn the_number_of_attempts_is_bounded() {
        let policy = RetryPolicy::default().max_attempts(3);
        let next = |retries| policy.next(&SoFar { retries, ..IDEMPOTENT }, status(503, None), 0.0);
        assert_eq!(next(1), Next::RetryAfter(Duration::ZERO));
        assert_eq!(next(2), Next::Stop(Stop::AttemptsUsed));
        let once = RetryPolicy::none().next(&IDEMPOTENT, status(503, None), 0.0);
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
    fn what_is_no_jitter_is_not_left_to_chance() {
        let policy =
            RetryPolicy::default().backoff(Duration::from_secs(4), Duration::from_secs(64)).jitter(25);
        assert_eq!([0, 1, 2, 3, 4].map(|retries| policy.pause(retries, 0.0).as_secs()), [3, 6, 12, 24, 48]);
        assert_eq!([0, 1, 2, 3, 4].map(|retries| policy.pause(retries, 1.0).as_secs()), [4, 8, 16, 32, 64]);
        let fixed = RetryPolicy::default().jitter(0);
        assert_eq!(fixed.pause(0, 0.0), BASE_PAUSE);
        assert_eq!(RetryPolicy::default().jitter(255).pause(0, 0.0), Duration::ZERO);
    }

    #[test]
    fn the_longest_pauses_there_are_do_not_panic() {
        let policy = RetryPolicy::default().backoff(Duration::MAX, Duration::MAX);
        for chance in [0.0, 0.5, 1.0, f64::NAN] {
            policy.pause(u32::MAX, chance);
        }
        assert_eq!(policy.pause(0, 1.0), Duration::MAX);
    }

    #[test]
    fn pauses_double_up_to_a_ceiling_and_are_jittered() {
        let (base, max) = (Duration::from_secs(1), Duration::from_secs(5));
        let policy = RetryPolicy::default().max_attempts(100).backoff(base, max);
        let pause = |retries, chance| policy.pause(retries, chance);
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
        let next = |remaining, wish| {
            let so_far = SoFar { remaining: Duration::from_secs(remaining), ..IDEMPOTENT };
            RetryPolicy::default().next(&so_far, status(503, Some(wish)), 0.0)
        };
        assert_eq!(next(7, 6), Next::RetryAfter(Duration::from_secs(6)));
        assert_eq!(next(7, 7), Next::Stop(Stop::OutOfTime));
        assert_eq!(next(0, 0), Next::Stop(Stop::OutOfTime));
        assert_eq!(next(30, u64::MAX), Next::Stop(Stop::OutOfTime));
    }
}
