use fastrand::Rng;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Secret;
use crate::institutions;

/// A login that waits for the user's second factor.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) link_id: String,
    pub(crate) challenge: Challenge,
    /// Until when the code or picture that is shown can be used, where one is.
    pub(crate) code_until: Option<Timestamp>,
    pub(crate) expires_at: Timestamp,
    pub(crate) purpose: Purpose,
}

/// What the login is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Purpose {
    Register,
    NewCredentials,
    /// Fetching those resources again.
    Refresh(#[serde(with = "institutions::resource_names")] Vec<&'static str>),
}

/// What the institution asks the user for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Challenge {
    pub(crate) kind: ChallengeKind,
    /// Code to show, content of the picture, or question.
    pub(crate) value: Option<String>,
    /// The token that is right; `None` where the user confirms elsewhere and there is none to give.
    answer: Option<Secret>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum ChallengeKind {
    Inputless,
    Numeric,
    Qr,
    Text,
}

/// The right token for every challenge but a question.
pub(crate) const RIGHT_TOKEN: &str = "123456";

impl Challenge {
    /// What a user of that name is asked for; `None` for users who are not.
    pub(crate) fn of_user(username: &str, rng: &mut Rng) -> Option<Self> {
        let (kind, has_input) = match username {
            "mfa_default" | "mfa_inputless" => (ChallengeKind::Inputless, true),
            "mfa_numeric" => (ChallengeKind::Numeric, true),
            "mfa_qr" => (ChallengeKind::Qr, true),
            "mfa_text" => (ChallengeKind::Text, true),
            "mfa_confirm" => (ChallengeKind::Inputless, false),
            "mfa_qr_scan" => (ChallengeKind::Qr, false),
            _ => return None,
        };
        let mut answer = RIGHT_TOKEN.to_owned();
        let value = match kind {
            ChallengeKind::Inputless => None,
            ChallengeKind::Numeric => Some(format!("{:06}", rng.u32(..1_000_000))),
            ChallengeKind::Qr => Some(format!("belvo-mock:{:016x}", rng.u64(..))),
            ChallengeKind::Text => {
                let (one, two) = (rng.u32(2..10), rng.u32(2..10));
                answer = (one + two).to_string();
                Some(format!("Quanto é {one} + {two}?"))
            }
        };
        Some(Self { kind, value, answer: has_input.then(|| Secret::new(answer)) })
    }

    pub(crate) fn expects_input(&self) -> bool {
        self.answer.is_some()
    }

    /// Whether the user gave what is asked for.
    pub(crate) fn takes(&self, token: Option<&str>) -> bool {
        match &self.answer {
            Some(answer) => token.is_some_and(|token| answer.is(token)),
            None => true,
        }
    }

    /// Whether a code or picture is shown that does not live long.
    pub(crate) fn has_code(&self) -> bool {
        matches!(self.kind, ChallengeKind::Numeric | ChallengeKind::Qr)
    }
}

impl ChallengeKind {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Inputless => "inputless",
            Self::Numeric => "numeric",
            Self::Qr => "qr",
            Self::Text => "text",
        }
    }
}
