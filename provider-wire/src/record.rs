use serde::ser::{SerializeMap, Serializer};

use crate::reader::Order;
use crate::{Extra, Fault, Json, Members, Reader};

/// A JSON object as a struct in which every field may be absent and unknown members survive.
///
/// Implemented by the attribute [`record`](macro@crate::record). By hand only for a type that puts two records into one
/// JSON object.
pub trait Record: Default + 'static {
    /// How many documented members it has, those of flattened records included: the places go from 0 up to here.
    const MEMBERS: usize = 0;

    /// Reads the value of a member it knows; `false`, with nothing read, where it does not know the name.
    ///
    /// # Errors
    /// Where the value is no JSON. One that is of another type is set aside.
    fn read_member(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<bool, Fault>;

    /// Reads the documented member of that place, name and value, if it comes next; `false`, with nothing read, where
    /// another comes. Members mostly come in their documented order, which this makes use of.
    ///
    /// # Errors
    /// As [`read_member`](Self::read_member).
    #[inline]
    fn read_expected(&mut self, place: usize, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        let _ = (place, reader);
        Ok(false)
    }

    /// The place of the member of that name, behind which others are expected.
    #[inline]
    fn place(name: &str) -> Option<usize> {
        let _ = name;
        None
    }

    /// Writes the members that are present, unknown ones last.
    ///
    /// # Errors
    /// Those of the serializer.
    fn write_members<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error>;

    /// The members nobody knows.
    fn extra(&self) -> &Extra;

    /// The members nobody knows, to add to.
    fn extra_mut(&mut self) -> &mut Extra;
}

/// [`Value::read`](crate::Value::read) of a record.
///
/// # Errors
/// Where the value is no object.
pub fn read_record<R: Record>(reader: &mut Reader<'_>) -> Result<Option<R>, Fault> {
    if reader.is_null()? {
        return Ok(None);
    }
    let members = reader.enter_object()?;
    let mut record = R::default();
    read_members(&mut record, members, reader)?;
    Ok(Some(record))
}

/// [`Value::read_onto`](crate::Value::read_onto) of a record.
///
/// # Errors
/// Where the value is no object.
pub fn read_record_onto<R: Record>(list: &mut Vec<R>, reader: &mut Reader<'_>) -> Result<bool, Fault> {
    if reader.is_null()? {
        return Ok(false);
    }
    let members = reader.enter_object()?;
    list.push(R::default());
    if let Some(record) = list.last_mut() {
        read_members(record, members, reader)?;
    }
    Ok(true)
}

fn read_members<R: Record>(
    record: &mut R,
    mut members: Members,
    reader: &mut Reader<'_>,
) -> Result<(), Fault> {
    let (outer, mut order) = reader.enter_record::<R>();
    // How many documented members there are up to the last one that came.
    let mut place = 0;
    while members.advance(reader)? {
        let mut expected = order.behind(place);
        // Members may be missing: the next few documented ones are tried, too.
        let mut ahead = place..place + Order::AHEAD;
        while !record.read_expected(expected, reader)? {
            if let Some(next) = ahead.next() {
                expected = next;
                continue;
            }
            expected = read_unexpected(record, reader)?.unwrap_or(NO_PLACE);
            if expected != NO_PLACE {
                order.learn(place, expected);
            }
            break;
        }
        if expected != NO_PLACE {
            place = expected + 1;
        }
        if reader.has_rest() {
            reader.keep_rest(record.extra_mut());
        }
    }
    reader.leave_record(&outer, order);
    Ok(())
}

const NO_PLACE: usize = usize::MAX;

/// Reads a member by its name; returns its place among the documented ones, if it has one.
#[inline(never)]
fn read_unexpected<R: Record>(record: &mut R, reader: &mut Reader<'_>) -> Result<Option<usize>, Fault> {
    let name = reader.name()?;
    if record.read_member(&name, reader)? {
        return Ok(R::place(&name));
    }
    let value = Json::from_raw(reader.unmapped()?);
    record.extra_mut().push(&name, value);
    Ok(None)
}

/// `Serialize` of a record.
///
/// # Errors
/// Those of the serializer.
pub fn write_record<R: Record, S: Serializer>(record: &R, serializer: S) -> Result<S::Ok, S::Error> {
    let mut out = serializer.serialize_map(None)?;
    record.write_members(&mut out)?;
    out.end()
}
