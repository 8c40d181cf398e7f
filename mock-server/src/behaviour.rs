use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use provider_mock::deliveries::{SendOptions, Signing, milliseconds};
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::spelling::{NumberForm, Spelling};
use provider_mock::Changes;
use synthetic_data::Version;

/// How a mock behaves: what a partner sets in Klavi's console or has in its contract, and troubles that are played on
/// demand. Can be changed while the mock runs, by [`MockKlavi::change_behaviour`](crate::MockKlavi::change_behaviour) and
/// `PATCH /_mock/behaviour`; holds for what is made from then on.
///
/// ```
/// use klavi_mock::MockKlavi;
///
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// let mock = MockKlavi::builder().behaviour(|behaviour| behaviour.duplicates = 1).start().await?;
/// assert_eq!(mock.behaviour().duplicates, 1);
/// mock.change_behaviour(|behaviour| behaviour.unsigned = true);
/// assert!(mock.behaviour().unsigned);
/// # Ok::<(), klavi_mock::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
#[schema(
    description = "What a partner sets in Klavi's console or has in its contract, and troubles that are played."
)]
#[non_exhaustive]
pub struct Behaviour {
    /// Where events go, and reports for which neither request nor link names an address.
    pub console_webhook: Option<Url>,
    /// Deliveries have no `X-Klavi-Signature`, as for a partner whose signing is off.
    pub unsigned: bool,
    /// Reports are in version V1.1 and their CPF is encrypted: `enquiryCpf` and `identity.cpfNumber`, with the same text
    /// in both. How Klavi does it is not documented; the mock's layout is chosen: AES-256-CBC, the initialisation vector
    /// of 16 bytes in front, padded as of PKCS#7, the key is the SHA-256 digest of the secret key's text, all of it in
    /// URL-safe Base64 without `=`.
    pub encoded_cpf: bool,
    /// Version of the reports; encoded CPFs make it V1.1 in any case.
    pub report_version: Version,
    /// `link_action_status` is sent in place of the six consent events, as to regulated institutions (FI).
    pub fi_events: bool,
    /// Reports are sent as soon as the user has authorised, without a request: all products of the contract for that kind
    /// of person. Requests are taken all the same; Klavi says that a partner has one of both in production.
    pub automatic: bool,
    /// How many consents of one person or company at one bank may be pending or authorised; one more is refused with
    /// 4003. The documentation names no number.
    pub consent_limit: usize,
    /// How many calls to the API are taken in a second; one more is refused with 429 and `Retry-After`. `None`: any number.
    pub rate_limit: Option<u32>,
    /// Reports have every kind of [`Trouble`](synthetic_data::Trouble) that banks are known for: pending entries that
    /// change or never book, ids that are blank, shared or repeated, missing dates and branches, amounts as numbers.
    /// `GET /_mock/state` counts them under `messyData`. Without it, a scenario says which kinds there are.
    pub messy_data: bool,
    /// How often a delivery is sent once more although it was answered with 2xx.
    pub duplicates: u32,
    /// Events and reports of one request come in an order that the seed shuffles.
    pub disorder: bool,
    /// How long the body of a delivery trickles, in twenty pieces or more, with five seconds between two of them at most.
    /// Zero: it is sent at once.
    #[serde(rename = "slowMs", with = "milliseconds")]
    #[schema(value_type = u64, default = 0)]
    pub slow: Duration,
    /// How many of the first attempts of a delivery break off in the middle of the body that they declare.
    pub truncated: u32,
    /// Names and forms are those that were observed in production, not the documented ones: `consentRedirectUrl`, `eventID`,
    /// `expireIn` as text; and a consent that is read has `institutionName`, `institutionLogo`, `products` and
    /// `consentRedirectUrl` beside the documented members.
    pub observed_spellings: bool,
    /// How numbers are written in answers, events and reports.
    pub numbers: NumberForm,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            console_webhook: None,
            unsigned: false,
            encoded_cpf: false,
            report_version: Version::V1,
            fi_events: false,
            automatic: false,
            consent_limit: 10,
            rate_limit: None,
            messy_data: false,
            duplicates: 0,
            disorder: false,
            slow: Duration::ZERO,
            truncated: 0,
            observed_spellings: false,
            numbers: NumberForm::default(),
        }
    }
}

impl Behaviour {
    /// How deliveries are sent.
    pub(crate) fn send_options(&self) -> SendOptions {
        let signing = if self.unsigned { Signing::Unsigned } else { Signing::Signed };
        let Self { duplicates, slow, truncated, .. } = *self;
        SendOptions { signing, duplicates, slow, truncated }
    }

    /// The version that reports have.
    pub(crate) fn version(&self) -> Version {
        if self.encoded_cpf { Version::V1_1 } else { self.report_version }
    }

    /// The spelling of what is answered and sent.
    pub(crate) fn spelling(&self) -> Spelling {
        Spelling { observed: self.observed_spellings, numbers: self.numbers }
    }
}

impl fmt::Debug for Behaviour {
    /// Without the address of the webhook, which may carry a token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Behaviour")
            .field("unsigned", &self.unsigned)
            .field("encoded_cpf", &self.encoded_cpf)
            .field("report_version", &self.report_version)
            .field("fi_events", &self.fi_events)
            .field("automatic", &self.automatic)
            .field("consent_limit", &self.consent_limit)
            .field("rate_limit", &self.rate_limit)
            .field("messy_data", &self.messy_data)
            .field("duplicates", &self.duplicates)
            .field("disorder", &self.disorder)
            .field("slow", &self.slow)
            .field("truncated", &self.truncated)
            .field("observed_spellings", &self.observed_spellings)
            .field("numbers", &self.numbers)
            .finish_non_exhaustive()
    }
}

/// The behaviour of a running mock.
pub(crate) struct LiveBehaviour {
    now: Mutex<Behaviour>,
    /// What a reset leads back to.
    asked: Behaviour,
    changes: Changes,
}

impl LiveBehaviour {
    pub(crate) fn new(now: Behaviour, asked: Behaviour, changes: Changes) -> Self {
        Self { now: Mutex::new(now), asked, changes }
    }

    pub(crate) fn get(&self) -> Behaviour {
        self.now().clone()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.now());
        self.changes.note();
    }

    pub(crate) fn reset(&self) {
        self.change(|behaviour| behaviour.clone_from(&self.asked));
    }

    fn now(&self) -> MutexGuard<'_, Behaviour> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
