//! Values into their places: what cannot be read is skipped, and what its place cannot take is kept.

use std::any::TypeId;
use std::borrow::Cow;

use super::{Fault, Order, Reader};
use crate::notes::Note;
use crate::{Extra, Field, Json, Kind, Raw, Value};

/// A member that was read under another spelling of its name.
#[derive(Debug)]
pub(super) struct Alias {
    documented: &'static str,
    /// Where its name and its value stand.
    name: usize,
    value: usize,
    /// What was noted before it.
    mark: usize,
}

/// What a reader puts aside while it is inside a record.
#[derive(Debug)]
pub(crate) struct Outer {
    order: usize,
    aliases: usize,
}

impl<'a> Reader<'a> {
    /// Begins the members of a record; returns in which order they are expected.
    #[inline]
    pub(crate) fn enter_record<R: 'static>(&mut self) -> (Outer, Order) {
        let record = TypeId::of::<R>();
        let known = self.orders.iter().position(|(of, _)| *of == record);
        let order = known.unwrap_or_else(|| {
            self.orders.push((record, Order::default()));
            self.orders.len() - 1
        });
        let aliases = std::mem::replace(&mut self.own_aliases, self.aliases.len());
        (Outer { order, aliases }, std::mem::take(&mut self.orders[order].1))
    }

    /// Ends them.
    #[inline]
    pub(crate) fn leave_record(&mut self, outer: &Outer, order: Order) {
        self.aliases.truncate(self.own_aliases);
        self.own_aliases = outer.aliases;
        self.orders[outer.order].1 = order;
    }

    /// Reads the member that is expected next, if it is the one that comes: sparing the search for its name.
    ///
    /// # Errors
    /// Where its value is no JSON.
    #[inline(always)]
    pub fn expected_member<F: Field>(&mut self, name: &'static str, slot: &mut F) -> Result<bool, Fault> {
        let expected = self.is_name(name);
        if expected {
            self.at += name.len() + 3;
            self.documented(name, slot)?;
        }
        Ok(expected)
    }

    /// Reads the value of a member under its documented name. Never inlined: fields of one type share it.
    #[inline(never)]
    fn documented<F: Field>(&mut self, name: &'static str, slot: &mut F) -> Result<(), Fault> {
        self.byte()?;
        let start = self.at;
        if slot.is_absent() { self.first(name, slot, start) } else { self.second(name, name, slot, start) }
    }

    /// Reads the value of a member into its field; `documented` is the name by which it is written. What cannot be
    /// read is skipped and reported.
    ///
    /// Of a field that stands twice the first counts, and the second is reported as malformed. Where one stands under
    /// its documented name and one under another spelling, the documented one counts; the other is kept for
    /// [`keep_rest`](Self::keep_rest).
    ///
    /// # Errors
    /// Where it is no JSON.
    #[inline]
    pub fn member<F: Field>(
        &mut self,
        name: &str,
        documented: &'static str,
        slot: &mut F,
    ) -> Result<(), Fault> {
        let name_at = self.name_at;
        self.byte()?;
        let start = self.at;
        if !slot.is_absent() {
            return self.second(name, documented, slot, start);
        }
        let mark = self.notes.mark();
        self.first(name, slot, start)?;
        if name != documented {
            self.notes.push_thorough(start, Note::Member(documented));
            if !slot.is_absent() {
                self.aliases.push(Alias { documented, name: name_at, value: start, mark });
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn first<F: Field>(&mut self, name: &str, slot: &mut F, start: usize) -> Result<(), Fault> {
        let mark = self.notes.mark();
        match F::read(self) {
            Ok(value) => *slot = value,
            Err(Fault::Unfit(expected)) => self.skip_member(name, start, mark, Note::Unfit(expected))?,
            Err(Fault::Syntax) => return Err(Fault::Syntax),
        }
        Ok(())
    }

    /// A member whose field has a value.
    #[cold]
    fn second<F: Field>(
        &mut self,
        name: &str,
        documented: &'static str,
        slot: &mut F,
        start: usize,
    ) -> Result<(), Fault> {
        if self.is_null()? {
            return Ok(());
        }
        let mark = self.notes.mark();
        let own = &self.aliases[self.own_aliases..];
        let alias = own.iter().position(|alias| alias.documented == documented);
        let Some(alias) = alias.map(|alias| self.own_aliases + alias) else {
            return if name == documented {
                self.skip_member(name, start, mark, Note::Twice)
            } else {
                self.keep_member(name, start, mark)
            };
        };
        if name != documented {
            let twice = self.named_at(self.aliases[alias].name)?.0 == name;
            return if twice {
                self.skip_member(name, start, mark, Note::Twice)
            } else {
                self.keep_member(name, start, mark)
            };
        }
        match F::read(self) {
            Ok(value) if value.is_absent() => {}
            Ok(value) => {
                *slot = value;
                let alias = self.aliases.swap_remove(alias);
                let (name, raw) = self.named_at(alias.name)?;
                self.kept.push((name.into(), Json::from_raw(raw)));
                self.notes.forget(alias.mark, &(alias.value..alias.value + raw.get().len()));
                self.notes.push_thorough(alias.value, Note::Unmapped);
            }
            Err(Fault::Unfit(expected)) => self.skip_member(name, start, mark, Note::Unfit(expected))?,
            Err(Fault::Syntax) => return Err(Fault::Syntax),
        }
        Ok(())
    }

    /// The member whose name stands at a position that was passed.
    fn named_at(&self, position: usize) -> Result<(Cow<'a, str>, Raw<'a>), Fault> {
        let mut reader = Reader::new(&self.text[position..]);
        Ok((reader.name()?, reader.skip()?))
    }

    /// Moves the members that their fields could not take, with their names, to `extra`. A [`Value`] that reads members
    /// into fields by hand calls it behind each; records do it by themselves.
    pub fn keep_rest(&mut self, extra: &mut Extra) {
        self.kept.drain(..).for_each(|(name, value)| extra.push(&name, value));
    }

    #[inline(always)]
    pub(crate) fn has_rest(&self) -> bool {
        !self.kept.is_empty()
    }

    /// Reads an element to the end of a list, or skips it.
    ///
    /// # Errors
    /// Where it is no JSON.
    #[inline]
    pub(crate) fn element_onto<T: Value>(&mut self, list: &mut Vec<T>) -> Result<(), Fault> {
        self.byte()?;
        let (start, mark) = (self.at, self.notes.mark());
        match T::read_onto(list, self) {
            Ok(true) => Ok(()),
            Ok(false) => self.skip_value(start, mark, Note::NoValue),
            Err(Fault::Unfit(expected)) => self.skip_value(start, mark, Note::Unfit(expected)),
            Err(Fault::Syntax) => Err(Fault::Syntax),
        }
    }

    /// Reads a value that may be absent, or skips it.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub(crate) fn optional<T: Value>(&mut self) -> Result<Option<T>, Fault> {
        self.byte()?;
        let (start, mark) = (self.at, self.notes.mark());
        match T::read(self) {
            Err(Fault::Unfit(expected)) => self.skip_value(start, mark, Note::Unfit(expected)).map(|()| None),
            read => read,
        }
    }

    /// Reads one object in place of a list of objects.
    ///
    /// # Errors
    /// Where it is none, or not of that type.
    #[cold]
    pub(crate) fn only_element<T: Value>(&mut self) -> Result<Vec<T>, Fault> {
        const EXPECTED: Fault = Fault::Unfit("an array");
        if self.kind()? != Kind::Object {
            return Err(EXPECTED);
        }
        let start = self.at;
        match T::read(self) {
            Ok(element) => {
                self.notes.push_thorough(start, Note::OnlyElement);
                Ok(element.into_iter().collect())
            }
            Err(Fault::Unfit(_)) => Err(EXPECTED),
            Err(Fault::Syntax) => Err(Fault::Syntax),
        }
    }

    /// Reads the value of a member that no field holds, noting it in a thorough reading.
    pub(crate) fn unmapped(&mut self) -> Result<Raw<'a>, Fault> {
        self.byte()?;
        let start = self.at;
        let raw = self.skip()?;
        self.notes.push_thorough(start, Note::Unmapped);
        Ok(raw)
    }

    fn keep_member(&mut self, name: &str, start: usize, mark: usize) -> Result<(), Fault> {
        self.at = start;
        self.notes.back_to(mark);
        let raw = self.unmapped()?;
        self.kept.push((name.into(), Json::from_raw(raw)));
        Ok(())
    }

    #[cold]
    fn skip_member(&mut self, name: &str, start: usize, mark: usize, note: Note) -> Result<(), Fault> {
        if self.keeps { self.keep_member(name, start, mark) } else { self.skip_value(start, mark, note) }
    }

    /// Goes back to the start of a value and over it; what was noted inside it does not count.
    #[cold]
    fn skip_value(&mut self, start: usize, mark: usize, note: Note) -> Result<(), Fault> {
        self.at = start;
        self.skip()?;
        self.notes.back_to(mark);
        self.notes.push(start, note);
        Ok(())
    }
}
