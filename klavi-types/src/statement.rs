//! What every partner writes by hand on top of the reports: one view of the entries of any statement, a key for each,
//! and a ledger that stays right while banks book, rename and repeat them.
//!
//! # The rule
//!
//! Open Finance fixes the id of an entry only once it is booked, for most types from the next day on, for a card once
//! the bill is closed. Until then the same purchase may come back under another id, and every report repeats the whole
//! period. So:
//!
//! - a **final** entry ([`StatementEntry::is_final`]) stays for ever; the same id is the same entry, whichever report
//!   (plain or categorised) carries it;
//! - an entry that is **not final** holds as long as the newest complete report that covers its day carries it: what
//!   that report has instead (booked, under another id) replaces it;
//! - a report covers an account from the day of its earliest entry on. A partial or failed report covers nothing: it
//!   adds, and takes nothing away.
//!
//! Nothing is matched by amount or text to decide what stays, so two genuine equal purchases stay two. The result does
//! not depend on the order in which whole reports are taken in, and taking one in twice changes nothing.
//!
//! # Limits
//!
//! - An entry without an id is told by its content and its place among equal ones of its day; a bank that changes its
//!   text makes it a new one until a report that covers its day drops the old.
//! - A bank that drops a booked entry later on (against the specification) leaves it in the ledger.
//! - Reports are ordered by their time. Two of the same second count as one.

mod account_ref;
mod entry;
mod ledger;
mod read;

pub use account_ref::{AccountKind, AccountRef};
pub use entry::{Categories, EntryKey, StatementEntry};
pub use ledger::{Change, Ledger};
pub use read::Statement;
