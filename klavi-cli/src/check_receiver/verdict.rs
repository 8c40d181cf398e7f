//! Judges answers as Klavi would, and says what to change. Knows no case.

use std::time::Duration;

use super::exchange::{Answer, NoAnswer, seconds};

/// What a case says about the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    /// It says nothing.
    Skipped,
    Pass,
    /// Klavi survives it, but it costs something.
    Warn,
    /// Deliveries are lost, or forged ones accepted.
    Fail,
}

impl Verdict {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }
}

/// A verdict with its reason: a sentence that tells what to change, unless it is a pass.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Judged {
    pub(super) verdict: Verdict,
    pub(super) reason: String,
}

impl Judged {
    pub(super) fn new(verdict: Verdict, reason: impl Into<String>) -> Self {
        Self { verdict, reason: reason.into() }
    }

    pub(super) fn skipped(reason: &str) -> Self {
        Self::new(Verdict::Skipped, reason)
    }

    /// The worst of several, the first among equals.
    pub(super) fn worst(all: impl IntoIterator<Item = Self>) -> Self {
        let worse = |worst: Self, next: Self| if next.verdict > worst.verdict { next } else { worst };
        all.into_iter().reduce(worse).unwrap_or_else(|| Self::skipped("nothing was sent"))
    }
}

/// What a delivery was that the receiver has to accept.
pub(super) struct Wanted<'a> {
    /// For the reason: `a report with line breaks`.
    pub(super) sent: &'a str,
    /// The verdict where it is not accepted.
    pub(super) otherwise: Verdict,
    /// What to change then.
    pub(super) advice: &'a str,
    /// The status that counts, beside 200: told once, at the first case, another success hides nothing else.
    pub(super) success: u16,
    /// How long Klavi waits.
    pub(super) timeout: Duration,
}

/// Judges the answer to a delivery that has to be answered with exactly 200.
pub(super) fn accepted(answer: &Result<Answer, NoAnswer>, wanted: &Wanted<'_>) -> Judged {
    let Wanted { sent, otherwise, advice, success, timeout } = *wanted;
    let refused =
        |status: u16, advice: &str| Judged::new(otherwise, format!("answered {status} to {sent}: {advice}"));
    match answer {
        Ok(Answer { status, early: true, .. }) if [200, success].contains(status) => Judged::new(
            Verdict::Fail,
            format!(
                "answered {status} to {sent} before the whole body had arrived: read it, verify it, store it, and answer then"
            ),
        ),
        Ok(answer) if [200, success].contains(&answer.status) => in_time(*answer, sent, timeout),
        Ok(Answer { status: status @ 201..=299, .. }) => refused(
            *status,
            "Klavi's documentation counts every status except 200 as a failure, and Klavi delivers again. Answer exactly 200",
        ),
        Ok(Answer { status: status @ 300..=399, .. }) => refused(
            *status,
            "a redirect can turn a POST into a GET without a body. Register the final address with Klavi, and check that one",
        ),
        Ok(Answer { status: 413, .. }) => refused(
            413,
            "12 months of a busy account have tens of megabytes. Raise the body limits of the proxy and of the application to 50 MB",
        ),
        Ok(answer) => refused(answer.status, advice),
        Err(missing) => {
            let advice = missing.advice().unwrap_or(advice);
            Judged::new(otherwise, format!("no answer to {sent}, {missing}: {advice}"))
        }
    }
}

fn in_time(answer: Answer, sent: &str, timeout: Duration) -> Judged {
    let Answer { status, time, .. } = answer;
    if time > timeout / 2 {
        return Judged::new(
            Verdict::Warn,
            format!(
                "answered {status} to {sent} only after {}, and Klavi delivers again after {}: store first, answer, and do the \
                 other work later",
                seconds(Duration::from_millis(u64::try_from(time.as_millis()).unwrap_or(u64::MAX))),
                seconds(timeout)
            ),
        );
    }
    Judged::new(Verdict::Pass, format!("answered {status} after {} ms", time.as_millis()))
}

/// Judges the answer to a delivery that has to be refused.
pub(super) fn refused(
    answer: &Result<Answer, NoAnswer>,
    sent: &str,
    otherwise: Verdict,
    consequence: &str,
) -> Judged {
    match answer {
        Ok(Answer { status: status @ 200..=299, .. }) => {
            Judged::new(otherwise, format!("answered {status} to {sent}: {consequence}"))
        }
        Ok(Answer { status: status @ 400..=499, .. }) => {
            Judged::new(Verdict::Pass, format!("answered {status}"))
        }
        Ok(Answer { status, .. }) => Judged::new(
            Verdict::Warn,
            format!(
                "answered {status} to {sent}, which looks like an outage and not like a refusal: answer 401"
            ),
        ),
        Err(missing) => Judged::new(Verdict::Warn, format!("did not answer {sent}, {missing}: answer 401")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(10);

    fn judged(answer: Answer) -> Judged {
        let wanted = Wanted {
            sent: "a report",
            otherwise: Verdict::Fail,
            advice: "take it",
            success: 200,
            timeout: TIMEOUT,
        };
        accepted(&Ok(answer), &wanted)
    }

    fn after(time: Duration) -> Judged {
        judged(Answer { status: 200, time, early: false })
    }

    #[test]
    fn an_answer_that_takes_more_than_half_of_the_time_is_a_warning() {
        assert_eq!(after(TIMEOUT / 2), Judged::new(Verdict::Pass, "answered 200 after 5000 ms"));
        let late = after(Duration::from_micros(7_200_400));
        assert_eq!(late.verdict, Verdict::Warn);
        let reason =
            "answered 200 to a report only after 7.2 s, and Klavi delivers again after 10 s: store first";
        assert!(late.reason.starts_with(reason), "{}", late.reason);
    }

    #[test]
    fn the_first_of_the_worst_counts() {
        let judged = |verdict, reason: &str| Judged::new(verdict, reason);
        let worst = Judged::worst([
            judged(Verdict::Pass, "1"),
            judged(Verdict::Fail, "2"),
            judged(Verdict::Warn, "3"),
            judged(Verdict::Fail, "4"),
        ]);
        assert_eq!(worst, judged(Verdict::Fail, "2"));
    }

    #[test]
    fn an_early_200_is_none() {
        let early = judged(Answer { status: 200, time: Duration::ZERO, early: true });
        assert_eq!(early.verdict, Verdict::Fail);
        assert!(early.reason.contains("before the whole body had arrived"), "{}", early.reason);
    }
}
