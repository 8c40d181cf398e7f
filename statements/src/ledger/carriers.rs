//! Which variants carry an id.

use hashbrown::HashMap;
use provider_wire::Text;

use super::variant::{final_id, identifying};
use super::variants::{Slot, Variants};
use crate::Entry;

/// The variants by the id that they carry.
#[derive(Clone, Default)]
pub(super) struct Ids(HashMap<Text, Carriers>);

/// The variants that carry one id.
#[derive(Clone, Default)]
struct Carriers {
    /// Whose id can change no more.
    finals: Vec<Slot>,
    pending: Vec<Slot>,
    /// Whether two of the final ones differ in more than the text.
    disputed: bool,
    /// The round that met a final one last, and of which form it was.
    met: (u64, usize),
}

impl Carriers {
    fn side(&mut self, entry: &Entry) -> &mut Vec<Slot> {
        if final_id(entry).is_some() { &mut self.finals } else { &mut self.pending }
    }
}

impl Ids {
    pub(super) fn reserve(&mut self, entries: usize) {
        if self.0.is_empty() {
            self.0.reserve(entries);
        }
    }

    pub(super) fn finals(&self, id: &Text) -> &[Slot] {
        self.0.get(id).map_or(&[], |carriers| &carriers.finals)
    }

    pub(super) fn pending(&self, id: &Text) -> &[Slot] {
        self.0.get(id).map_or(&[], |carriers| &carriers.pending)
    }

    /// Whether final variants of the id differ in more than the text.
    pub(super) fn is_disputed(&self, id: &Text) -> bool {
        self.0.get(id).is_some_and(|carriers| carriers.disputed)
    }

    /// Adds a variant under the id that it carries.
    pub(super) fn add(&mut self, slot: Slot, variants: &mut Variants) {
        let entry = &variants[slot].entry;
        let Some(id) = identifying(entry) else { return };
        // A new id is the rule, and costs one copy of it.
        let carriers = self.0.entry_ref(id).or_default();
        let is_final = final_id(entry).is_some();
        let other = carriers.finals.first().copied().filter(|_| is_final);
        if let Some(other) = other {
            carriers.disputed |= variants[other].form().core != variants[slot].form().core;
            variants[other].rivals = true;
        }
        let side = carriers.side(&variants[slot].entry);
        (variants[slot].rivals, variants[slot].place) = (other.is_some(), side.len());
        side.push(slot);
    }

    /// Takes a variant away from the id that its entry carried at this place.
    pub(super) fn remove(&mut self, was: &Entry, place: usize, variants: &mut Variants) {
        let Some(id) = identifying(was) else { return };
        let Some(carriers) = self.0.get_mut(id) else { return };
        let side = carriers.side(was);
        side.swap_remove(place);
        if let Some(moved) = side.get(place) {
            variants[*moved].place = place;
        }
        if carriers.finals.is_empty() && carriers.pending.is_empty() {
            self.0.remove(id);
        }
    }

    /// Notes that a statement lists this final variant. Whether it lists other content under the id, too.
    pub(super) fn meet(&mut self, id: &Text, slot: Slot, variants: &Variants) -> bool {
        let Some(carriers) = self.0.get_mut(id) else { return false };
        let met = variants.class_in_round(slot);
        if carriers.met.0 == met.0 {
            return carriers.met != met;
        }
        carriers.met = met;
        // A variant that was alone with its id is counted without a look at the id.
        let first = carriers.finals[0];
        variants.is_counted(first) && variants.class_in_round(first) != met
    }
}
