/// Implements a newtype of raw JSON for fields that come in several forms: `$name(Json)`, written as received, of which
/// `$accepts` says whether it can be read. An empty text counts as absent.
macro_rules! raw_json_newtype {
    ($name:ident, $accepts:expr, $expected:literal) => {
        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                ::provider_wire::deserialize(deserializer)
            }
        }

        impl ::provider_wire::Value for $name {
            fn read(
                reader: &mut ::provider_wire::Reader<'_>,
            ) -> Result<Option<Self>, ::provider_wire::Fault> {
                let Some(value) = <::provider_wire::Json as ::provider_wire::Value>::read(reader)? else {
                    return Ok(None);
                };
                let value = Self(value);
                let accepts: fn(&Self) -> bool = $accepts;
                match value.0.get() {
                    "\"\"" => Ok(None),
                    _ if accepts(&value) => Ok(Some(value)),
                    _ => Err(::provider_wire::Fault::Unfit($expected)),
                }
            }
        }
    };
}

pub(super) use raw_json_newtype;
