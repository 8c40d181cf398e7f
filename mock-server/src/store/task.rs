mod factor;
mod plan;

use jiff::Timestamp;
use klavi_types::api::{MfaInfo, OpenDataCode, Task as Answer, TaskStatus};
use serde::{Deserialize, Serialize};

pub(crate) use self::factor::{Factor, FactorAnswer, NotPassedOn, RIGHT_CODE};
use self::factor::{FactorKind, Verdict};
pub(crate) use self::plan::Plan;
use provider_mock::later;
use synthetic_data::institutions;

/// How long the user has for a second factor, in seconds. Chosen: no page names a number.
const FACTOR_SECONDS: i64 = 120;

/// A collection at an institution with the user's login: a task of the API, or what a visit to the Link page began.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) origin: TaskOrigin,
    pub(crate) institution_code: String,
    pub(crate) cpf: String,
    pub(crate) connection_key: String,
    pub(crate) connection_id: String,
    pub(crate) plan: Plan,
    /// How long each stretch of the collection takes, in seconds.
    pub(crate) pace: i64,
    pub(crate) created_at: Timestamp,
    pub(crate) stage: Stage,
    /// Whether its end was told.
    pub(crate) told: bool,
}

/// Where a collection was begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum TaskOrigin {
    /// On the page of the link of that id.
    Link(String),
    /// In the visit to the Link page of that session.
    Visit(String),
}

/// How far a collection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub(crate) enum Stage {
    /// The institution is busy with it, and may ask for a second factor then.
    Pending { until: Timestamp, then: Option<FactorKind> },
    /// The user has to answer.
    NeedsFactor { factor: Factor, asked_at: Timestamp },
    /// Over.
    Ended(OpenDataCode),
}

impl Stage {
    /// How a collection begins.
    pub(crate) fn begin(plan: Plan, pace: i64, now: Timestamp) -> Self {
        Self::Pending { until: later(now, pace), then: plan.factor }
    }
}

impl Task {
    /// Whether it was begun on the page of that link.
    pub(crate) fn is_of_link(&self, link_id: &str) -> bool {
        matches!(&self.origin, TaskOrigin::Link(id) if id == link_id)
    }

    /// The code it ended with.
    pub(crate) fn ended(&self) -> Option<OpenDataCode> {
        match self.stage {
            Stage::Ended(code) => Some(code),
            Stage::Pending { .. } | Stage::NeedsFactor { .. } => None,
        }
    }

    /// Whether time or an answer has brought it on, or its end has still to be told.
    pub(crate) fn is_due(&self, now: Timestamp) -> bool {
        self.next_stage(now).is_some() || self.ended().is_some() && !self.told
    }

    /// Lets time pass.
    pub(crate) fn progress(&mut self, now: Timestamp) {
        while let Some(next) = self.next_stage(now) {
            self.stage = next;
        }
    }

    fn next_stage(&self, now: Timestamp) -> Option<Stage> {
        match self.stage {
            Stage::Pending { until, then } if until <= now => Some(match then {
                Some(kind) => Stage::NeedsFactor { factor: Factor::new(kind), asked_at: until },
                None => Stage::Ended(self.plan.code()),
            }),
            // As if the user had broken off.
            Stage::NeedsFactor { asked_at, .. } if later(asked_at, FACTOR_SECONDS) <= now => {
                Some(Stage::Ended(402.into()))
            }
            Stage::Pending { .. } | Stage::NeedsFactor { .. } | Stage::Ended(_) => None,
        }
    }

    /// The user breaks off at the second factor.
    pub(crate) fn break_off(&mut self) -> Result<(), NotPassedOn> {
        let Stage::NeedsFactor { .. } = self.stage else { return Err(NotPassedOn::NotWaiting) };
        self.stage = Stage::Ended(402.into());
        Ok(())
    }

    /// Passes an answer on to the institution; after the third wrong one it has had enough (406).
    pub(crate) fn answer(&mut self, answer: &FactorAnswer, now: Timestamp) -> Result<(), NotPassedOn> {
        let Stage::NeedsFactor { factor, .. } = self.stage else { return Err(NotPassedOn::NotWaiting) };
        self.stage = match factor.judge(answer)? {
            Verdict::Right => Stage::Pending { until: later(now, self.pace), then: None },
            Verdict::Asks(factor) => Stage::NeedsFactor { factor, asked_at: now },
            Verdict::Enough => Stage::Ended(406.into()),
        };
        Ok(())
    }

