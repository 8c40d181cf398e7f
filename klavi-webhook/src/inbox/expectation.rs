//! Reports that were requested and should come by a deadline.

use std::fmt;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Entry, EntryKind, Envelope, NewEntry};

/// Reports that were asked for and should have come by a deadline.
///
/// A provider may push a report once and never again. So whoever asks for reports registers what should come, with
/// [`Inbox::expect`](crate::Inbox::expect), as an entry of the inbox that is outstanding until the deadline. Then the
/// [`Dispatcher`](crate::Dispatcher) looks whether all of it has come, and hands it to its handler if not. From there on
/// it is an entry like any other, with attempts, dead letters and replay.
///
/// What has come is looked up and never noted, so a report may come before its expectation is registered, in time, late,
/// or in parts.
///
/// ```
/// use std::time::Duration;
///
/// use klavi_webhook::{Clock, Expectation, ExpectationStatus, Inbox, MemoryInbox, Page};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let clock = Clock::manual("2026-01-02T03:04:05Z".parse()?);
/// let inbox = MemoryInbox::with_clock(clock.clone());
/// let deadline = clock.now() + Duration::from_secs(3_600);
/// let expectation = Expectation::new("rq-1", ["pf_balance"], deadline).of_link("l-1");
/// inbox.expect(expectation).await?;
///
/// clock.set(deadline);
/// let expected = inbox.expected(Page::first(100)).await?;
/// assert_eq!(expected[0].status, ExpectationStatus::Overdue);
/// assert_eq!(expected[0].missing, ["pf_balance"]);
/// # Ok(()) }
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Expectation {
    /// Report request, as it stands in the reports that answer it.
    pub request_id: String,
    /// Link.
    pub link_id: Option<String>,
    /// Consent.
    pub consent_id: Option<String>,
    /// Names of the products, in alphabetical order; none where any report will do.
    pub products: Vec<String>,
    /// By when they should have come.
    pub deadline: Timestamp,
    /// What answers it: reports, unless [said otherwise](Self::answered_by).
    pub kind: EntryKind,
}

impl Expectation {
    /// Expects a report of each of these products; of no matter which one where there are none.
    ///
    /// The names have to be those that the provider files its reports under; the function `expectation` of a provider's
    /// module sees to that.
    pub fn new(
        request_id: impl Into<String>,
        products: impl IntoIterator<Item = impl Into<String>>,
        deadline: Timestamp,
    ) -> Self {
        let mut products: Vec<_> = products.into_iter().map(Into::into).collect();
        products.sort_unstable();
        products.dedup();
        Self {
            request_id: request_id.into(),
            link_id: None,
            consent_id: None,
            products,
            deadline,
            kind: EntryKind::Report,
        }
    }

    /// Says what answers it, where that is no report: a provider that pushes no data sends events that tell of it, under
    /// whose names the products then go.
    #[must_use]
    pub fn answered_by(mut self, kind: EntryKind) -> Self {
        self.kind = kind;
        self
    }

    /// Names the link that the reports are of.
    #[must_use]
    pub fn of_link(mut self, link_id: impl AsRef<str>) -> Self {
        self.link_id = Some(link_id.as_ref().to_owned());
        self
    }

    /// Names the consent that the reports are of.
    #[must_use]
    pub fn of_consent(mut self, consent_id: impl AsRef<str>) -> Self {
        self.consent_id = Some(consent_id.as_ref().to_owned());
        self
    }

    /// What an entry of this kind expects; `None` of others.
    pub fn of_entry(entry: &Entry) -> Option<Self> {
        let is_one = entry.kind == EntryKind::Expectation;
        is_one.then(|| Overdue::read(&entry.body)).flatten().map(|overdue| overdue.expectation)
    }

    /// The entry that keeps it, registered at that instant.
    pub fn into_entry(self, now: Timestamp) -> NewEntry {
        let body = self.write(None);
        let mut envelope = Envelope::new(EntryKind::Expectation, now);
        envelope.message_id = Some(self.request_id.clone());
        envelope.request_id = Some(self.request_id);
        envelope.link_id = self.link_id;
        envelope.consent_id = self.consent_id;
        let mut entry = NewEntry::new(envelope, body);
        entry.due = Some(self.deadline);
        entry
    }

    /// Those of its products that none of these names is of; nothing where all that is expected has come.
    pub(super) fn missing<'a>(&self, come: impl Iterator<Item = Option<&'a str>>) -> Option<Vec<String>> {
        let come: Vec<_> = come.collect();
        if self.products.is_empty() {
            return come.is_empty().then(Vec::new);
        }
        let missing = self.products.iter().filter(|product| !come.contains(&Some(product.as_str())));
        let missing: Vec<_> = missing.cloned().collect();
        (!missing.is_empty()).then_some(missing)
    }

    /// Whether an entry of that kind answers it.
    pub(super) fn takes(&self, kind: EntryKind) -> bool {
        match self.kind {
            EntryKind::Report => matches!(kind, EntryKind::Report | EntryKind::LegacyReport),
            other => kind == other,
        }
    }

    fn write(&self, missing: Option<&[String]>) -> Bytes {
        let form = Form {
            kind: (self.kind != EntryKind::Report).then(|| self.kind.as_str().to_owned()),
            request_id: self.request_id.clone(),
            link_id: self.link_id.clone(),
            consent_id: self.consent_id.clone(),
            products: self.products.clone(),
            missing: missing.map(<[_]>::to_vec),
            deadline: self.deadline.to_string(),
        };
        serde_json::to_vec(&form).expect("texts make JSON").into()
    }
}

