//! The variants of one account, found by their form without a copy of it.

use std::hash::BuildHasher;
use std::ops::{Index, IndexMut};

use hashbrown::{DefaultHashBuilder, HashTable};

use super::variant::{Form, Variant};
use crate::Entry;

/// Names a variant of an account while it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Slot(usize);

impl Slot {
    pub(super) const FIRST: Self = Self(0);

    /// The slot of the variant that was met first after this one: banks repeat entries in the same order.
    pub(super) fn following(self) -> Self {
        Self(self.0 + 1)
    }
}

/// All variants that were seen and may count again.
#[derive(Clone)]
pub(super) struct Variants {
    cells: Vec<Cell>,
    free: Vec<Slot>,
    classes: Vec<Class>,
    free_classes: Vec<usize>,
    /// Classes by form. The hash has a random seed, since the texts come from outside.
    table: HashTable<usize>,
    hasher: DefaultHashBuilder,
    round: u64,
}

#[derive(Clone)]
struct Cell {
    /// Its ordinal is 0 where the cell is free.
    variant: Variant,
    class: usize,
    /// The neighbours in its class, by ordinal.
    previous: Option<Slot>,
    next: Option<Slot>,
}

/// Variants of one form, which differ in their ordinal alone.
#[derive(Clone)]
struct Class {
    hash: u64,
    first: Slot,
    /// The round that counted them last, how many it has counted, and the last of these.
    round: u64,
    count: u32,
    last: Slot,
}

/// Where a variant is, or belongs.
pub(super) enum Place {
    Known(Slot),
    Vacant(Vacancy),
}

/// Where a variant belongs that is not there.
#[derive(Clone, Copy)]
pub(super) struct Vacancy {
    hash: u64,
    class: Option<usize>,
    previous: Option<Slot>,
    ordinal: u32,
}

impl Default for Variants {
    fn default() -> Self {
        Self {
            cells: Vec::new(),
            free: Vec::new(),
            classes: Vec::new(),
            free_classes: Vec::new(),
            table: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            round: 1,
        }
    }
}

impl Variants {
    /// Makes room for the entries of a first statement.
    pub(super) fn reserve(&mut self, entries: usize) {
        if self.cells.is_empty() {
            self.cells.reserve_exact(entries);
            self.classes.reserve_exact(entries);
            let Self { table, classes, .. } = self;
            table.reserve(entries, |class| classes[*class].hash);
        }
    }

    /// Begins to count the equal entries of another statement.
    pub(super) fn begin_round(&mut self) {
        self.round += 1;
    }

    /// Whether the variant is the next of its form in this round.
    pub(super) fn is_next(&self, slot: Slot) -> bool {
        self.cells
            .get(slot.0)
            .is_some_and(|cell| cell.variant.ordinal == self.counted(&self.classes[cell.class]) + 1)
    }

    /// Counts a variant in this round.
    pub(super) fn count(&mut self, slot: Slot) {
        let cell = &self.cells[slot.0];
        let class = &mut self.classes[cell.class];
        (class.round, class.count, class.last) = (self.round, cell.variant.ordinal, slot);
    }

    /// Whether this round has counted one of its form.
    pub(super) fn is_counted(&self, slot: Slot) -> bool {
        self.classes[self.cells[slot.0].class].round == self.round
    }

    /// The form of a variant, as a number; see [`round`](Self::round).
    pub(super) fn class_in_round(&self, slot: Slot) -> (u64, usize) {
        (self.round, self.cells[slot.0].class)
    }

    fn counted(&self, class: &Class) -> u32 {
        if class.round == self.round { class.count } else { 0 }
    }

