use provider_wire::{DateTime, Json, Record, Text, Value, open_enum, record};

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
#[record]
pub struct LegacyReport<D: LegacyData> {
    /// The members that every report has.
    #[wire(flatten)]
    pub head: LegacyHead,
    /// The product, and what stands beside it; missing in some reports of a failure.
    pub data: Option<D>,
}

impl<D: LegacyData> LegacyReport<D> {
    /// A report put together by hand, for tests and mock servers.
    pub fn new(head: LegacyHead, data: D) -> Self {
        Self { head, data: Some(data), ..Self::default() }
    }
}
