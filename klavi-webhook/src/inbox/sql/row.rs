use jiff::Timestamp;

use super::{Cause, Unreadable, entry_id};
use crate::blocking::run_blocking;
use crate::inbox::body;
use crate::inbox::summary::due;
use crate::{Entry, EntryKind, EntryState, Leased, Summary, Ticket};

/// A row of either database; columns are counted from zero.
pub(in crate::inbox) trait Columns {
    fn text(&self, column: usize) -> Result<String, Cause>;
    fn optional_text(&self, column: usize) -> Result<Option<String>, Cause>;
    fn number(&self, column: usize) -> Result<i64, Cause>;
    fn blob(&self, column: usize) -> Result<Vec<u8>, Cause>;
}

/// Reads the columns that [`summary_columns`](super::statements) names.
pub(in crate::inbox) fn summary(row: &impl Columns) -> Result<Summary, Cause> {
    let state: EntryState =
        row.text(10)?.parse().map_err(|_| Unreadable("an entry is in an unknown state"))?;
    Ok(Summary {
        id: entry_id(row.number(0)?)?,
        kind: EntryKind::of(&row.text(1)?),
        name: row.optional_text(2)?,
        dedup_key: row.text(3)?,
        message_id: row.optional_text(4)?,
        link_id: row.optional_text(5)?,
        consent_id: row.optional_text(6)?,
        institution_code: row.optional_text(7)?,
        request_id: row.optional_text(8)?,
        received_at: Timestamp::from_microsecond(row.number(9)?)
            .map_err(|_| Unreadable("an entry has an impossible time"))?,
        state,
        attempts: u32::try_from(row.number(11)?).unwrap_or(u32::MAX),
        last_error: row.optional_text(12)?,
        bytes: u64::try_from(row.number(13)?).unwrap_or(0),
        due: due(state, row.number(14)?),
    })
}

/// An entry as it was read, its body still packed.
pub(in crate::inbox) struct Found {
    summary: Summary,
    lease: u64,
    source: Option<String>,
    headers: String,
    encoding: Option<String>,
    body: Vec<u8>,
}

impl Found {
    /// Reads the columns of [`GET`](super::statements::GET). `lease` is the number under which it was leased; a later
    /// one may stand in the row by now.
    pub(in crate::inbox) fn read(row: &impl Columns, lease: i64) -> Result<Self, Cause> {
        Ok(Self {
            summary: summary(row)?,
            lease: u64::try_from(lease).unwrap_or(0),
            source: row.optional_text(15)?,
            headers: row.text(16)?,
            encoding: row.optional_text(17)?,
            body: row.blob(18)?,
        })
    }

    fn open(self) -> Result<Entry, Cause> {
        let Summary {
            id,
            kind,
            name,
            dedup_key,
            message_id,
            link_id,
            consent_id,
            institution_code,
            request_id,
            received_at,
            state,
            attempts,
            last_error,
            bytes,
            due,
        } = self.summary;
        let headers = self.headers.lines().filter_map(|line| line.split_once(": "));
        Ok(Entry {
            id,
            kind,
            name,
            dedup_key,
            message_id,
            link_id,
            consent_id,
            institution_code,
            request_id,
            received_at,
            source: self.source.and_then(|address| address.parse().ok()),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            body: body::unpack(self.encoding.as_deref(), self.body, bytes)?,
            state,
            attempts,
            due,
            last_error,
        })
    }

    /// Unpacks what was leased. Also names the leases of entries whose bytes are damaged, which must not keep the others
    /// from being handled.
    pub(in crate::inbox) async fn leased(found: Vec<Self>) -> Result<(Vec<Leased>, Vec<Ticket>), Cause> {
        let opened = Self::open_all(found).await?;
        let (mut leased, mut damaged) = (Vec::with_capacity(opened.len()), Vec::new());
        for (ticket, entry) in opened {
            match entry {
                Ok(entry) => leased.push(Leased { entry, ticket }),
                Err(_) => damaged.push(ticket),
            }
        }
        Ok((leased, damaged))
    }

    /// Unpacks one entry.
    pub(in crate::inbox) async fn entry(found: Option<Self>) -> Result<Option<Entry>, Cause> {
        Ok(Self::entries(found.into_iter().collect()).await?.pop())
    }

    /// Unpacks entries.
    pub(in crate::inbox) async fn entries(found: Vec<Self>) -> Result<Vec<Entry>, Cause> {
        Self::open_all(found).await?.into_iter().map(|(_, entry)| entry).collect()
    }

    async fn open_all(found: Vec<Self>) -> Result<Vec<(Ticket, Result<Entry, Cause>)>, Cause> {
        let bytes = found.iter().map(|found| usize::try_from(found.summary.bytes).unwrap_or(usize::MAX));
        let bytes = bytes.fold(0, usize::saturating_add);
        let open = |found: Self| (Ticket { id: found.summary.id, lease: found.lease }, found.open());
        Ok(run_blocking(bytes, move || found.into_iter().map(open).collect()).await?)
    }
}
