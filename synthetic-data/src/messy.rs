//! Trouble that banks put into their reports. It changes how an entry is told, never what happened: it must not know
//! amounts, days or balances other than those of the statement.
//!
//! Sources: the guidance of Open Finance Brasil on provisional ids, and what public programs handle. Banks differ: which
//! habits a bank has follows from the seed, so a report of one bank has only some kinds.

mod pending;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::{self, date};
use klavi_types::reports::{AccountEntry, CardEntry};
use klavi_types::{Date, DateTime};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::account::{Account, Branch};
use crate::bill::Bill;
use crate::customer::Customer;
use crate::day;
use crate::institutions::Institution;
use crate::purchases::Purchase;
pub(crate) use pending::{Pending, pending};

/// A kind of trouble.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Trouble {
    /// An entry is listed before its day as `LANCAMENTO_FUTURO`, under another id, day and text than once it is booked.
    Scheduled,
    /// An entry is listed before it is booked as `TRANSACAO_PROCESSANDO`, under another id, day and text.
    Processing,
    /// A pending entry never books.
    Cancelled,
    /// A pending entry has another amount than once it is booked.
    ChangedAmount,
    /// A pending entry carries an id that all pending entries of the bank carry.
    SharedPendingId,
    /// A card entry has another id until its bill is closed.
    ProvisionalId,
    /// An entry from before 2023-11-13 has the id `0000000000`.
    ConstantOldId,
    /// A booked entry has no id, or a blank one.
    BlankId,
    /// A booked entry has the id of another purchase.
    RepeatedId,
    /// All instalments of a purchase have one id.
    InstalmentId,
    /// An account has no branch, or the branch `NA`.
    MissingBranch,
    /// An amount is a JSON number in place of a text.
    NumericAmount,
    /// A date that is not known is filled with `0001-01` or `1900-01-01`.
    FillerDate,
    /// An entry has no `transactionDate`, only an instant.
    MissingDate,
    /// The instant of an entry is midnight UTC and means the day alone.
    MidnightInstant,
}

impl Trouble {
    /// Every kind.
    pub const ALL: [Self; 15] = [
        Self::Scheduled,
        Self::Processing,
        Self::Cancelled,
        Self::ChangedAmount,
        Self::SharedPendingId,
        Self::ProvisionalId,
        Self::ConstantOldId,
        Self::BlankId,
        Self::RepeatedId,
        Self::InstalmentId,
        Self::MissingBranch,
        Self::NumericAmount,
        Self::FillerDate,
        Self::MissingDate,
        Self::MidnightInstant,
    ];
}

/// Which kinds of trouble reports have. None by default.
///
/// ```
/// use synthetic_data::{Messy, Trouble};
///
/// let messy = Messy::ALL.without(Trouble::BlankId);
/// assert!(messy.has(Trouble::Cancelled) && !messy.has(Trouble::BlankId));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Messy(u32);

impl Messy {
    /// None: clean data.
    pub const NONE: Self = Self(0);
    /// Every kind.
    pub const ALL: Self = Self((1 << Trouble::ALL.len()) - 1);

    /// All kinds, or none.
    pub const fn all_if(on: bool) -> Self {
        if on { Self::ALL } else { Self::NONE }
    }

    /// This kind as well.
    #[must_use]
    pub const fn with(self, kind: Trouble) -> Self {
        Self(self.0 | 1 << kind as u32)
    }

    /// All but this kind.
    #[must_use]
    pub const fn without(self, kind: Trouble) -> Self {
        Self(self.0 & !(1 << kind as u32))
    }

    /// Whether reports have that kind.
    pub const fn has(self, kind: Trouble) -> bool {
        self.0 & 1 << kind as u32 != 0
    }

    /// Whether the data are clean.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

/// How often each kind of trouble was written. As JSON an object with every kind: `{"scheduled":3,…}`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts([u64; Trouble::ALL.len()]);

impl Counts {
    /// How often that kind was written.
    pub fn of(&self, kind: Trouble) -> u64 {
        self.0[kind as usize]
    }

    /// Adds those of another report.
    pub fn add(&mut self, other: &Self) {
        for (sum, count) in self.0.iter_mut().zip(other.0) {
            *sum = sum.saturating_add(count);
        }
    }
}

impl Serialize for Counts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Trouble::ALL.into_iter().map(|kind| (kind, self.of(kind))))
    }
}

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut counts = Self::default();
        for (kind, count) in BTreeMap::<Trouble, u64>::deserialize(deserializer)? {
            counts.0[kind as usize] = count;
        }
        Ok(counts)
    }
}

