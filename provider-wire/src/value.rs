use std::fmt::Debug;

use serde::de::Deserialize;
use serde::ser::{Serialize, SerializeMap};

use crate::elements::read_elements;
use crate::{Fault, Kind, List, Reader};

/// A type that stands for one JSON value: a leaf, a record, a word of an enumeration.
///
/// Most types get it from the attributes [`record`](macro@crate::record), [`open_enum`](macro@crate::open_enum) or
/// [`string_id`](macro@crate::string_id).
pub trait Value: Serialize + for<'de> Deserialize<'de> + Clone + Debug + 'static {
    /// Reads the value; `None` where it is absent: `null`, for a leaf an empty text as well.
    ///
    /// # Errors
    /// Where the value is not of this type; the caller skips it.
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault>;

    /// Reads the value to the end of a list; `false` where it is absent. Large values are built in their place.
    ///
    /// # Errors
    /// As [`read`](Self::read), with the list as it was.
    #[inline]
    fn read_onto(list: &mut Vec<Self>, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        let value = Self::read(reader)?;
        let present = value.is_some();
        list.extend(value);
        Ok(present)
    }
}

/// What a field of a record may be: `Option<T>` or `List<T>`. Its `Default` is "absent".
#[diagnostic::on_unimplemented(
    message = "a field of a record is an `Option<T>` or a `List<T>` of a `Value`, not `{Self}`",
    label = "this member could not be absent, or not be read"
)]
pub trait Field: Default {
    /// Whether nothing was given.
    fn is_absent(&self) -> bool;

    /// Reads the member's value.
    ///
    /// # Errors
    /// Where the value is not of this type.
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault>;

    /// What `Debug` shows of a present field.
    fn shown(&self) -> &dyn Debug;
}

impl<T: Value> Field for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    #[inline(always)]
    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        T::read(reader)
    }

    fn shown(&self) -> &dyn Debug {
        match self {
            Some(value) => value,
            None => &"absent",
        }
    }
}

impl<T: Value> Field for List<T> {
    fn is_absent(&self) -> bool {
        !self.is_present()
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, Fault> {
        match reader.kind()? {
            Kind::Array => read_elements(reader).map(Self::from),
            Kind::Null => reader.is_null().map(|_| Self::default()),
            _ => reader.only_element().map(Self::from),
        }
    }

    fn shown(&self) -> &dyn Debug {
        self
    }
}

#[doc(hidden)]
pub fn write_field<F: Field + Serialize, M: SerializeMap>(
    out: &mut M,
    name: &'static str,
    field: &F,
) -> Result<(), M::Error> {
    if field.is_absent() { Ok(()) } else { out.serialize_entry(name, field) }
}
