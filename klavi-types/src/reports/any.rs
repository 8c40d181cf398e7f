//! A report of any product: what is made of the list of reports in the module above.

use provider_wire::{DecodeError, Decoded, Inspection, text_of};

use super::{AnyReport, READINGS};
#[cfg(feature = "json-schema")]
use crate::PersonType;
use crate::peek::peek;
use crate::{Product, ProductName};

/// How the reports with one type of content are read.
pub(super) struct Reading {
    /// Their products; none of the last reading, which takes the others.
    pub(super) products: &'static [ProductName],
    pub(super) decode: fn(&str) -> Result<Decoded<AnyReport>, DecodeError>,
    pub(super) inspect: fn(&[u8]) -> Result<Inspection<AnyReport>, DecodeError>,
    #[cfg(feature = "json-schema")]
    pub(super) schema: fn(&[&str]) -> serde_json::Value,
}

/// Makes [`AnyReport`] of its variants, each with the type of its content. The last one takes every other product.
macro_rules! any_report {
    ($( $(#[$meta:meta])* $variant:ident($content:ty), )*) => {
        /// A report of any product.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum AnyReport {
            $( $(#[$meta])* $variant(Box<Report<$content>>), )*
        }

        impl AnyReport {
            /// The members that every report has.
            pub fn head(&self) -> &Head {
                match self { $( Self::$variant(report) => &report.head, )* }
            }

            /// How many entries of statements, payments on credit contracts or movements of investments it holds.
            pub fn entry_count(&self) -> usize {
                match self { $( Self::$variant(report) => report.content.entry_count(), )* }
            }
        }

        impl serde::Serialize for AnyReport {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $( Self::$variant(report) => report.serialize(serializer), )* }
            }
        }

        const READINGS: &[any::Reading] = &[ $(
            any::Reading {
                products: <$content>::PRODUCTS,
                decode: |text| {
                    Ok(provider_wire::decode_text(text)?.map(|report| AnyReport::$variant(Box::new(report))))
                },
                inspect: |body| {
                    Ok(provider_wire::inspect(body)?.map(|report| AnyReport::$variant(Box::new(report))))
                },
                #[cfg(feature = "json-schema")]
                schema: |words| crate::schema::narrowed::<Report<$content>>(words, "/properties/productName"),
            },
        )* ];
    };
}

pub(super) use any_report;

fn reading(name: Option<ProductName>) -> &'static Reading {
    let of_name = |reading: &&Reading| name.is_some_and(|name| reading.products.contains(&name));
    READINGS.iter().find(of_name).unwrap_or(&READINGS[READINGS.len() - 1])
}

/// Reads a report: the product name chooses the type of its content, wherever in the body it stands.
///
/// A body without a known product name is an [`AnyReport::Untyped`]. Malformed fields are skipped, the rest is there.
///
/// # Errors
/// Where the body is no JSON object.
pub fn decode_report(body: &[u8]) -> Result<Decoded<AnyReport>, DecodeError> {
    let text = text_of(body)?;
    (reading(product_name(text)).decode)(text)
}

/// Reads a report the thorough way and says what was not understood.
///
/// # Errors
/// As [`decode_report`].
pub fn inspect_report(body: &[u8]) -> Result<Inspection<AnyReport>, DecodeError> {
    (reading(product_name(text_of(body)?)).inspect)(body)
}

/// The JSON Schema (draft 2020-12) of a product's reports, persons' and companies', as they are received.
///
/// `productName` is one of the product's two names; for the rest see [`json_schema`](crate::json_schema).
///
/// ```
/// use klavi_types::{ProductName, reports::report_schema};
///
/// let schema = report_schema(ProductName::Balance);
/// assert_eq!(schema["title"], "pf_balance, pj_balance");
/// assert_eq!(schema["properties"]["productName"]["enum"][0], "pf_balance");
/// ```
#[cfg(feature = "json-schema")]
pub fn report_schema(name: ProductName) -> serde_json::Value {
    let words = [PersonType::Personal, PersonType::Business].map(|person| Product::new(person, name));
    (reading(Some(name)).schema)(&words.each_ref().map(Product::as_str))
}

fn product_name(text: &str) -> Option<ProductName> {
    peek(text, &["productName"]).and_then(|name| Product::from(name.as_str()).name())
}
