use std::time::Duration;

use provider_mock::deliveries::Rules;
use synthetic_data::{Scenario, seeded};

use crate::signature;

/// What a mock is started with and keeps for its life.
pub(crate) struct Settings {
    pub(crate) seed: u64,
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    pub(crate) partner_app_id: String,
    pub(crate) partner_code: String,
    pub(crate) partner_token: String,
    /// Whether webhooks may go over plain http to other machines.
    pub(crate) http_webhooks: bool,
    /// How long an Open Data task is busy at a time, in seconds.
    pub(crate) task_pace: i64,
    pub(crate) scenario: Option<Scenario>,
}

/// An access key of the mock's own.
pub(crate) fn access_key(seed: u64) -> String {
    format!("mock-{}", seeded::hex(seed, &["access key"], 24))
}

/// A secret key in the form of Klavi's: 36 characters like an upper-case UUID (observed).
pub(crate) fn secret_key(seed: u64) -> String {
    let hex = seeded::hex(seed, &["secret key"], 28).to_uppercase();
    format!("MOCK{}-{}-{}-{}-{}", &hex[..4], &hex[4..8], &hex[8..12], &hex[12..16], &hex[16..])
}

/// Partner code and partner token, of KaaS and of the first generation. Their form is not documented.
pub(crate) fn partner_code(seed: u64) -> String {
    format!("mock-{}", seeded::hex(seed, &["partner code"], 8))
}

/// The other half.
pub(crate) fn partner_token(seed: u64) -> String {
    format!("mock-{}", seeded::hex(seed, &["partner token"], 32))
}

/// Eight digits, as in the examples of docs.klavi.ai/connect/api-events.
pub(crate) fn partner_app_id(seed: u64) -> String {
    seeded::digits(&mut seeded::rng(seed, &["partner app id"]), 8)
}

/// Pause before the first retry. Source of this and of the rules: docs.klavi.ai/link/lqUr-overview.
pub(crate) const RETRY_BASE: Duration = Duration::from_millis(250);

/// How Klavi sends.
pub(crate) fn rules(secret_key: String) -> Rules {
    Rules {
        timeout: Duration::from_secs(10),
        retries: 5,
        // The base before the first retry, twice as long before each further one.
        pause: |base, retry| base.saturating_mul(2_u32.saturating_pow(retry.saturating_sub(1))),
        redirects: 3,
        headers: signature::headers(secret_key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_the_base() {
        let rules = rules(String::new());
        let pauses: Vec<_> =
            (1..=rules.retries).map(|retry| (rules.pause)(RETRY_BASE, retry).as_millis()).collect();
        assert_eq!(pauses, [250, 500, 1000, 2000, 4000]);
    }
}
