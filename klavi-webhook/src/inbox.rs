//! Where deliveries are kept from before the answer until they are handled, and after.
//!
//! [`Store`] takes entries in, durably. [`Inbox`] is a queue with memory on top of it: leases, settlements, lists,
//! replays. Every backend keeps the same rules. Nothing here knows who sends, or what a handler does.

mod arrivals;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod body;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod cause;
mod counts;
mod entry;
mod envelope;
mod error;
mod expectation;
mod expected;
mod filter;
mod lease;
mod memory;
#[cfg(feature = "postgres")]
mod postgres;
mod retention;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
mod sql;
#[cfg(feature = "sqlite")]
mod sqlite;
mod steps_back;
mod target;

use std::fmt;
use std::pin::Pin;

use jiff::Timestamp;

pub use counts::{Count, Counts};
pub use entry::{Attempt, Entry, EntryId, EntryState, NewEntry, Summary, UnknownState};
pub use envelope::{EntryKind, Envelope, UnknownKind};
pub use error::{InboxError, InboxErrorKind};
pub use expectation::Expectation;
pub(crate) use expectation::Overdue;
pub(crate) use expected::missing;
pub use expected::{ExpectationStatus, Expected};
pub use filter::{Change, Filter, Page};
pub use lease::{Lease, LeaseRequest, Leased, Order, Outcome, Settlement, Ticket};
pub use memory::MemoryInbox;
#[cfg(feature = "postgres")]
pub use postgres::{PostgresInbox, PostgresOptions};
pub use retention::{InvalidRetention, Pruned, Retention, RetentionPolicy};
#[cfg(feature = "sqlite")]
pub use sqlite::{SqliteInbox, SqliteOptions};
pub use target::{Interruption, Target, TargetChange, TargetStatus};

/// A future that can be stored and sent.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Takes entries in. Every `Ok` means: durable.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Stores entries together or not at all. An entry whose id and content are known is not stored again; the same
    /// id with other content is, as a revision.
    ///
    /// # Errors
    /// [`InboxErrorKind::InvalidEntry`] where an entry has no target; another kind where the inbox cannot take it now.
    fn store(&self, entries: Vec<NewEntry>) -> BoxFuture<'_, Result<Vec<Stored>, InboxError>>;

    /// Whether entries could be stored now, as far as can be told without storing any. Takes the same time however many
    /// there are: for probes.
    fn check(&self) -> BoxFuture<'_, Result<(), InboxError>>;
}

/// A queue with memory: a small state machine, the same for every backend.
///
/// ```text
/// store → pending → leased → done
///            ↑        ├→ pending (retry later, given back, or the lease ran out)
///            │        └→ dead
///            └─ replay ─ pending, done, dead, quarantined
///
/// expect → outstanding → leased (from its deadline on), as above
/// ```
///
/// An entry has one such state for each of its [targets](Target). While a target is [paused](TargetChange::Pause), nothing is
/// leased for it. Time is the backend's own: the clock of the database
/// where several machines share it, so that machines whose clocks differ cannot take each other's leases.
pub trait Inbox: Store {
    /// Leases entries that are due, those due longest first, and among these by their number. An entry whose lease ran
    /// out is leased again, by itself, to a holder that is [idle](LeaseRequest::idle). An entry that cannot be read
    /// becomes a dead letter, with its number in the log.
    fn lease(&self, request: LeaseRequest) -> BoxFuture<'_, Result<Lease, InboxError>>;

    /// Settles leases together or not at all; which entries of their links are due then does not depend on their order.
    /// Answers in the same order: `false` where the lease was lost in the meantime
    /// and nothing was changed.
    fn settle(&self, settlements: Vec<Settlement>) -> BoxFuture<'_, Result<Vec<bool>, InboxError>>;

    /// One entry with its bytes, and how far it is with the first of its targets by name.
    fn get(&self, id: EntryId) -> BoxFuture<'_, Result<Option<Entry>, InboxError>>;

    /// A page of entries without their bytes, in the order of their arrival; an entry with several targets once for each.
    fn list<'a>(&'a self, filter: &'a Filter, page: Page) -> BoxFuture<'a, Result<Vec<Summary>, InboxError>>;

    /// How many entries there are. Takes the same time however many that is.
    fn counts(&self) -> BoxFuture<'_, Result<Counts, InboxError>>;

    /// Changes every entry that the filter selects and that may be changed, and returns how many that were. What is leased
    /// stays as it is. Works in small steps, between which others are let in.
    fn change<'a>(&'a self, filter: &'a Filter, change: Change) -> BoxFuture<'a, Result<u64, InboxError>>;

    /// Deletes the keys of entries that were pruned and received before that instant, and returns how many. A message of
    /// theirs that comes again is new. Works in small steps, between which others are let in.
    fn forget(&self, before: Timestamp) -> BoxFuture<'_, Result<u64, InboxError>>;

    /// Waits until something was stored or made due for that target by this process since the last wait. What other
    /// processes store is found by leasing from time to time. Of several who wait for the same target one is woken.
    fn arrivals<'a>(&'a self, target: &'a Target) -> BoxFuture<'a, ()>;

    /// What is known of the targets that were ever changed, by name.
    fn targets(&self) -> BoxFuture<'_, Result<Vec<TargetStatus>, InboxError>>;

    /// Changes a target as a whole; whether that made a difference. A target that is paused twice keeps the first reason.
    fn change_target<'a>(
        &'a self,
        target: &'a Target,
        change: TargetChange,
    ) -> BoxFuture<'a, Result<bool, InboxError>>;

    /// The time that due times, leases and deadlines are compared with.
    fn now(&self) -> BoxFuture<'_, Result<Timestamp, InboxError>>;

    /// Registers what should come. Registered twice alike it is one; with other products or another deadline it is kept
    /// beside the earlier one, as a revision: take the deadline from what stays the same when registering is repeated.
    fn expect(&self, expectation: Expectation) -> BoxFuture<'_, Result<Stored, InboxError>> {
        Box::pin(async move {
            let entry = expectation.into_entry(self.now().await?);
            let stored = self.store(vec![entry]).await?;
            let first = stored.first().copied();
            first.ok_or_else(|| InboxError::new("register an expectation", "it was left out"))
        })
    }

    /// A page of expectations with what has become of them, in the order of their registration. It counts what the inbox
    /// holds: of what was pruned it knows nothing.
    fn expected(&self, page: Page) -> BoxFuture<'_, Result<Vec<Expected>, InboxError>> {
        Box::pin(async move {
            let now = self.now().await?;
            let expectations = Filter::all().of_kind(EntryKind::Expectation);
            let mut expected = Vec::new();
            for summary in self.list(&expectations, page).await? {
                // Erased in the meantime.
                let Some(entry) = self.get(summary.id).await? else { continue };
                expected.push(Expected::of(self, summary, &entry.body, now).await?);
            }
            Ok(expected)
        })
    }
}

/// What became of an entry that was to be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is new.
    New(EntryId),
    /// Its id is known, its content is not: kept beside the earlier one.
    Revision(EntryId),
    /// Id and content are known; this is the entry that has them.
    Duplicate(EntryId),
}

impl Stored {
    /// The entry.
    pub const fn id(self) -> EntryId {
        match self {
            Self::New(id) | Self::Revision(id) | Self::Duplicate(id) => id,
        }
    }
}
