use serde::{Deserialize, Serialize};

use super::store::RefreshRate;

/// How a mock of Belvo behaves: what is set for a partner by Belvo, spellings in which its documents disagree, and
/// troubles on demand. Can be changed while the mock runs, by
/// [`MockBelvo::change_behaviour`](super::MockBelvo::change_behaviour) and `PATCH /_mock/behaviour`.
///
/// ```
/// use belvo_mock::{MockBelvo, TimestampForm};
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let mock = MockBelvo::builder().behaviour(|behaviour| behaviour.prevent_duplicates = true).start().await?;
/// assert!(mock.behaviour().prevent_duplicates);
/// mock.change_behaviour(|behaviour| behaviour.timestamps = TimestampForm::Naive);
/// # Ok::<(), belvo_mock::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct Behaviour {
    /// How timestamps of the API are written.
    pub timestamps: TimestampForm,
    /// Whether `expiry` of a 428 is text or a number.
    pub expiry: ExpiryForm,
    /// How a 428 says whether the user is to give a token.
    pub user_input: UserInputMember,
    /// Members of a link that are called required are `null` all the same, but `id`.
    pub null_members: bool,
    /// Which of the three generations of webhooks is sent.
    pub webhooks: WebhookGeneration,
    /// How often a webhook is sent once more although it was answered with 2xx.
    pub duplicates: u32,
    /// The opt-in of Belvo's support: a second link of the same user at the same institution is refused.
    pub prevent_duplicates: bool,
    /// Items of a page where `page_size` is not given: 100, in Belvo's sandbox 10.
    pub page_size: usize,
    /// How many calls of one address are taken in 30 seconds of the mock's time; above it there is a 403 with HTML.
    /// `None`: any number.
    pub calls_in_30_seconds: Option<u32>,
    /// Of recurrent links that are made from now on.
    pub refresh_rate: RefreshRate,
    /// How long a code or picture of a 428 can be used: 30 or 60 seconds in Belvo's documents.
    pub code_seconds: u32,
    /// The opt-in to `openfinance_consent_about_to_expire`.
    pub consent_warnings: bool,
}

/// A form of timestamps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum TimestampForm {
    /// `2024-02-02T13:11:42.593032Z`.
    #[default]
    Zulu,
    /// `2024-02-02T13:11:42.593+00:00`.
    Offset,
    /// `2024-02-02T13:11:42.593032`.
    Naive,
    /// `2024-02-02T13:11:42Z`.
    WholeSeconds,
}

/// A form of `expiry`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum ExpiryForm {
    /// `"60"`, as in Belvo's links article.
    #[default]
    Text,
    /// `60`, as in its API reference.
    Number,
}

/// A spelling of `expects_user_input`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum UserInputMember {
    /// `expects_user_input`, as in the samples.
    #[default]
    Expects,
    /// `expect_user_input`, as in the article's prose.
    Expect,
    /// Not there where it is true, as in the sample of the error page.
    OnlyFalse,
}

/// A generation of webhooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum WebhookGeneration {
    /// Without `process_type`, `request_id` and `external_id`.
    Oldest,
    /// Without `process_type`.
    Middle,
    /// With all of them.
    #[default]
    Current,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            timestamps: TimestampForm::default(),
            expiry: ExpiryForm::default(),
            user_input: UserInputMember::default(),
            null_members: false,
            webhooks: WebhookGeneration::default(),
            duplicates: 0,
            prevent_duplicates: false,
            page_size: 100,
            calls_in_30_seconds: Some(80),
            refresh_rate: RefreshRate::default(),
            code_seconds: 60,
            consent_warnings: false,
        }
    }
}

impl TimestampForm {
    pub(super) fn write(self, moment: jiff::Timestamp) -> String {
        let form = match self {
            Self::Zulu => "%Y-%m-%dT%H:%M:%S.%6fZ",
            Self::Offset => "%Y-%m-%dT%H:%M:%S.%3f+00:00",
            Self::Naive => "%Y-%m-%dT%H:%M:%S.%6f",
            Self::WholeSeconds => "%Y-%m-%dT%H:%M:%SZ",
        };
        moment.strftime(form).to_string()
    }
}
