//! How many repeats a client makes in all.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// As many parallel calls as one client commonly has in progress get through a restart of the server.
const RESERVE: u32 = 100;

/// What Finagle and gRPC settled on: enough for a server that fails now and then, little load on one that is down.
const SHARE: f64 = 0.2;

/// A client of few calls must not be left without repeats for good.
const REFILLED_WITHIN: Duration = Duration::from_secs(60);

/// How many repeats all calls of a client may make together, so that an outage is not met with a multiple of the
/// load.
///
/// Each call earns a share of a repeat, each repeat takes a whole one. What is not used fills a reserve; an empty
/// reserve fills by itself within a minute. Without budget a call fails at once, with the failure that it would
/// have tried to overcome. The new login after a 401 is no repeat.
///
/// By default a storm of failures adds 20 % to the calls, beside 100 repeats a minute.
///
/// ```
/// use provider_call::RetryBudget;
///
/// let careful = RetryBudget::default().reserve(10).share(0.05);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[must_use]
pub struct RetryBudget {
    reserve: u32,
    share: f64,
}

impl Default for RetryBudget {
    /// A reserve of 100 repeats, and one more for every five calls.
    fn default() -> Self {
        Self { reserve: RESERVE, share: SHARE }
    }
}

impl RetryBudget {
    /// No bound: each call makes all repeats that its policy allows.
    pub fn unlimited() -> Self {
        Self { reserve: u32::MAX, share: 0.0 }
    }

    /// How many repeats can be saved up, which is also how many come back within a minute. Zero leaves the share
    /// alone, of which one repeat can be saved up.
    pub fn reserve(mut self, repeats: u32) -> Self {
        self.reserve = repeats;
        self
    }

    /// How much of a repeat each call earns. Below zero counts as zero.
    pub fn share(mut self, share: f64) -> Self {
        self.share = share.max(0.0);
        self
    }
}

/// What is left of a budget.
pub(crate) struct Account {
    budget: RetryBudget,
    balance: Mutex<Balance>,
}

struct Balance {
    repeats: f64,
    at: Duration,
}

impl Account {
    pub(crate) fn new(budget: RetryBudget, now: Duration) -> Self {
        Self { budget, balance: Mutex::new(Balance { repeats: f64::from(budget.reserve), at: now }) }
    }

    /// A call begins.
    pub(crate) fn earn(&self) {
        self.change(|balance| balance.repeats += self.budget.share);
    }

    /// True if a repeat may be made.
    pub(crate) fn spend(&self, now: Duration) -> bool {
        self.change(|balance| {
            let since = now.saturating_sub(balance.at).as_secs_f64() / REFILLED_WITHIN.as_secs_f64();
            balance.repeats = (balance.repeats + since * f64::from(self.budget.reserve)).min(self.full());
            balance.at = balance.at.max(now);
            let enough = balance.repeats >= 1.0;
            if enough {
                balance.repeats -= 1.0;
            }
            enough
        })
    }

    fn full(&self) -> f64 {
        f64::from(self.budget.reserve.max(1))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Balance) -> T) -> T {
        let mut balance = self.balance.lock().unwrap_or_else(PoisonError::into_inner);
        let result = change(&mut balance);
        balance.repeats = balance.repeats.min(self.full());
        result
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.budget.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::from_secs(1_000);

    fn spent(account: &Account, now: Duration) -> u32 {
        (0..10_000).take_while(|_| account.spend(now)).count().try_into().unwrap()
    }

    #[test]
    fn a_reserve_is_spent_once_and_comes_back_within_a_minute() {
        let account = Account::new(RetryBudget::default(), NOW);
        assert_eq!(spent(&account, NOW), 100);
        assert_eq!(spent(&account, NOW + Duration::from_secs(15)), 25);
        assert_eq!(spent(&account, NOW + Duration::from_secs(3_600)), 100);
    }

    #[test]
    fn five_calls_earn_one_repeat() {
        let account = Account::new(RetryBudget::default(), NOW);
        spent(&account, NOW);
        for calls in [4, 1] {
            assert_eq!(spent(&account, NOW), 0);
            (0..calls).for_each(|_| account.earn());
        }
        assert_eq!(spent(&account, NOW), 1);
    }

    #[test]
    fn no_more_than_the_reserve_is_saved_up() {
        for (reserve, saved) in [(7, 7), (0, 1)] {
            let account = Account::new(RetryBudget::default().reserve(reserve), NOW);
            (0..1_000).for_each(|_| account.earn());
            assert_eq!(spent(&account, NOW), saved);
        }
    }

    #[test]
    fn a_clock_that_jumps_back_gives_and_takes_nothing() {
        let account = Account::new(RetryBudget::default().reserve(2), NOW);
        assert_eq!(spent(&account, NOW), 2);
        assert_eq!(spent(&account, Duration::ZERO), 0);
        assert_eq!(spent(&account, NOW), 0);
    }

    #[test]
    fn without_a_bound_there_is_always_one_more() {
        let account = Account::new(RetryBudget::unlimited(), NOW);
        assert_eq!(spent(&account, NOW), 10_000);
    }
}
