use std::io::Read;

use jiff::civil;
use provider_wire::{Amount, DecodeError, Decoded, ListStream, Malformed, Path, StreamError};

use super::{AccountEntry, AnyReport, CardEntry, decode_report};
use crate::TransactionId;

/// The entries of a statement report one by one, however many there are: memory for one entry, and for what stands
/// beside the entries (up to 16 MB).
///
/// For reports of files and other sources that block; a body that is in memory anyway is read at once by
/// [`decode_report`]. What is left of the report, with all lists of entries empty, is had by
/// [`into_report`](Self::into_report).
///
/// ```
/// use klavi_types::reports::EntryStream;
///
/// # let file = &br#"{"productName":"pf_categorized_checking_l3","checkingAccounts":[{"number":"94088392",
/// #     "transactionDetails":[{"creditDebitType":"CREDITO","transactionAmount":{"amount":"10.50"}},
/// #     {"creditDebitType":"DEBITO","transactionAmount":{"amount":"0.50"}}]}]}"#[..];
/// let mut stream = EntryStream::new(file);
/// let mut sum = klavi_types::Amount::ZERO;
/// for streamed in &mut stream {
///     let amount = streamed?.entry.and_then(|entry| entry.signed_amount());
///     sum = sum.checked_add(amount.unwrap_or_default()).unwrap();
/// }
/// assert_eq!(sum.to_string(), "10.00");
///
/// let report = stream.into_report()?.value;
/// assert_eq!(report.head().product_name.as_ref().unwrap().as_str(), "pf_categorized_checking_l3");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct EntryStream<R> {
    lists: ListStream<R>,
    failed: bool,
}

/// An entry out of a stream.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct StreamedEntry {
    /// Where it stands, which tells the account and the bill: `creditCards[0].closedStatements[2].transactionDetails[7]`.
    pub path: Path,
    /// The entry; `None` where something else stands in its place, which is skipped.
    pub entry: Option<ReportEntry>,
    /// What of it could not be read.
    pub malformed: Vec<Malformed>,
}

/// An entry of an account or of a card.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReportEntry {
    /// Of a checking or savings account.
    Account(Box<AccountEntry>),
    /// Of a card.
    Card(Box<CardEntry>),
}

impl ReportEntry {
    /// The bank's id.
    pub fn id(&self) -> Option<&TransactionId> {
        match self {
            Self::Account(entry) => entry.transaction_id.as_ref(),
            Self::Card(entry) => entry.transaction_id.as_ref(),
        }
    }

    /// The amount with its sign, as [`AccountEntry::signed_amount`] and [`CardEntry::signed_amount`] tell it.
    pub fn signed_amount(&self) -> Option<Amount> {
        match self {
            Self::Account(entry) => entry.signed_amount(),
            Self::Card(entry) => entry.signed_amount(),
        }
    }

    /// The best known day.
    pub fn day(&self) -> Option<civil::Date> {
        match self {
            Self::Account(entry) => entry.day(),
            Self::Card(entry) => entry.day(),
        }
    }
}

impl<R: Read> EntryStream<R> {
    /// A stream over a report.
    pub fn new(source: R) -> Self {
        Self { lists: ListStream::new(source, "transactionDetails"), failed: false }
    }

    /// The same with another bound, in bytes, on what stands beside the entries and on a single entry.
    pub fn with_limit(source: R, limit: usize) -> Self {
        Self { lists: ListStream::with_limit(source, "transactionDetails", limit), failed: false }
    }

    /// The report without its entries, once all of them were taken.
    ///
    /// # Errors
    /// Where there is more of the report, or it is no object.
    pub fn into_report(self) -> Result<Decoded<AnyReport>, DecodeError> {
        decode_report(self.lists.into_rest().as_bytes())
    }

    fn take_next(&mut self) -> Result<Option<StreamedEntry>, StreamError> {
        let Some(element) = self.lists.next_element()? else { return Ok(None) };
        let of_card = matches!(element.path.root_member(), Some("creditCards" | "creditCardAccounts"));
        let (entry, malformed) = if of_card {
            let (entry, malformed) = element.read();
            (entry.map(|entry| ReportEntry::Card(Box::new(entry))), malformed)
        } else {
            let (entry, malformed) = element.read();
            (entry.map(|entry| ReportEntry::Account(Box::new(entry))), malformed)
        };
        Ok(Some(StreamedEntry { path: element.path, entry, malformed }))
    }
}

impl<R: Read> Iterator for EntryStream<R> {
    type Item = Result<StreamedEntry, StreamError>;

    /// The next entry; an error is the last item.
    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let taken = self.take_next().transpose();
        self.failed = matches!(taken, Some(Err(_)));
        taken
    }
}