/// Counts while a report is written.
#[derive(Debug, Default)]
pub(crate) struct Tally([Cell<u64>; Trouble::ALL.len()]);

impl Tally {
    pub(crate) fn add(&self, kind: Trouble, times: u64) {
        let count = &self.0[kind as usize];
        count.set(count.get() + times);
    }

    pub(crate) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (count, tallied) in counts.0.iter_mut().zip(&self.0) {
            *count = tallied.get();
        }
        counts
    }
}

/// Entries of this day and later have ids of their own. Source: Open Finance Brasil.
const IDS_BEGIN: civil::Date = date(2023, 11, 13);
/// The id of older ones.
const OLD_ID: &str = "0000000000";
/// Days in which repeated ids repeat.
const REPEATED_WITHIN: i64 = 15;

/// What a bank does to the entries of one account or card.
pub(crate) struct Mess<'a> {
    kinds: Messy,
    tally: &'a Tally,
    customer: &'a Customer,
    bank: &'static Institution,
    /// Tells the account from others of the bank.
    account: &'static str,
    has_date: bool,
    at_midnight: bool,
    numeric: bool,
    shares_pending_id: bool,
    fills_dates: bool,
    /// Ids that repeat, of which one entry was written.
    repeated: RefCell<BTreeSet<String>>,
}

impl<'a> Mess<'a> {
    pub(crate) fn new(
        kinds: Messy,
        tally: &'a Tally,
        customer: &'a Customer,
        bank: &'static Institution,
        account: &'static str,
    ) -> Option<Self> {
        let mut rng = customer.rng(&["messy", bank.code]);
        let mut habit = |kind| rng.bool() && kinds.has(kind);
        (!kinds.is_none()).then(|| Self {
            kinds,
            tally,
            customer,
            bank,
            account,
            has_date: !habit(Trouble::MissingDate),
            at_midnight: habit(Trouble::MidnightInstant),
            numeric: habit(Trouble::NumericAmount),
            shares_pending_id: habit(Trouble::SharedPendingId),
            fills_dates: habit(Trouble::FillerDate),
            repeated: RefCell::default(),
        })
    }

    /// A booked entry as the bank tells it.
    pub(crate) fn booked(&self, mut entry: AccountEntry, at: Timestamp, id: &str) -> Told<AccountEntry> {
        entry.transaction_id = self.id(at, id).map(Into::into);
        self.tell_time(at, &mut entry.transaction_date, &mut entry.transaction_date_time);
        self.told(entry, "transactionAmount")
    }

    /// A pending entry as the bank tells it.
    pub(crate) fn pending(&self, mut entry: AccountEntry, pending: &Pending) -> Told<AccountEntry> {
        let Pending { trouble, booked, .. } = pending;
        let word = if *trouble == Trouble::Scheduled { "F" } else { "P" };
        let id = if self.shares_pending_id {
            self.tally.add(Trouble::SharedPendingId, 1);
            format!("PENDENTE-{word}")
        } else {
            self.customer.hex(&["provisional", word, &booked.id], 32)
        };
        entry.transaction_id = Some(id.into());
        entry.state = Some(pending.state());
        entry.post_transaction_balance = None;
        self.tell_time(booked.draft.at, &mut entry.transaction_date, &mut entry.transaction_date_time);
        self.tally.add(*trouble, 1);
        if pending.is_cancelled {
            self.tally.add(Trouble::Cancelled, 1);
        }
        if pending.has_other_amount {
            self.tally.add(Trouble::ChangedAmount, 1);
        }
        self.told(entry, "transactionAmount")
    }

