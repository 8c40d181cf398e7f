use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};

use crate::raw::{Key, Raw};
use crate::{Extra, Json, Repair};

/// A JSON object as a struct in which every field may be absent and unknown members survive.
///
/// Written by [`record!`](crate::record). By hand only for a type that puts two records into one JSON object.
pub trait Record: Default {
    /// Reads the value of a member it knows; `false`, with nothing read, where it does not know the name.
    ///
    /// # Errors
    /// Where the value is not of the member's type.
    fn read_member<'de, A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error>;

    /// The same from the member's text; what cannot be read is set aside.
    fn repair_member(&mut self, name: &str, raw: Raw<'_>, repair: &mut Repair) -> bool;

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

/// `Deserialize` of a record.
///
/// # Errors
/// Where the value is no object, or a member is not of its type.
pub fn read_record<'de, R: Record, D: Deserializer<'de>>(deserializer: D) -> Result<R, D::Error> {
    struct RecordVisitor<R>(PhantomData<R>);

    impl<'de, R: Record> Visitor<'de> for RecordVisitor<R> {
        type Value = R;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<R, A::Error> {
            let mut record = R::default();
            while let Some(Key(name)) = map.next_key()? {
                if !record.read_member(&name, &mut map)? {
                    let value: Json = map.next_value()?;
                    record.extra_mut().push(&name, value);
                }
            }
            Ok(record)
        }
    }

    deserializer.deserialize_map(RecordVisitor(PhantomData))
}

/// [`Value::repair`](crate::Value::repair) of a record.
pub fn repair_record<R: Record>(raw: Raw<'_>, repair: &mut Repair) -> Option<R> {
    let Some(members) = raw.members() else {
        repair.set_aside(raw, "not an object");
        return None;
    };
    let mut record = R::default();
    for (name, value) in members {
        if !record.repair_member(&name, value, repair) {
            repair.unmapped(&name);
            record.extra_mut().push(&name, Json::from_raw(value));
        }
    }
    Some(record)
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

/// Writes a struct for a JSON object, with its reading, writing, repair and closed `Debug`.
///
/// A field is `Option<T>` or [`List<T>`](crate::List); after `=>` stands the documented member name, then other
/// spellings that are read as well. `..name: Type` takes in all members of another record.
///
/// ```
/// use provider_wire::{Text, record};
///
/// record! {
///     /// The bank.
///     pub struct Bank {
///         /// Its code.
///         pub code: Option<Text> => "code" | "bankCode",
///     }
/// }
///
/// let bank: Bank = serde_json::from_str(r#"{"bankCode":"033"}"#).unwrap();
/// assert_eq!(serde_json::to_string(&bank).unwrap(), r#"{"code":"033"}"#);
/// assert_eq!(format!("{bank:?}"), "Bank { code: Text(..) }");
/// ```
#[macro_export]
macro_rules! record {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $( ..$spread:ident : $spread_type:ty , )*
            $( $(#[$field_meta:meta])* pub $field:ident : $type:ty => $wire:literal $(| $alias:literal)* , )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Default, PartialEq)]
        #[non_exhaustive]
        $vis struct $name {
            $(
                #[doc = concat!("The members of [`", stringify!($spread_type), "`], which stand in the same object.")]
                pub $spread: $spread_type,
            )*
            $( $(#[$field_meta])* pub $field: $type, )*
            extra: $crate::Extra,
        }

        impl $name {
            /// The members of the JSON object that no field holds, as they came.
            $vis fn extra(&self) -> &$crate::Extra {
                &self.extra
            }
        }

        impl $crate::Record for $name {
            fn read_member<'de, A: $crate::__private::serde::de::MapAccess<'de>>(
                &mut self,
                name: &str,
                map: &mut A,
            ) -> ::core::result::Result<bool, A::Error> {
                match name {
                    $(
                        $wire $(| $alias)* => {
                            $crate::__private::next_field(&mut self.$field, map)?;
                            Ok(true)
                        }
                    )*
                    _ => {
                        $( if $crate::Record::read_member(&mut self.$spread, name, map)? { return Ok(true); } )*
                        let _ = map;
                        Ok(false)
                    }
                }
            }

            fn repair_member(
                &mut self,
                name: &str,
                raw: $crate::Raw<'_>,
                repair: &mut $crate::Repair,
            ) -> bool {
                match name {
                    $(
                        $wire $(| $alias)* => {
                            repair.member(name, $wire, raw, &mut self.$field);
                            true
                        }
                    )*
                    _ => {
                        $(
                            if $crate::Record::repair_member(&mut self.$spread, name, raw, repair) {
                                return true;
                            }
                        )*
                        let _ = (raw, repair);
                        false
                    }
                }
            }

            fn write_members<M: $crate::__private::serde::ser::SerializeMap>(
                &self,
                out: &mut M,
            ) -> ::core::result::Result<(), M::Error> {
                $( $crate::Record::write_members(&self.$spread, out)?; )*
                $( $crate::__private::write_field(out, $wire, &self.$field)?; )*
                self.extra.write(out)
            }

            fn extra(&self) -> &$crate::Extra {
                &self.extra
            }

            fn extra_mut(&mut self) -> &mut $crate::Extra {
                &mut self.extra
            }
        }

        impl $crate::Value for $name {
            fn repair(raw: $crate::Raw<'_>, repair: &mut $crate::Repair) -> Option<Self> {
                $crate::repair_record(raw, repair)
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::write_record(self, serializer)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::read_record(deserializer)
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let mut out = f.debug_struct(stringify!($name));
                $( out.field(stringify!($spread), &self.$spread); )*
                $(
                    if !$crate::Field::is_absent(&self.$field) {
                        out.field(stringify!($field), $crate::Field::shown(&self.$field));
                    }
                )*
                if !self.extra.is_empty() {
                    out.field("extra", &self.extra);
                }
                out.finish()
            }
        }
    };
}
