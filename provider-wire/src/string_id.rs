/// Writes a newtype for an id that the provider gave: opaque text, never refused for its shape.
///
/// `Display` shows it, so that it can be logged on purpose; `Debug` does not, so that nothing is logged by chance.
///
/// ```
/// provider_wire::string_id! {
///     /// Id of a link.
///     pub struct LinkId;
/// }
/// let id = LinkId::from("4437b139");
/// assert_eq!(id.to_string(), "4437b139");
/// assert_eq!(format!("{id:?}"), "LinkId(..)");
/// ```
#[macro_export]
macro_rules! string_id {
    ($( $(#[$meta:meta])* $vis:vis struct $name:ident; )*) => { $(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        $vis struct $name($crate::Text);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.into())
            }
        }

        impl ::core::convert::From<String> for $name {
            fn from(id: String) -> Self {
                Self(id.into())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(id: &str) -> ::core::result::Result<Self, Self::Err> {
                Ok(id.into())
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::__private::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::__private::serde::Deserialize::deserialize(deserializer).map(Self)
            }
        }

        impl $crate::Value for $name {
            fn read(
                reader: &mut $crate::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, $crate::Fault> {
                <$crate::Text as $crate::Value>::read(reader).map(|id| id.map(Self))
            }
        }

        $crate::value_schema!(@ $name, generator, {
            use $crate::schemars;

            $(#[$meta])*
            #[derive(schemars::JsonSchema)]
            #[allow(dead_code, reason = "derived from, never made")]
            struct Shape(::std::string::String);

            $crate::__private::text_or_number(<Shape as schemars::JsonSchema>::json_schema(generator))
        });
    )* };
}