    /// Where the variant of an entry is. Its ordinal is the given one, else the next in this round.
    ///
    /// Ordinals of one form that are asked for in ascending order within a round cost no walk.
    pub(super) fn place_of(&self, entry: &Entry, ordinal: Option<u32>) -> Place {
        let form = Form::of(entry);
        let hash = self.hasher.hash_one(form);
        let is_of_form = |class: &usize| {
            let class = &self.classes[*class];
            class.hash == hash && self[class.first].form() == form
        };
        let Some(index) = self.table.find(hash, is_of_form).copied() else {
            let ordinal = ordinal.unwrap_or(1);
            return Place::Vacant(Vacancy { hash, class: None, previous: None, ordinal });
        };
        let class = &self.classes[index];
        let ordinal = ordinal.unwrap_or_else(|| self.counted(class) + 1);
        let mut previous =
            Some(class.last).filter(|last| class.round == self.round && self[*last].ordinal < ordinal);
        let mut next = previous.map_or(Some(class.first), |previous| self.cells[previous.0].next);
        while let Some(slot) = next.filter(|slot| self[*slot].ordinal < ordinal) {
            (previous, next) = (Some(slot), self.cells[slot.0].next);
        }
        match next {
            Some(slot) if self[slot].ordinal == ordinal => Place::Known(slot),
            _ => Place::Vacant(Vacancy { hash, class: Some(index), previous, ordinal }),
        }
    }

    pub(super) fn insert(&mut self, at: Vacancy, mut variant: Variant) -> Slot {
        variant.ordinal = at.ordinal;
        let slot = self.free.pop().unwrap_or(Slot(self.cells.len()));
        let class = at.class.unwrap_or_else(|| self.new_class(at.hash, slot));
        let next = match (at.class, at.previous) {
            (None, _) => None,
            (Some(_), Some(previous)) => self.cells[previous.0].next.replace(slot),
            (Some(class), None) => Some(std::mem::replace(&mut self.classes[class].first, slot)),
        };
        if let Some(next) = next {
            self.cells[next.0].previous = Some(slot);
        }
        let cell = Cell { variant, class, previous: at.previous, next };
        if slot.0 == self.cells.len() {
            self.cells.push(cell);
        } else {
            self.cells[slot.0] = cell;
        }
        slot
    }

    fn new_class(&mut self, hash: u64, first: Slot) -> usize {
        let class = Class { hash, first, round: 0, count: 0, last: first };
        let index = self.free_classes.pop().unwrap_or(self.classes.len());
        if index == self.classes.len() {
            self.classes.push(class);
        } else {
            self.classes[index] = class;
        }
        let Self { table, classes, .. } = self;
        table.insert_unique(hash, index, |class| classes[*class].hash);
        index
    }

    pub(super) fn remove(&mut self, slot: Slot) -> Variant {
        let cell = &mut self.cells[slot.0];
        let (index, previous, next) = (cell.class, cell.previous.take(), cell.next.take());
        let variant = std::mem::take(&mut cell.variant);
        if let Some(next) = next {
            self.cells[next.0].previous = previous;
        }
        let class = &mut self.classes[index];
        // What it counted may be the variant that goes.
        class.round = 0;
        match (previous, next) {
            (Some(previous), _) => self.cells[previous.0].next = next,
            (None, Some(next)) => class.first = next,
            (None, None) => {
                let hash = class.hash;
                if let Ok(entry) = self.table.find_entry(hash, |class| *class == index) {
                    entry.remove();
                }
                self.free_classes.push(index);
            }
        }
        self.free.push(slot);
        variant
    }

    /// All slots in use.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> + use<'_> {
        self.iter().map(|(slot, _)| slot)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Slot, &Variant)> {
        let all = self.cells.iter().enumerate().map(|(place, cell)| (Slot(place), &cell.variant));
        all.filter(|(_, variant)| variant.ordinal != 0)
    }

    /// All variants, those of one form by ascending ordinal.
    pub(super) fn into_ordered(self) -> Vec<(Slot, Variant)> {
        let all = self.cells.into_iter().enumerate().map(|(place, cell)| (Slot(place), cell.variant));
        let mut all: Vec<_> = all.filter(|(_, variant)| variant.ordinal != 0).collect();
        all.sort_by_key(|(_, variant)| variant.ordinal);
        all
    }
}

impl Index<Slot> for Variants {
    type Output = Variant;

    fn index(&self, slot: Slot) -> &Variant {
        &self.cells[slot.0].variant
    }
}

impl IndexMut<Slot> for Variants {
    fn index_mut(&mut self, slot: Slot) -> &mut Variant {
        &mut self.cells[slot.0].variant
    }
}
