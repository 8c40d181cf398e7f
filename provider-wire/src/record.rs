use serde::ser::{SerializeMap, Serializer};

use crate::reader::Order;
use crate::{Extra, Fault, Json, Members, Reader};

/// A JSON object as a struct in which every field may be absent and unknown members survive.
///
/// Written by [`record!`](crate::record). By hand only for a type that puts two records into one JSON object.
pub trait Record: Default + 'static {
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

    /// The place of a documented member, from which on others are expected.
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

/// Writes a struct for a JSON object, with its reading, writing and closed `Debug`.
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
            fn read_member(
                &mut self,
                name: &str,
                reader: &mut $crate::Reader<'_>,
            ) -> ::core::result::Result<bool, $crate::Fault> {
                match name {
                    $(
                        $wire $(| $alias)* => {
                            reader.member(name, $wire, &mut self.$field)?;
                            Ok(true)
                        }
                    )*
                    _ => {
                        $( if $crate::Record::read_member(&mut self.$spread, name, reader)? { return Ok(true); } )*
                        let _ = reader;
                        Ok(false)
                    }
                }
            }

            #[inline]
            fn read_expected(
                &mut self,
                place: usize,
                reader: &mut $crate::Reader<'_>,
            ) -> ::core::result::Result<bool, $crate::Fault> {
                let members = 0;
                $(
                    if place == members {
                        return reader.expected_member($wire, &mut self.$field);
                    }
                    let members = members + 1;
                )*
                let _ = (place, reader, members);
                Ok(false)
            }

            fn place(name: &str) -> ::core::option::Option<usize> {
                const NAMES: &[&str] = &[$( $wire, )*];
                NAMES.iter().position(|documented| *documented == name)
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
            fn read(
                reader: &mut $crate::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, $crate::Fault> {
                $crate::read_record(reader)
            }

            fn read_onto(
                list: &mut ::std::vec::Vec<Self>,
                reader: &mut $crate::Reader<'_>,
            ) -> ::core::result::Result<bool, $crate::Fault> {
                $crate::read_record_onto(list, reader)
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
                $crate::deserialize(deserializer)
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

        $crate::value_schema!(@ $name, generator, {
            use $crate::schemars;

            $(#[$meta])*
            #[derive(schemars::JsonSchema)]
            #[allow(dead_code, reason = "derived from, never made")]
            struct Shape {
                $( #[schemars(flatten)] $spread: $spread_type, )*
                $(
                    $(#[$field_meta])*
                    $( #[doc = concat!("\n\nAlso spelt `", $alias, "`.")] )*
                    #[schemars(rename = $wire)]
                    $field: $type,
                )*
            }

            $crate::__private::all_optional(<Shape as schemars::JsonSchema>::json_schema(generator))
        });
    };
}
