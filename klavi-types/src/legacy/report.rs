use std::fmt;

use provider_wire::{
    DateTime, Extra, Fault, Json, Reader, Record, Text, Value, deserialize, if_json_schema, open_enum,
    read_record, record, write_record,
};
use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::api::OpenDataCode;
use crate::{InstitutionCode, ProductReportId};

/// What stands beside `data` in a report of the first generation (docs.klavi.ai/produtos; `action`,
/// `query_param` and this `report_id` observed).
#[record]
pub struct LegacyHead {
    /// Return code. Not an HTTP status.
    pub code: Option<OpenDataCode>,
    /// Text to the code, `ok`.
    pub msg: Option<Text>,
    /// `save`; only in some products.
    pub action: Option<Text>,
    /// When the report was made, without a zone.
    pub report_time: Option<DateTime>,
    /// In `score_k1` only, and another id than that in `data`.
    pub report_id: Option<ProductReportId>,
    /// Your own parameters of the Link URL.
    pub query_param: Option<Json>,
}

/// What stands beside the product in `data` (docs.klavi.ai/produtos).
#[record]
pub struct DataHead {
    /// CPF, 11 digits.
    pub enquiry_cpf: Option<Text>,
    /// Whether the user consented.
    pub user_consent: Option<YesNo>,
    /// Whether the user allows automatic updates.
    pub allow_autoupdate: Option<YesNo>,
    /// One for each connection; names it in an update.
    pub connection_key: Option<Text>,
    /// One for each time the connection was used.
    pub connection_id: Option<Text>,
    /// Bank code, `033`.
    pub institution_id: Option<InstitutionCode>,
    /// The product; chooses what else is in `data`.
    pub report_type: Option<LegacyReportType>,
    /// Unique: the key that makes handling idempotent.
    pub report_id: Option<ProductReportId>,
    /// `V1` or `V1.1`; open text.
    pub report_version: Option<Text>,
}

/// Products of the first generation. The words of those without an example are inferred from the product's name.
#[open_enum(rename_all = "snake_case")]
pub enum LegacyReportType {
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
    /// Bank loans (observed by name only).
    BankLoan,
    /// Observed by name only.
    Summary,
    /// Severance fund (word inferred).
    Fgts,
    /// Investments (word inferred).
    Investment,
    /// Companies' accounts (word inferred).
    CorporateChecking,
    /// Entries of gig workers' accounts (word inferred).
    GigEconomy,
    /// Whose account it is (word inferred; announced, perhaps never released).
    AuthAccount,
    /// Whose card it is (word inferred; announced, perhaps never released).
    AuthCreditcard,
}

/// The first generation's way of writing a boolean.
#[open_enum]
pub enum YesNo {
    /// True.
    Yes,
    /// False.
    No,
}

impl YesNo {
    /// As a boolean; `None` for any other word.
    pub fn get(&self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Unknown(_) => None,
        }
    }
}

/// The `data` of a report: its head and a product in one JSON object.
pub trait LegacyData: Record + Value {
    /// What stands beside the product.
    fn head(&self) -> &DataHead;
}

/// A report of the first generation.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct LegacyReport<D> {
    /// What every report has.
    pub head: LegacyHead,
    /// Head and product; absent in some reports of a failure.
    pub data: Option<D>,
    extra: Extra,
}

impl<D> LegacyReport<D> {
    /// A report put together by hand, for tests and stand-ins.
    pub fn new(head: LegacyHead, data: D) -> Self {
        Self { head, data: Some(data), extra: Extra::default() }
    }

    /// The members of the JSON object beside `data` that no field holds, as they came.
    pub fn extra(&self) -> &Extra {
        &self.extra
    }
}

impl<D: LegacyData> Record for LegacyReport<D> {
    fn read_member(&mut self, name: &str, reader: &mut Reader<'_>) -> Result<bool, Fault> {
        if name != "data" {
            return self.head.read_member(name, reader);
        }
        reader.member(name, "data", &mut self.data)?;
        Ok(true)
    }

    fn write_members<M: SerializeMap>(&self, out: &mut M) -> Result<(), M::Error> {
        self.head.write_members(out)?;
        if let Some(data) = &self.data {
            out.serialize_entry("data", data)?;
        }
        self.extra.write(out)
    }

    fn extra(&self) -> &Extra {
        &self.extra
    }

    fn extra_mut(&mut self) -> &mut Extra {
        &mut self.extra
    }
}

impl<D: LegacyData> Value for LegacyReport<D> {
    fn read(reader: &mut Reader<'_>) -> Result<Option<Self>, Fault> {
        read_record(reader)
    }
}

impl<D: LegacyData> Serialize for LegacyReport<D> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write_record(self, serializer)
    }
}

impl<'de, D: LegacyData> Deserialize<'de> for LegacyReport<D> {
    fn deserialize<De: Deserializer<'de>>(deserializer: De) -> Result<Self, De::Error> {
        deserialize(deserializer)
    }
}

impl<D: fmt::Debug> fmt::Debug for LegacyReport<D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("LegacyReport");
        out.field("head", &self.head).field("data", &self.data);
        if !self.extra.is_empty() {
            out.field("extra", &self.extra);
        }
        out.finish()
    }
}

if_json_schema! {
    impl<D: provider_wire::schemars::JsonSchema> provider_wire::schemars::JsonSchema for LegacyReport<D> {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            format!("LegacyReport_{}", D::schema_name()).into()
        }

        fn schema_id() -> std::borrow::Cow<'static, str> {
            format!("LegacyReport<{}>", D::schema_id()).into()
        }

        fn json_schema(
            generator: &mut provider_wire::schemars::SchemaGenerator,
        ) -> provider_wire::schemars::Schema {
            use provider_wire::schemars;

            /// A report of the first generation.
            #[derive(schemars::JsonSchema)]
            #[expect(dead_code, reason = "derived from, never made")]
            struct Shape<D> {
                #[schemars(flatten)]
                head: LegacyHead,
                /// The product, and what stands beside it; missing in some reports of a failure.
                data: Option<D>,
            }

            Shape::<D>::json_schema(generator)
        }
    }
}
