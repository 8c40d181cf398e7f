/// What stands behind the types of fields that come in several forms: `$name(Json)`, written as it came, of which
/// `$accepts` says whether it can be read. An empty text counts as absent.
macro_rules! kept_as_it_came {
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
                <Self as ::provider_wire::Value>::read(deserializer)?.ok_or_else(|| {
                    <D::Error as ::serde::de::Error>::custom(concat!("absent, expected ", $expected))
                })
            }
        }

        impl ::provider_wire::Value for $name {
            fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
                let Some(value) = <::provider_wire::Json as ::provider_wire::Value>::read(deserializer)?
                else {
                    return Ok(None);
                };
                let value = Self(value);
                let accepts: fn(&Self) -> bool = $accepts;
                match value.0.get() {
                    "\"\"" => Ok(None),
                    _ if accepts(&value) => Ok(Some(value)),
                    _ => Err(<D::Error as ::serde::de::Error>::custom(concat!(
                        "unreadable, expected ",
                        $expected
                    ))),
                }
            }
        }
    };
}

pub(super) use kept_as_it_came;
