use std::fmt;

use provider_wire::{DecodeError, Decoded, Inspection, decode, inspect, text_of};
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use super::{BalanceReport, CategorizedCheckingL3, Content, Head, IdentityReport, Report, Untyped};
use crate::{Product, ProductName};

macro_rules! any_report {
    ($( $(#[$meta:meta])* $variant:ident($content:ty), )*) => {
        /// A report of whatever product, told by its name.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum AnyReport {
            $( $(#[$meta])* $variant(Box<Report<$content>>), )*
            /// A product without a type here; its data stays in [`Report::extra`].
            Untyped(Box<Report<Untyped>>),
        }

        impl AnyReport {
            /// What every report has.
            pub fn head(&self) -> &Head {
                match self {
                    $( Self::$variant(report) => &report.head, )*
                    Self::Untyped(report) => &report.head,
                }
            }
        }

        impl Serialize for AnyReport {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$variant(report) => report.serialize(serializer), )*
                    Self::Untyped(report) => report.serialize(serializer),
                }
            }
        }

        /// Reads a report: the product name chooses the type of its content, wherever in the body it stands.
        ///
        /// A body without a known product name is an [`AnyReport::Untyped`]. Leaves that cannot be read are set
        /// aside, the rest is there.
        ///
        /// # Errors
        /// Where the body is no JSON object.
        pub fn decode_report(body: &[u8]) -> Result<Decoded<AnyReport>, DecodeError> {
            let name = product_name(text_of(body)?);
            $(
                if name.is_some_and(|name| <$content>::PRODUCTS.contains(&name)) {
                    return Ok(decode(body)?.map(|report| AnyReport::$variant(Box::new(report))));
                }
            )*
            Ok(decode(body)?.map(|report| AnyReport::Untyped(Box::new(report))))
        }

        /// Reads a report the thorough way and says what was not understood.
        ///
        /// # Errors
        /// As [`decode_report`].
        pub fn inspect_report(body: &[u8]) -> Result<Inspection<AnyReport>, DecodeError> {
            let name = product_name(text_of(body)?);
            $(
                if name.is_some_and(|name| <$content>::PRODUCTS.contains(&name)) {
                    return Ok(inspect(body)?.map(|report| AnyReport::$variant(Box::new(report))));
                }
            )*
            Ok(inspect(body)?.map(|report| AnyReport::Untyped(Box::new(report))))
        }
    };
}

any_report! {
    /// Checking accounts with categorised entries.
    CategorizedCheckingL3(CategorizedCheckingL3),
    /// Accounts with balances.
    Balance(BalanceReport),
    /// Registration data.
    Identity(IdentityReport),
}

impl AnyReport {
    /// How many statement entries it holds.
    pub fn entry_count(&self) -> usize {
        match self {
            Self::CategorizedCheckingL3(report) => {
                report.content.checking_accounts.iter().map(|account| account.entries.len()).sum()
            }
            Self::Balance(_) | Self::Identity(_) | Self::Untyped(_) => 0,
        }
    }
}

/// The product name, read without looking further than it stands: near the front in every example, so this costs
/// next to nothing before the content is read in one go.
fn product_name(text: &str) -> Option<ProductName> {
    let mut found = None;
    // Stopping early leaves the parser in the middle of the object, which it reports; `found` is the answer.
    let _ = serde_json::Deserializer::from_str(text).deserialize_map(Peek(&mut found));
    found.and_then(|product| product.name())
}

struct Peek<'a>(&'a mut Option<Product>);

impl<'de> Visitor<'de> for Peek<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            if name == "productName" {
                *self.0 = map.next_value()?;
                return Ok(());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}