impl fmt::Debug for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Expectation")
            .field("products", &self.products)
            .field("deadline", &self.deadline)
            .finish_non_exhaustive()
    }
}

/// An expectation whose deadline has come without all of its reports: what its handler gets as body.
#[derive(Clone, Debug)]
pub(crate) struct Overdue {
    pub(crate) expectation: Expectation,
    pub(crate) missing: Vec<String>,
}

impl Overdue {
    /// As JSON.
    pub(crate) fn write(&self) -> Bytes {
        self.expectation.write(Some(&self.missing))
    }

    /// From the body of an entry. Where it does not say what is missing, nobody looked, and all of it may be.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let form: Form = serde_json::from_slice(body).ok()?;
        let missing = form.missing.unwrap_or_else(|| form.products.clone());
        let expectation = Expectation {
            request_id: form.request_id,
            link_id: form.link_id,
            consent_id: form.consent_id,
            products: form.products,
            deadline: form.deadline.parse().ok()?,
            kind: form.kind.map_or(EntryKind::Report, |word| EntryKind::of(&word)),
        };
        Some(Self { expectation, missing })
    }
}

/// How it is written, in an entry and to its handler.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Form {
    /// Absent where reports answer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    request_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    consent_id: Option<String>,
    products: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    missing: Option<Vec<String>>,
    deadline: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expectation(products: &[&str]) -> Expectation {
        Expectation::new("rq-1", products.iter().copied(), "2026-01-02T03:04:05Z".parse().unwrap())
    }

    #[test]
    fn what_is_missing_is_told_from_what_has_come() {
        let both = expectation(&["b", "a"]);
        for (come, missing) in [
            (&[][..], Some(vec!["a", "b"])),
            (&[Some("b"), None, Some("c")], Some(vec!["a"])),
            (&[Some("b"), Some("a"), Some("a")], None),
        ] {
            let missing: Option<Vec<_>> = missing.map(|names| names.into_iter().map(str::to_owned).collect());
            assert_eq!(both.missing(come.iter().copied()), missing, "{come:?}");
        }
        let any = expectation(&[]);
        assert_eq!(any.missing([].into_iter()), Some(Vec::new()));
        assert_eq!(any.missing([Some("c")].into_iter()), None);
    }

    #[test]
    fn the_body_is_the_same_for_the_same_and_says_everything() {
        let one = expectation(&["b", "a", "b"]).of_link("l-1").of_consent("c-1");
        let entry = one.clone().into_entry(Timestamp::UNIX_EPOCH);
        let body = r#"{"requestId":"rq-1","linkId":"l-1","consentId":"c-1","products":["a","b"],"deadline":"2026-01-02T03:04:05Z"}"#;
        assert_eq!(*entry.body(), body);
        let same = expectation(&["a", "b"]).of_link("l-1").of_consent("c-1").into_entry(Timestamp::MAX);
        assert_eq!(same.dedup_key(), entry.dedup_key());

        let overdue = Overdue { expectation: one.clone(), missing: vec!["b".to_owned()] };
        let read = Overdue::read(&overdue.write()).unwrap();
        assert_eq!((read.expectation, read.missing), (one, overdue.missing));
        assert!(Overdue::read(b"{}").is_none() && Overdue::read(b"<html>").is_none());
    }

    #[test]
    fn what_answers_it_is_kept_and_is_reports_unless_said_otherwise() {
        let reports = expectation(&["a"]);
        assert!(reports.takes(EntryKind::Report) && reports.takes(EntryKind::LegacyReport));
        assert!(!reports.takes(EntryKind::Event) && !reports.takes(EntryKind::Expectation));

        let events = expectation(&["a"]).answered_by(EntryKind::Event);
        assert!(events.takes(EntryKind::Event) && !events.takes(EntryKind::Report));
        let body =
            r#"{"kind":"event","requestId":"rq-1","products":["a"],"deadline":"2026-01-02T03:04:05Z"}"#;
        let entry = events.clone().into_entry(Timestamp::UNIX_EPOCH);
        assert_eq!(*entry.body(), body);
        assert_eq!(Overdue::read(entry.body()).unwrap().expectation, events);
    }

    #[test]
    fn ids_do_not_show() {
        let shown = format!("{:?}", expectation(&["a"]).of_link("l-4711"));
        assert!(!shown.contains("rq-1") && !shown.contains("l-4711"), "{shown}");
    }
}
