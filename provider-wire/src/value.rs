use std::fmt::Debug;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, MapAccess};
use serde::ser::{Serialize, SerializeMap};

use crate::raw::{Kind, Raw};
use crate::{List, Repair};

/// A type that stands for one JSON value: a leaf, a record, a word of an enumeration.
///
/// Most types get it from [`record!`](crate::record), [`open_enum!`](crate::open_enum) or
/// [`string_id!`](crate::string_id).
pub trait Value: Serialize + for<'de> Deserialize<'de> + Clone + Debug + 'static {
    /// Reads the value; `None` where it is absent (`null`; for some leaves also an empty text).
    ///
    /// # Errors
    /// Where the value is not of this type.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        Option::deserialize(deserializer)
    }

    /// Reads what can be read and sets the rest aside. Leaves have nothing between all and nothing.
    fn repair(raw: Raw<'_>, repair: &mut Repair) -> Option<Self> {
        repair.leaf(raw)
    }
}

/// What a field of a record may be: `Option<T>` or `List<T>`. Its `Default` is "absent".
pub trait Field: Default {
    /// Whether nothing was given.
    fn is_absent(&self) -> bool;

    /// Reads the member's value.
    ///
    /// # Errors
    /// Where the value is not of this type.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;

    /// Reads what can be read and sets the rest aside.
    fn repair(raw: Raw<'_>, repair: &mut Repair) -> Self;

    /// What `Debug` shows of a present field.
    fn shown(&self) -> &dyn Debug;
}

impl<T: Value> Field for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer)
    }

    fn repair(raw: Raw<'_>, repair: &mut Repair) -> Self {
        if raw.kind() == Kind::Null { None } else { T::repair(raw, repair) }
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

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<Vec<T>>::deserialize(deserializer).map(Self::from)
    }

    fn repair(raw: Raw<'_>, repair: &mut Repair) -> Self {
        match raw.kind() {
            Kind::Null => Self::default(),
            _ => Self::from(repair.elements(raw)),
        }
    }

    fn shown(&self) -> &dyn Debug {
        self
    }
}

/// Reads the value of the member whose name was just read. A second one of the same name is an error, so that the
/// repair can set it aside instead of one silently winning.
#[doc(hidden)]
pub fn next_field<'de, F: Field, A: MapAccess<'de>>(slot: &mut F, map: &mut A) -> Result<(), A::Error> {
    struct Seed<F>(PhantomData<F>);

    impl<'de, F: Field> DeserializeSeed<'de> for Seed<F> {
        type Value = F;

        fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<F, D::Error> {
            F::read(deserializer)
        }
    }

    let value: F = map.next_value_seed(Seed(PhantomData))?;
    if !slot.is_absent() && !value.is_absent() {
        return Err(serde::de::Error::custom("a member stands twice"));
    }
    if !value.is_absent() {
        *slot = value;
    }
    Ok(())
}

#[doc(hidden)]
pub fn write_field<F: Field + Serialize, M: SerializeMap>(
    out: &mut M,
    name: &'static str,
    field: &F,
) -> Result<(), M::Error> {
    if field.is_absent() { Ok(()) } else { out.serialize_entry(name, field) }
}