    /// As `GET /data/v1/tasks/{taskId}/status` answers it.
    pub(crate) fn answer_status(&self) -> Answer {
        let mut answer = Answer::default();
        let (status, code) = match self.stage {
            Stage::Pending { .. } => (TaskStatus::Pending, None),
            Stage::NeedsFactor { .. } => (TaskStatus::NeedMfa, None),
            Stage::Ended(code) if code.has_data() => (TaskStatus::Success, None),
            Stage::Ended(code) => (TaskStatus::Fail, Some(code)),
        };
        answer.status = Some(status);
        answer.code = Some(code.unwrap_or(200.into()));
        answer.message = Some(code.map_or("ok", message).into());
        answer.mfa_info = self.mfa_info();
        answer
    }

    /// What the user is asked for, if anything.
    pub(crate) fn mfa_info(&self) -> Option<MfaInfo> {
        let Stage::NeedsFactor { factor, .. } = self.stage else { return None };
        let institution = institutions::find(&self.institution_code);
        Some(factor.info(institution.map_or("", |institution| institution.name)))
    }
}

/// Text to a code of Open Data. Source: docs.klavi.ai/connect/open-data-codes-and-errors; 411 to 413 observed, their
/// texts are the mock's.
pub(crate) fn message(code: OpenDataCode) -> &'static str {
    match code.get() {
        200 => "OK",
        201 => "Extra authorization required",
        202 => "Partial transaction missing",
        203 => "CPF missing",
        400 => "Signature failed",
        401 => "User not found",
        402 => "User credential error",
        403 => "Bank service error",
        405 => "Account info is null",
        406 => "Wrong password too many times",
        407 => "Account or password activation problem",
        408 => "Account or password blocked",
        409 => "Account type error",
        410 => "Input format error",
        411 => "Task trace id not found",
        412 => "Token not required",
        413 => "Another session is active",
        _ => "Unexpected error",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(plan: Plan, pace: i64) -> Task {
        Task {
            id: "task".to_owned(),
            origin: TaskOrigin::Link("link".to_owned()),
            institution_code: "5001".to_owned(),
            cpf: "12345678909".to_owned(),
            connection_key: "key".to_owned(),
            connection_id: "id".to_owned(),
            plan,
            pace,
            created_at: at(0),
            stage: Stage::begin(plan, pace, at(0)),
            told: false,
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn coded(mfa_id: i64, code: &str) -> FactorAnswer {
        FactorAnswer { mfa_id, code: Some(code.to_owned()), switch_verification_type: None }
    }

    #[test]
    fn a_pace_keeps_it_pending_before_and_after_the_factor() {
        let mut task = task(Plan::of("301"), 5);
        let status_at = |task: &mut Task, second| {
            task.progress(at(second));
            task.answer_status().status
        };
        assert_eq!(status_at(&mut task, 4), Some(TaskStatus::Pending));
        assert_eq!(task.answer(&coded(22, RIGHT_CODE), at(4)), Err(NotPassedOn::NotWaiting));
        assert_eq!(status_at(&mut task, 5), Some(TaskStatus::NeedMfa));
        task.answer(&coded(22, RIGHT_CODE), at(50)).unwrap();
        assert_eq!(status_at(&mut task, 54), Some(TaskStatus::Pending));
        assert_eq!(status_at(&mut task, 55), Some(TaskStatus::Success));
        assert_eq!(task.ended(), Some(200.into()));
    }

    #[test]
    fn a_factor_is_waited_for_two_minutes_from_when_it_was_asked() {
        let mut late = task(Plan::of("302"), 5);
        late.progress(at(5 + FACTOR_SECONDS));
        assert_eq!(late.ended(), Some(402.into()));
        let mut asked_again = task(Plan::of("302"), 0);
        asked_again.progress(at(0));
        asked_again.answer(&coded(30, "000000"), at(100)).unwrap();
        asked_again.progress(at(FACTOR_SECONDS));
        assert_eq!(asked_again.ended(), None);
        asked_again.progress(at(100 + FACTOR_SECONDS));
        assert_eq!(asked_again.ended(), Some(402.into()));
    }
}
