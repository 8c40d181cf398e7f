use synthetic_data::seeded;

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
