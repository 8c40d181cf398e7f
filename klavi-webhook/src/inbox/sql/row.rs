//! Rows as entries.

use jiff::Timestamp;

use super::{Cause, Unreadable, entry_id, instant};
use crate::blocking::run_blocking;
use crate::inbox::{Attempt, Entry, EntryId, EntryKind, EntryState, Envelope, Summary, Target, body};

/// A row of either database; columns are counted from zero.
pub(in crate::inbox) trait Columns {
    /// Whether a damaged row is to be shown as well as it can be.
    fn is_lenient(&self) -> bool {
        false
    }
    fn text(&self, column: usize) -> Result<String, Cause> {
        Ok(self.optional_text(column)?.ok_or(Unreadable("a text is missing"))?)
    }
    fn optional_text(&self, column: usize) -> Result<Option<String>, Cause>;
    fn number(&self, column: usize) -> Result<i64, Cause>;
    fn optional_number(&self, column: usize) -> Result<Option<i64>, Cause>;
    fn blob(&self, column: usize) -> Result<Vec<u8>, Cause>;
}

/// Reads the columns that [`Select`](super::Select) asks for.
pub(in crate::inbox) fn summary(row: &impl Columns) -> Result<Summary, Cause> {
    let micros = row.number(10)?;
    let received_at = match Timestamp::from_microsecond(micros) {
        Err(_) if !row.is_lenient() => return Err(Unreadable("an entry has an impossible time").into()),
        _ => instant(micros),
    };
    let mut envelope = Envelope::new(EntryKind::of(&row.text(2)?), received_at);
    envelope.provider = row.optional_text(1)?;
    envelope.name = row.optional_text(3)?;
    envelope.message_id = row.optional_text(5)?;
    envelope.link_id = row.optional_text(6)?;
    envelope.consent_id = row.optional_text(7)?;
    envelope.institution_code = row.optional_text(8)?;
    envelope.request_id = row.optional_text(9)?;
    envelope.source = row.optional_text(11)?.and_then(|address| address.parse().ok());
    let headers = row.optional_text(12)?.unwrap_or_default();
    let headers = headers.lines().filter_map(|line| line.split_once(": "));
    envelope.headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let state = match row.text(15)?.parse() {
        Ok(state) => state,
        // Like quarantined ones it is not leased.
        Err(_) if row.is_lenient() => EntryState::Quarantined,
        Err(_) => return Err(Unreadable("an entry is in an unknown state").into()),
    };
    let due = row.number(17)?;
    Ok(Summary {
        id: entry_id(row.number(0)?)?,
        dedup_key: row.text(4)?,
        envelope,
        bytes: u64::try_from(row.number(13)?).unwrap_or(0),
        target: Target::new(&row.text(14)?),
        state,
        attempts: u32::try_from(row.number(16)?).unwrap_or(u32::MAX),
        due: state.is_open().then(|| instant(due)),
        last_error: row.optional_text(18)?,
        history: row.optional_text(19)?.map(|lines| history(&lines)).unwrap_or_default(),
    })
}

fn history(lines: &str) -> Vec<Attempt> {
    let attempts = lines.lines().filter_map(|line| {
        let (at, error) = line.split_once(' ')?;
        Some(Attempt { at: instant(at.parse().ok()?), error: error.to_owned() })
    });
    attempts.collect()
}

/// An entry as it was read, its body still packed.
pub(in crate::inbox) struct Found {
    summary: Summary,
    encoding: Option<String>,
    body: Vec<u8>,
}

impl Found {
    /// Reads the columns of a [`Select`](super::Select) with bodies.
    pub(in crate::inbox) fn read(row: &impl Columns) -> Result<Self, Cause> {
        Ok(Self { summary: summary(row)?, encoding: row.optional_text(20)?, body: row.blob(21)? })
    }

    fn open(self) -> Result<Entry, Cause> {
        let body = body::unpack(self.encoding.as_deref(), self.body, self.summary.bytes)?;
        Ok(Entry { summary: self.summary, body })
    }

    /// Unpacks entries that were read together, on the blocking pool where they are large. What cannot be read says why
    /// by itself.
    pub(in crate::inbox) async fn open_all(
        found: Vec<(EntryId, Result<Self, Cause>)>,
    ) -> Result<Vec<(EntryId, Result<Entry, Cause>)>, Cause> {
        let sizes = found.iter().filter_map(|(_, found)| found.as_ref().ok());
        let sizes = sizes.map(|found| usize::try_from(found.summary.bytes).unwrap_or(usize::MAX));
        let bytes = sizes.fold(0, usize::saturating_add);
        let open = |(id, found): (_, Result<Self, Cause>)| (id, found.and_then(Self::open));
        Ok(run_blocking(bytes, move || found.into_iter().map(open).collect()).await?)
    }

    /// Unpacks one entry.
    pub(in crate::inbox) async fn entry(found: Option<Self>) -> Result<Option<Entry>, Cause> {
        let Some(found) = found else { return Ok(None) };
        let mut opened = Self::open_all(vec![(found.summary.id, Ok(found))]).await?;
        opened.pop().map(|(_, entry)| entry).transpose()
    }
}
