//! What the reports have shown of an entry, and how forms of the same entry are told from other entries.

use std::cmp::Ordering;
use std::sync::Arc;

use jiff::{Timestamp, civil};
use provider_wire::Text;
use rust_decimal::Decimal;

use crate::{Categories, Entry, EntryKey, Source};

/// One form in which an entry was reported: two reports that show the same form show the same entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Variant {
    /// The id of a final entry. That of a pending one may change or be shared.
    pub(super) id: Option<Text>,
    pub(super) content: Content,
    /// The place among equal entries of one statement, from 1.
    pub(super) ordinal: u32,
}

/// What tells entries apart that no id identifies.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Content {
    pub(super) core: Core,
    text: Option<Text>,
}

/// The content that must not change under one id. A bank may reword the text of an entry.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Core {
    pub(super) day: Option<civil::Date>,
    amount: Option<Decimal>,
    part: Option<Text>,
}

/// The content of an entry where it stands: most entries of a report are known, and need no copy.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ContentRef<'a> {
    day: Option<civil::Date>,
    amount: Option<Decimal>,
    part: Option<&'a Text>,
    text: Option<&'a Text>,
}

impl<'a> ContentRef<'a> {
    pub(super) fn of(entry: &'a Entry) -> Self {
        let instalment = entry.instalment.as_ref().and_then(|instalment| instalment.number.as_ref());
        Self {
            day: entry.day,
            amount: entry.amount.map(|amount| amount.decimal().normalize()),
            part: instalment.or(entry.bill.as_ref()),
            text: entry.description.as_ref(),
        }
    }

    pub(super) fn to_content(self) -> Content {
        let core = Core { day: self.day, amount: self.amount, part: self.part.cloned() };
        Content { core, text: self.text.cloned() }
    }
}

impl Variant {
    /// The key of an entry that its id identifies.
    pub(super) fn id_key(id: &Text) -> EntryKey {
        EntryKey::new(id.clone())
    }

    /// The key of an entry that its content identifies.
    pub(super) fn content_key(&self) -> EntryKey {
        // The text comes last, so that nothing in it can be taken for another part.
        let part = |part: &Option<Text>| {
            part.as_ref().map_or_else(String::new, |part| part.as_str().replace('|', "||"))
        };
        let Core { day, amount, part: instalment } = &self.content.core;
        let mut key = String::from("~");
        day.inspect(|day| key.push_str(&day.to_string()));
        key.push('|');
        amount.inspect(|amount| key.push_str(&amount.to_string()));
        let words = self.content.text.as_ref().map_or("", Text::as_str);
        key.push_str(&format!("|{}|{}|{}|{words}", part(instalment), part(&self.id), self.ordinal));
        EntryKey::new(key)
    }
}

/// The id, where it can identify an entry at all.
pub(super) fn identifying(entry: &Entry) -> Option<&Text> {
    entry.id.as_ref().filter(|id| id.as_str().chars().any(|c| c != '0' && !c.is_whitespace()))
}

/// What is known of a variant.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) entry: Entry,
    /// The oldest report that shows it.
    pub(super) first: Timestamp,
    /// The newest report that shows it, and its source.
    pub(super) last: Timestamp,
    pub(super) source: Arc<Source>,
    /// The report that the categories are from; they outlive a newer report without any.
    pub(super) categorised: Timestamp,
    /// Its key, while it is an entry of the ledger.
    pub(super) key: Option<EntryKey>,
    /// The statement, by number, in which it was met last.
    pub(super) met: u64,
}

/// What one report, or another account, shows of a variant.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) entry: &'a Entry,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) source: &'a Arc<Source>,
    pub(super) categorised: Timestamp,
    pub(super) met: u64,
}

impl Shown<'_> {
    pub(super) fn to_seen(self) -> Seen {
        let Self { entry, first, last, source, categorised, met } = self;
        Seen { entry: entry.clone(), first, last, source: source.clone(), categorised, key: None, met }
    }
}

impl Seen {
    pub(super) fn shown(&self) -> Shown<'_> {
        let Self { entry, first, last, source, categorised, key: _, met } = self;
        Shown { entry, first: *first, last: *last, source, categorised: *categorised, met: *met }
    }

    pub(super) fn new(entry: Entry, as_of: Timestamp, source: Arc<Source>) -> Self {
        Self { entry, first: as_of, last: as_of, source, categorised: as_of, key: None, met: 0 }
    }

    /// Takes in what another report shows of it: the newer form, and the better categories. The entry as it was, where it
    /// changed.
    ///
    /// `is_final`: categories outlive a newer report without any. What a report may take away keeps nothing of before.
    pub(super) fn merge(&mut self, other: &Shown<'_>, is_final: bool) -> Option<Entry> {
        let better = if is_final { best_categories(self, other) } else { newer_categories(self, other) };
        if better.is_none() && self.entry.categories == other.entry.categories {
            self.categorised = self.categorised.max(other.categorised);
        }
        let newer = self.last.cmp(&other.last).then_with(|| self.entry.compare(other.entry)).is_lt();
        self.first = self.first.min(other.first);
        if self.last < other.last || (self.last == other.last && *other.source < self.source) {
            (self.last, self.source) = (other.last, other.source.clone());
        }
        let mut was = None;
        // Comparing an unchanged entry costs less than cloning it.
        if newer && !same_but_categories(&self.entry, other.entry) {
            let categories = self.entry.categories.clone();
            was = Some(std::mem::replace(&mut self.entry, Entry { categories, ..other.entry.clone() }));
        }
        if let Some((categories, as_of)) = better {
            was.get_or_insert_with(|| self.entry.clone());
            (self.entry.categories, self.categorised) = (categories, as_of);
        }
        was
    }
}

fn same_but_categories(one: &Entry, other: &Entry) -> bool {
    // Whatever is added to an entry is compared here as well.
    let Entry {
        id,
        amount,
        currency,
        day,
        at,
        description,
        categories: _,
        counterparty,
        status,
        entry_type,
        brand,
        merchant_category,
        instalment,
        bill,
        recurring,
        purpose,
        is_final,
    } = one;
    *id == other.id
        && *amount == other.amount
        && *currency == other.currency
        && *day == other.day
        && *at == other.at
        && *description == other.description
        && *counterparty == other.counterparty
        && *status == other.status
        && *entry_type == other.entry_type
        && *brand == other.brand
        && *merchant_category == other.merchant_category
        && *instalment == other.instalment
        && *bill == other.bill
        && *recurring == other.recurring
        && *purpose == other.purpose
        && *is_final == other.is_final
}

fn newer_categories(kept: &Seen, new: &Shown<'_>) -> Option<(Categories, Timestamp)> {
    let order = new.categorised.cmp(&kept.categorised);
    let order = order.then_with(|| new.entry.categories.cmp(&kept.entry.categories));
    (order.is_gt() && kept.entry.categories != new.entry.categories)
        .then(|| (new.entry.categories.clone(), new.categorised))
}

/// Any category says more than none; then the newer. `None` where what is kept stays.
fn best_categories(kept: &Seen, new: &Shown<'_>) -> Option<(Categories, Timestamp)> {
    if kept.entry.categories == new.entry.categories {
        return None;
    }
    let rank = |entry: &Entry, as_of: Timestamp| (!entry.categories.is_empty(), as_of);
    let better = rank(new.entry, new.categorised)
        .cmp(&rank(&kept.entry, kept.categorised))
        .then_with(|| new.entry.categories.cmp(&kept.entry.categories));
    (better == Ordering::Greater).then(|| (new.entry.categories.clone(), new.categorised))
}
