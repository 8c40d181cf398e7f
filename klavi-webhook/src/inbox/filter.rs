//! Which entries: the one filter of lists, replays, exports, erasures and retention.

use jiff::Timestamp;

use super::{EntryId, EntryKind, EntryState, Summary, Target};

/// Selects entries. Every condition that is given has to hold; without any it selects all.
///
/// ```
/// use klavi_webhook::{EntryState, Filter};
///
/// let dead_of_link = Filter::all().in_state(EntryState::Dead).of_link("l-1");
/// # let _ = dead_of_link;
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Filter {
    /// One of these numbers.
    pub ids: Vec<EntryId>,
    /// In one of these states.
    pub states: Vec<EntryState>,
    /// Of one of these kinds.
    pub kinds: Vec<EntryKind>,
    /// Name of the product or event.
    pub name: Option<String>,
    /// Link.
    pub link_id: Option<String>,
    /// Consent.
    pub consent_id: Option<String>,
    /// Institution.
    pub institution_code: Option<String>,
    /// Report request.
    pub request_id: Option<String>,
    /// Provider.
    pub provider: Option<String>,
    /// Target.
    pub target: Option<Target>,
    /// Received then or later.
    pub since: Option<Timestamp>,
    /// Received before.
    pub until: Option<Timestamp>,
}

impl Filter {
    /// Every entry.
    pub fn all() -> Self {
        Self::default()
    }

    /// The entry of that number.
    pub fn of_id(id: EntryId) -> Self {
        Self { ids: vec![id], ..Self::default() }
    }

    /// Those of a report request: reports, events, expectations.
    pub fn of_request(request_id: &str) -> Self {
        Self { request_id: Some(request_id.to_owned()), ..Self::default() }
    }

    /// Only those in that state, or in another that was named.
    #[must_use]
    pub fn in_state(mut self, state: EntryState) -> Self {
        self.states.push(state);
        self
    }

    /// Only those of that kind, or of another that was named.
    #[must_use]
    pub fn of_kind(mut self, kind: EntryKind) -> Self {
        self.kinds.push(kind);
        self
    }

    /// Only those of that link.
    #[must_use]
    pub fn of_link(mut self, link_id: &str) -> Self {
        self.link_id = Some(link_id.to_owned());
        self
    }

    /// Only those for that target.
    #[must_use]
    pub fn for_target(mut self, target: Target) -> Self {
        self.target = Some(target);
        self
    }

    /// Only those received then or later.
    #[must_use]
    pub fn since(mut self, instant: Timestamp) -> Self {
        self.since = Some(instant);
        self
    }

    /// Only those received before.
    #[must_use]
    pub fn until(mut self, instant: Timestamp) -> Self {
        self.until = Some(instant);
        self
    }

    /// Whether it selects that entry.
    pub fn selects(&self, entry: &Summary) -> bool {
        fn any<T: PartialEq>(of: &[T], one: &T) -> bool {
            of.is_empty() || of.contains(one)
        }
        fn same(wanted: &Option<String>, is: &Option<String>) -> bool {
            wanted.is_none() || wanted == is
        }
        any(&self.ids, &entry.id)
            && any(&self.states, &entry.state)
            && any(&self.kinds, &entry.kind)
            && same(&self.name, &entry.name)
            && same(&self.link_id, &entry.link_id)
            && same(&self.consent_id, &entry.consent_id)
            && same(&self.institution_code, &entry.institution_code)
            && same(&self.request_id, &entry.request_id)
            && same(&self.provider, &entry.provider)
            && self.target.as_ref().is_none_or(|target| *target == entry.target)
            && self.since.is_none_or(|since| entry.received_at >= since)
            && self.until.is_none_or(|until| entry.received_at < until)
    }
}

impl std::fmt::Debug for Filter {
    /// Without ids, which may be personal.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter")
            .field("states", &self.states)
            .field("kinds", &self.kinds)
            .field("target", &self.target)
            .field("since", &self.since)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// A part of a list: so many entries behind a certain one.
///
/// ```
/// # async fn dead(inbox: &dyn klavi_webhook::Inbox) -> Result<(), klavi_webhook::InboxError> {
/// use klavi_webhook::{EntryState, Filter, Page};
///
/// let (dead, mut page) = (Filter::all().in_state(EntryState::Dead), Page::first(100));
/// loop {
///     let entries = inbox.list(&dead, page).await?;
///     for entry in &entries {
///         println!("{} {}", entry.id, entry.last_error.as_deref().unwrap_or_default());
///     }
///     let Some(last) = entries.last() else { break };
///     page = Page::first(100).after(last);
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// At most that many.
    pub limit: usize,
    /// Only those behind this one.
    pub after: Option<(EntryId, Target)>,
}

impl Page {
    /// The oldest ones, at most that many.
    pub const fn first(limit: usize) -> Self {
        Self { limit, after: None }
    }

    /// The ones behind that entry.
    #[must_use]
    pub fn after(mut self, last: &Summary) -> Self {
        self.after = Some((last.id, last.target.clone()));
        self
    }
}

/// What to do with the entries that a filter selects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Makes them due at once, with their attempts at zero: pending ones, dead letters, handled and quarantined ones.
    Replay,
    /// Deletes them with all that is known of them. A message that comes again is new.
    Erase,
    /// Deletes their bytes and metadata and keeps their keys, so that a message that comes again is still known, until
    /// the keys are [forgotten](super::Inbox::forget). What an open expectation waits for stays, and so does an open
    /// expectation.
    Prune,
    /// Delivers them to that target as well, where they are not for it yet: due at once, in the order of their numbers.
    /// Leaves out expectations and quarantined entries.
    Assign(Target),
    /// Gives up what is pending or outstanding: it becomes a dead letter without an attempt. For targets that are gone.
    Close,
}

/// Why what is [closed](Change::Close) is not delivered.
pub(super) const CLOSED: &str = "given up by a person";
