use std::fmt;

/// A word outside the vocabulary, kept as it came.
///
/// Opaque on purpose: code that matched on its text would silently break when the word gets a variant of its own.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnknownValue(Thin);

/// One word of memory: an enumeration is as large as this, the rare variant of it.
type Thin = Box<String>;

impl UnknownValue {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("..")
    }
}

impl From<&str> for UnknownValue {
    fn from(word: &str) -> Self {
        Self(Box::new(word.to_owned()))
    }
}

/// Finds a word, first as documented, then in any case and under its other spellings.
#[doc(hidden)]
pub fn from_word<T: Clone>(table: &[(&str, T)], word: &str) -> Option<T> {
    table
        .iter()
        .find(|(known, _)| *known == word)
        .or_else(|| table.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)))
        .map(|(_, value)| value.clone())
}

/// Writes an enumeration that keeps words it does not know.
///
/// After `=>` stands the documented word, then other spellings that are read as well; case does not matter when
/// reading. The documented word is written. `Debug` shows the word, unless the enumeration is a `personal enum`.
///
/// ```
/// provider_wire::open_enum! {
///     /// Where a consent stands.
///     pub enum Status {
///         /// Granted.
///         Authorised => "AUTHORISED" | "AUTHORIZED",
///         /// Refused.
///         Rejected => "REJECTED",
///     }
/// }
///
/// assert_eq!(Status::from("authorized"), Status::Authorised);
/// let future = Status::from("PAUSED");
/// assert!(!future.is_known());
/// assert_eq!(future.as_str(), "PAUSED");
/// assert_eq!(format!("{:?} {future:?}", Status::Rejected), "REJECTED Unknown(..)");
///
/// provider_wire::open_enum! {
///     /// Marital status, which is personal.
///     pub personal enum MaritalStatus {
///         /// Married.
///         Married => "CASADO",
///     }
/// }
/// assert_eq!(format!("{:?}", MaritalStatus::Married), "MaritalStatus(..)");
/// ```
#[macro_export]
macro_rules! open_enum {
    (@debug open, $name:ident) => {
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self {
                    Self::Unknown(word) => f.debug_tuple("Unknown").field(word).finish(),
                    known => f.write_str(known.as_str()),
                }
            }
        }
    };
    (@debug personal, $name:ident) => {
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
    ($(#[$meta:meta])* $vis:vis personal enum $name:ident { $($values:tt)* }) => {
        $crate::open_enum! { @of personal, $(#[$meta])* $vis enum $name { $($values)* } }
    };
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($values:tt)* }) => {
        $crate::open_enum! { @of open, $(#[$meta])* $vis enum $name { $($values)* } }
    };
    (
        @of $debug:ident,
        $(#[$meta:meta])*
        $vis:vis enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident => $word:literal $(| $alias:literal)* , )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        $vis enum $name {
            $(
                $(#[$variant_meta])*
                #[doc = concat!("\n\nOn the wire `", $word, "`.")]
                $variant,
            )*
            /// A word that this version does not know.
            Unknown($crate::UnknownValue),
        }

        impl $name {
            /// Every known value.
            pub const ALL: &'static [Self] = &[$( Self::$variant, )*];

            const WORDS: &'static [(&'static str, Self)] =
                &[$( ($word, Self::$variant), $( ($alias, Self::$variant), )* )*];

            /// The documented word, or the unknown one as it came.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )*
                    Self::Unknown(word) => word.as_str(),
                }
            }

            /// Whether the word is in the vocabulary.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Unknown(_))
            }
        }

        impl ::core::convert::From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $( $word => Self::$variant, )*
                    _ => $crate::__private::from_word(Self::WORDS, word)
                        .unwrap_or_else(|| Self::Unknown(word.into())),
                }
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = ::core::convert::Infallible;

            fn from_str(word: &str) -> ::core::result::Result<Self, Self::Err> {
                Ok(word.into())
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.pad(self.as_str())
            }
        }

        $crate::open_enum!(@debug $debug, $name);

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                struct WordVisitor;

                impl $crate::__private::serde::de::Visitor<'_> for WordVisitor {
                    type Value = $name;

                    fn expecting(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                        f.write_str("text")
                    }

                    fn visit_str<E>(self, word: &str) -> ::core::result::Result<Self::Value, E> {
                        Ok(word.into())
                    }
                }

                deserializer.deserialize_str(WordVisitor)
            }
        }

        impl $crate::Value for $name {
            fn read(
                reader: &mut $crate::Reader<'_>,
            ) -> ::core::result::Result<::core::option::Option<Self>, $crate::Fault> {
                reader.word_of(|word| word.into(), Self::as_str, Self::is_known)
            }
        }

        $crate::value_schema!(@ $name, generator, {
            use $crate::schemars;

            $(#[$meta])*
            #[derive(schemars::JsonSchema)]
            #[allow(dead_code, reason = "derived from, never made")]
            struct Shape(::std::string::String);

            $crate::__private::open_words(
                <Shape as schemars::JsonSchema>::json_schema(generator),
                &[$( $word, )*],
            )
        });
    };
}
