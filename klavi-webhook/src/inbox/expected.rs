//! What has become of expectations, as looked up among the entries of their request.

use jiff::Timestamp;

use super::expectation::Overdue;
use super::{Expectation, Filter, Inbox, InboxError, InboxErrorKind, Page, Summary};

/// More entries than any request brings.
const MOST: usize = 100_000;

/// An expectation with what has become of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Expected {
    /// The entry that keeps it.
    pub entry: Summary,
    /// What is expected.
    pub expectation: Expectation,
    /// Those of its products of which no report is in the inbox.
    pub missing: Vec<String>,
    /// What has become of it.
    pub status: ExpectationStatus,
}

/// What has become of an expectation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExpectationStatus {
    /// Not all has come, and there is time left.
    Outstanding,
    /// All of it has come, in time or late.
    Arrived,
    /// Not all has come, and it should have.
    Overdue,
}

impl ExpectationStatus {
    /// The word for it: `outstanding`, `arrived`, `overdue`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Outstanding => "outstanding",
            Self::Arrived => "arrived",
            Self::Overdue => "overdue",
        }
    }
}

impl Expected {
    pub(super) async fn of(
        inbox: &(impl Inbox + ?Sized),
        entry: Summary,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Self, InboxError> {
        let unreadable = || {
            InboxError::new("list expectations", "an entry is no expectation")
                .with_kind(InboxErrorKind::Unreadable)
        };
        let Overdue { expectation, .. } = Overdue::read(body).ok_or_else(unreadable)?;
        let missing = missing(inbox, &expectation).await?;
        let status = match &missing {
            None => ExpectationStatus::Arrived,
            Some(_) if now < expectation.deadline => ExpectationStatus::Outstanding,
            Some(_) => ExpectationStatus::Overdue,
        };
        Ok(Self { entry, expectation, missing: missing.unwrap_or_default(), status })
    }
}

/// Those of its products of which nothing that answers it is in the inbox; nothing where all that is expected has come.
pub(crate) async fn missing(
    inbox: &(impl Inbox + ?Sized),
    expectation: &Expectation,
) -> Result<Option<Vec<String>>, InboxError> {
    let entries = inbox.list(&Filter::of_request(&expectation.request_id), Page::first(MOST)).await?;
    let answers = entries.iter().filter(|entry| expectation.takes(entry.kind));
    Ok(expectation.missing(answers.map(|answer| answer.name.as_deref())))
}
