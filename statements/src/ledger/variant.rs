//! What the reports have shown of an entry, and how forms of the same entry are told from other entries.

use std::cmp::Ordering;

use jiff::{Timestamp, civil};
use provider_wire::{Amount, Text};

use crate::{Categories, Entry, EntryKey};

/// One form in which an entry was reported: two reports that show the same form show the same entry.
///
/// It is told by its [`Form`] and by its place among the equal entries of one statement.
#[derive(Clone, Default)]
pub(super) struct Variant {
    pub(super) entry: Entry,
    /// The place among equal entries of one statement, from 1.
    pub(super) ordinal: u32,
    /// The oldest report that shows it.
    pub(super) first: Timestamp,
    /// The newest report that shows it, and the index of its source.
    pub(super) last: Timestamp,
    pub(super) source: usize,
    /// The report that the categories are from; they outlive a newer report without any.
    pub(super) categorised: Timestamp,
    pub(super) keyed: Keyed,
    /// Whether its row is to be saved.
    pub(super) dirty: bool,
    /// Whether another final variant has its id. It may stay set when the other is gone.
    pub(super) rivals: bool,
    /// Its place among the variants that carry its id.
    pub(super) place: usize,
}

/// Which key a variant has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Keyed {
    /// None: it is no entry of the ledger.
    #[default]
    No,
    /// Its id identifies it.
    Id,
    /// Its content identifies it.
    Content,
}

/// What a report must not change of an entry, where it stands: most entries of a report are known and need no copy.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Form<'a> {
    /// The id of a final entry. That of a pending one may change or be shared.
    pub(super) id: Option<&'a Text>,
    pub(super) core: Core<'a>,
    text: Option<&'a Text>,
}

/// The content that must not change under one id. A bank may reword the text of an entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Core<'a> {
    day: Option<civil::Date>,
    amount: Option<Amount>,
    /// Which instalment, else of which bill.
    part: Option<&'a Text>,
}

impl<'a> Form<'a> {
    pub(super) fn of(entry: &'a Entry) -> Self {
        let instalment = entry.instalment.as_ref().and_then(|instalment| instalment.number.as_ref());
        let part = instalment.or(entry.bill.as_ref());
        let core = Core { day: entry.day, amount: entry.amount, part };
        Self { id: final_id(entry), core, text: entry.description.as_ref() }
    }
}

/// The id, where it can identify an entry at all.
pub(super) fn identifying(entry: &Entry) -> Option<&Text> {
    entry.id.as_ref().filter(|id| id.as_str().chars().any(|c| c != '0' && !c.is_whitespace()))
}

/// The id, where it can identify the entry and change no more.
pub(super) fn final_id(entry: &Entry) -> Option<&Text> {
    if entry.is_final { identifying(entry) } else { None }
}

/// What one report, or another account, shows of a variant.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub(super) entry: &'a Entry,
    pub(super) first: Timestamp,
    pub(super) last: Timestamp,
    pub(super) source: usize,
    pub(super) categorised: Timestamp,
}

impl Variant {
    /// A variant that one report shows.
    pub(super) fn new(entry: Entry, as_of: Timestamp, source: usize) -> Self {
        Self { entry, first: as_of, last: as_of, categorised: as_of, source, ..Self::default() }
    }

    pub(super) fn form(&self) -> Form<'_> {
        Form::of(&self.entry)
    }

    pub(super) fn key(&self, keyed: Keyed) -> Option<EntryKey> {
        match keyed {
            Keyed::No => None,
            Keyed::Id => self.entry.id.as_ref().map(id_key),
            Keyed::Content => Some(EntryKey::new(self.content_key())),
        }
    }

    /// Tells the variant from every other of its account.
    pub(super) fn content_key(&self) -> String {
        // A key is the same whatever it is made of: `|` parts it, and the text, which may have any, comes last.
        let part = |part: Option<&Text>| match part.map(Text::as_str) {
            Some(part) if part.contains(['|', '%']) => part.replace('%', "%25").replace('|', "%7C"),
            part => part.unwrap_or_default().to_owned(),
        };
        let Form { id, core: Core { day, amount, part: of }, text } = self.form();
        let day = day.map(|day| day.to_string()).unwrap_or_default();
        let amount = amount.map(|amount| amount.decimal().normalize().to_string()).unwrap_or_default();
        let text = text.map_or("", Text::as_str);
        format!("~{day}|{amount}|{}|{}|{}|{text}", part(of), part(id), self.ordinal)
    }

    /// Takes in what another report shows of it: the newer form, and the better categories. The entry as it was, where it
    /// changed.
    ///
    /// `is_preferred` says whether the other source goes first where both are equally new.
    pub(super) fn merge(&mut self, other: &Shown<'_>, is_preferred: bool) -> Option<Entry> {
        // Categories outlive a newer report without any. What a report may take away keeps nothing of before.
        let better = match final_id(&self.entry) {
            Some(_) => best_categories(self, other),
            None => newer_categories(self, other),
        };
        if better.is_none() && self.entry.categories == other.entry.categories {
            self.categorised = self.categorised.max(other.categorised);
        }
        let newer = self.last.cmp(&other.last).then_with(|| self.entry.compare(other.entry)).is_lt();
        self.first = self.first.min(other.first);
        if self.last < other.last || (self.last == other.last && is_preferred) {
            (self.last, self.source) = (other.last, other.source);
        }
        let mut was = None;
        if newer && !self.entry.equals_but_categories(other.entry) {
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

/// The key of an entry that its id identifies. It is never the key of a content.
fn id_key(id: &Text) -> EntryKey {
    if id.as_str().starts_with('~') {
        EntryKey::new(format!("~{}", id.as_str()))
    } else {
        EntryKey::new(id.clone())
    }
}

fn newer_categories(kept: &Variant, new: &Shown<'_>) -> Option<(Categories, Timestamp)> {
    let order = new.categorised.cmp(&kept.categorised);
    let order = order.then_with(|| new.entry.categories.cmp(&kept.entry.categories));
    (order.is_gt() && kept.entry.categories != new.entry.categories)
        .then(|| (new.entry.categories.clone(), new.categorised))
}

/// Any category says more than none; then the newer. `None` where what is kept stays.
fn best_categories(kept: &Variant, new: &Shown<'_>) -> Option<(Categories, Timestamp)> {
    if kept.entry.categories == new.entry.categories {
        return None;
    }
    let rank = |entry: &Entry, as_of: Timestamp| (!entry.categories.is_empty(), as_of);
    let better = rank(new.entry, new.categorised)
        .cmp(&rank(&kept.entry, kept.categorised))
        .then_with(|| new.entry.categories.cmp(&kept.entry.categories));
    (better == Ordering::Greater).then(|| (new.entry.categories.clone(), new.categorised))
}
