#[cfg(feature = "json-schema")]
use provider_wire::schemars::JsonSchema;
use provider_wire::{DecodeError, Decoded, Inspection, decode, inspect, record, text_of};
use serde::ser::{Serialize, Serializer};

use super::{
    Balance, CategoryChecking, CategoryCreditcard, DataHead, FinancialInsight, Identity, Income, KLabel,
    LegacyData, LegacyHead, LegacyReport, LegacyReportType, Liabilities, ScoreK1,
};
use crate::ProductReportId;
use crate::peek::peek;
#[cfg(feature = "json-schema")]
use crate::schema::narrowed;

/// The `data` of a product of which only the name is known: the product stays in [`extra`](Self::extra), as it
/// came.
#[record]
pub struct UntypedData {
    #[wire(flatten)]
    pub head: DataHead,
}

impl LegacyData for UntypedData {
    fn head(&self) -> &DataHead {
        &self.head
    }
}

/// The report types with a type of their own; report type, variant and type bear the same name.
macro_rules! any_legacy_report {
    ($( $(#[$meta:meta])* $product:ident, )*) => {
        /// A report of the first generation of whatever product, told by its report type.
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum AnyLegacyReport {
            $( $(#[$meta])* $product(Box<LegacyReport<$product>>), )*
            /// A product without a type here, or a failure without data.
            Untyped(Box<LegacyReport<UntypedData>>),
        }

        impl AnyLegacyReport {
            /// What stands beside `data`.
            pub fn head(&self) -> &LegacyHead {
                match self {
                    $( Self::$product(report) => &report.head, )*
                    Self::Untyped(report) => &report.head,
                }
            }

            /// What stands beside the product in `data`; `None` where there is no `data`.
            pub fn data_head(&self) -> Option<&DataHead> {
                match self {
                    $( Self::$product(report) => report.data.as_ref().map(LegacyData::head), )*
                    Self::Untyped(report) => report.data.as_ref().map(LegacyData::head),
                }
            }
        }

        impl Serialize for AnyLegacyReport {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self {
                    $( Self::$product(report) => report.serialize(serializer), )*
                    Self::Untyped(report) => report.serialize(serializer),
                }
            }
        }

        $(
            impl LegacyData for $product {
                fn head(&self) -> &DataHead {
                    &self.head
                }
            }
        )*

        /// Reads a report of the first generation: `data.report_type` chooses the type of its data.
        ///
        /// A body without a known report type is an [`AnyLegacyReport::Untyped`]. Leaves that cannot be read are
        /// set aside, the rest is there.
        ///
        /// # Errors
        /// Where the body is no JSON object.
        pub fn decode_legacy_report(body: &[u8]) -> Result<Decoded<AnyLegacyReport>, DecodeError> {
            match report_type(text_of(body)?) {
                $(
                    Some(LegacyReportType::$product) => {
                        Ok(decode(body)?.map(|report| AnyLegacyReport::$product(Box::new(report))))
                    }
                )*
                _ => Ok(decode(body)?.map(|report| AnyLegacyReport::Untyped(Box::new(report)))),
            }
        }

        /// The JSON Schema (draft 2020-12) of the reports of a report type as they are received.
        ///
        /// `data.report_type` is that word; for the rest see [`json_schema`](crate::json_schema).
        #[cfg(feature = "json-schema")]
        pub fn legacy_report_schema(report_type: &LegacyReportType) -> serde_json::Value {
            match report_type {
                $( LegacyReportType::$product => schema_of::<$product>(report_type), )*
                _ => schema_of::<UntypedData>(report_type),
            }
        }

        /// Reads a report of the first generation the thorough way and says what was not understood.
        ///
        /// # Errors
        /// As [`decode_legacy_report`].
        pub fn inspect_legacy_report(body: &[u8]) -> Result<Inspection<AnyLegacyReport>, DecodeError> {
            match report_type(text_of(body)?) {
                $(
                    Some(LegacyReportType::$product) => {
                        Ok(inspect(body)?.map(|report| AnyLegacyReport::$product(Box::new(report))))
                    }
                )*
                _ => Ok(inspect(body)?.map(|report| AnyLegacyReport::Untyped(Box::new(report)))),
            }
        }
    };
}

any_legacy_report! {
    /// Checking accounts with categorised entries.
    CategoryChecking,
    /// Credit cards with categorised entries.
    CategoryCreditcard,
    /// Recurring income.
    Income,
    /// Recurring liabilities.
    Liabilities,
    /// Cash flow, credit and card spending in figures.
    FinancialInsight,
    /// Score.
    ScoreK1,
    /// Registration data.
    Identity,
    /// Balances and limits.
    Balance,
    /// Computed variables.
    KLabel,
}

impl AnyLegacyReport {
    /// The product.
    pub fn report_type(&self) -> Option<&LegacyReportType> {
        self.data_head()?.report_type.as_ref()
    }

    /// The key that makes handling idempotent: the id in `data`, else that beside it.
    pub fn report_id(&self) -> Option<&ProductReportId> {
        let in_data = self.data_head().and_then(|head| head.report_id.as_ref());
        in_data.or(self.head().report_id.as_ref())
    }
}

#[cfg(feature = "json-schema")]
fn schema_of<D: JsonSchema + LegacyData>(report_type: &LegacyReportType) -> serde_json::Value {
    let place = format!("/$defs/{}/properties/report_type", D::schema_name());
    let mut schema = narrowed::<LegacyReport<D>>(&[report_type.as_str()], &place);
    // Nothing refers to the open list of words any more.
    if let Some(definitions) = schema["$defs"].as_object_mut() {
        definitions.remove(&*LegacyReportType::schema_name());
    }
    schema
}

fn report_type(text: &str) -> Option<LegacyReportType> {
    peek(text, &["data", "report_type"]).map(|word| word.as_str().into())
}