    /// An entry of a bill as the bank tells it.
    pub(crate) fn card_entry(
        &self,
        mut entry: CardEntry,
        purchase: &Purchase,
        bill: Bill,
        is_open: bool,
    ) -> Told<CardEntry> {
        entry.transaction_id = if is_open && self.kinds.has(Trouble::ProvisionalId) {
            self.tally.add(Trouble::ProvisionalId, 1);
            Some(self.customer.hex(&["provisional", &purchase.id], 32).into())
        } else if let (Some([number, _]), true) = (purchase.instalment, self.kinds.has(Trouble::InstalmentId))
        {
            self.tally.add(Trouble::InstalmentId, 1);
            let first = bill.back(number - 1).month();
            let words = ["instalments of", self.bank.code, &*purchase.merchant.name, &first];
            Some(self.customer.hex(&words, 32).into())
        } else {
            self.id(purchase.at, &purchase.id).map(Into::into)
        };
        if is_open && self.fills_dates {
            self.tally.add(Trouble::FillerDate, 1);
            entry.bill_forecast_month = Some("0001-01".into());
            entry.bill_post_date = Some(Date::from(date(1900, 1, 1)));
        }
        self.tell_time(purchase.at, &mut entry.transaction_date, &mut entry.transaction_date_time);
        self.told(entry, "brazilianAmount")
    }

    /// The id of a booked entry.
    fn id(&self, at: Timestamp, id: &str) -> Option<String> {
        if self.kinds.has(Trouble::ConstantOldId) && day::of(at) < IDS_BEGIN {
            self.tally.add(Trouble::ConstantOldId, 1);
            return Some(OLD_ID.to_owned());
        }
        let mut rng = self.customer.rng(&["messy id", id]);
        match rng.u8(..100) {
            0..4 if self.kinds.has(Trouble::BlankId) => {
                self.tally.add(Trouble::BlankId, 1);
                [None, Some(""), Some(" ")][rng.usize(..3)].map(str::to_owned)
            }
            4..14 if self.kinds.has(Trouble::RepeatedId) => {
                let part = (day::number(day::of(at)) / REPEATED_WITHIN).to_string();
                let repeated = self.customer.hex(&["repeated", self.account, self.bank.code, &part], 32);
                if !self.repeated.borrow_mut().insert(repeated.clone()) {
                    self.tally.add(Trouble::RepeatedId, 1);
                }
                Some(repeated)
            }
            _ => Some(id.to_owned()),
        }
    }

    /// How the bank says when it was, so that the day is the same.
    fn tell_time(&self, at: Timestamp, date: &mut Option<Date>, instant: &mut Option<DateTime>) {
        let day = day::of(at);
        // Without a date the day is that of the instant in Brasília.
        let is_ambiguous = !self.has_date && day::in_brasilia(at) != day;
        if self.at_midnight || is_ambiguous {
            self.tally.add(Trouble::MidnightInstant, 1);
            *instant = Some(DateTime::from(day::begin(day)));
        }
        if !self.has_date {
            self.tally.add(Trouble::MissingDate, 1);
            *date = None;
        }
    }

    fn told<E: Serialize>(&self, entry: E, amount: &str) -> Told<E> {
        let json = if self.numeric { serde_json::to_string(&entry).ok() } else { None };
        if let Some(json) = json.and_then(|json| as_number(&json, amount)) {
            self.tally.add(Trouble::NumericAmount, 1);
            return Told::Json(json);
        }
        Told::Typed(Box::new(entry))
    }
}

/// The JSON of an entry with that amount as a number.
fn as_number(json: &str, member: &str) -> Option<Box<RawValue>> {
    let (before, rest) = json.split_once(&format!(r#""{member}":{{"amount":""#))?;
    let (digits, after) = rest.split_once('"')?;
    let digits = digits.strip_suffix("00").unwrap_or(digits);
    RawValue::from_string(format!(r#"{before}"{member}":{{"amount":{digits}{after}"#)).ok()
}

/// An entry as it is written.
pub(crate) enum Told<E> {
    Typed(Box<E>),
    Json(Box<RawValue>),
}

impl<E: Serialize> Serialize for Told<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Typed(entry) => entry.serialize(serializer),
            Self::Json(json) => json.serialize(serializer),
        }
    }
}

/// How a bank tells the branch of an account. One without branches does so in both ways.
pub(crate) fn branch(kinds: Messy, account: &Account<'_>, now: Timestamp) -> Branch {
    /// Payment institutions have no branches (observed).
    const PAYMENT_INSTITUTIONS: [&str; 2] = ["260", "323"];
    let bank = account.institution.code;
    let lacks = || account.customer.rng(&["messy branch", bank]).u8(..3) == 0;
    if !kinds.has(Trouble::MissingBranch) || !(PAYMENT_INSTITUTIONS.contains(&bank) || lacks()) {
        return Branch::Number;
    }
    if day::of(now).day() % 2 == 0 { Branch::NotAvailable } else { Branch::Absent }
}
