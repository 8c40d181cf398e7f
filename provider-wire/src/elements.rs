//! The elements of a list, in no more memory than they need: how many there will be is estimated from those that came.

use crate::{Fault, Reader, Value};

/// Reads the elements that can be read.
pub(crate) fn read_elements<T: Value>(reader: &mut Reader<'_>) -> Result<Vec<T>, Fault> {
    let mut elements = reader.enter_array()?;
    let start = reader.position();
    let mut items = Vec::new();
    let mut look = FIRST_LOOK;
    while elements.next(reader)? {
        if items.len() == items.capacity() {
            let room = Room::of::<T>(items.len(), reader.position() - start, reader.remaining().len());
            items.reserve_exact(room.more());
        } else if items.len() == look {
            let room = Room::of::<T>(items.len(), reader.position() - start, reader.remaining().len());
            if items.capacity() > items.len() + 2 * room.estimate() {
                items.shrink_to(items.len() + room.estimate());
            }
        }
        if items.len() >= look {
            look *= 4;
        }
        reader.element_onto(&mut items)?;
    }
    if items.capacity() - items.len() > items.len() / 8 {
        items.shrink_to_fit();
    }
    Ok(items)
}

/// From so many items on their length tells how many there will be.
const FIRST_LOOK: usize = 64;

/// What is known of a list when its room is used up.
struct Room {
    items: usize,
    /// Bytes of text behind it and before it; more than the list's own, but no less.
    read: usize,
    left: usize,
    size: usize,
}

impl Room {
    fn of<T>(items: usize, read: usize, left: usize) -> Self {
        Self { items, read, left, size: size_of::<T>().max(1) }
    }

    /// How many items the rest of the text has at most, if they are as long as those before.
    fn estimate(&self) -> usize {
        let each = (self.read / self.items.max(1)).max(1);
        let rest = self.left / each;
        // Their lengths vary; room that is just too small would be paid for with a copy of all.
        rest + rest / 64 + 1
    }

    /// How many more items to make room for.
    fn more(&self) -> usize {
        // Most inner lists are short, and end long before the text does.
        let factor = match self.items {
            0..4 => return self.items.max(if self.size > 64 { 1 } else { 4 }),
            4..FIRST_LOOK => 7,
            _ => 31,
        };
        // What is left of the text bounds the memory, however short the first items are.
        let bound = (self.left / self.size * 5 / 4).max(self.items);
        self.estimate().min(bound).min(self.items * factor).max(self.items / 8).max(1)
    }
}
