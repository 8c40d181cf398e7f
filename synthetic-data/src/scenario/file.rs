//! The shape of a scenario file, and the source of its JSON Schema. Must not know what the values have to be.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml::value::Datetime;

use crate::Trouble;

/// A scenario file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct File {
    /// What the scenario is about.
    pub(super) description: Option<String>,
    /// Trouble in the reports: all kinds, none, or those listed.
    #[serde(default)]
    pub(super) messy: MessyChoice,
    /// Persons.
    #[serde(default)]
    pub(super) person: Vec<Holder>,
    /// Companies.
    #[serde(default)]
    pub(super) company: Vec<Holder>,
    /// What happens at a time.
    #[serde(default)]
    pub(super) event: Vec<Event>,
    /// What fails.
    #[serde(default)]
    pub(super) failure: Vec<Failure>,
}

/// Trouble in the reports.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "expected true, false, or a list of kinds of trouble such as \"blankId\"")]
pub(super) enum MessyChoice {
    /// All kinds, or none.
    Switch(bool),
    /// These kinds.
    Kinds(Vec<Trouble>),
}

impl Default for MessyChoice {
    fn default() -> Self {
        Self::Switch(false)
    }
}

/// A person or a company.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Holder {
    /// Name; from the tax id where it is missing.
    pub(super) name: Option<String>,
    /// CPF: of the person, or of who acts for the company.
    #[schemars(with = "Option<String>")]
    pub(super) cpf: Option<Spanned<String>>,
    /// CNPJ of a company.
    #[schemars(with = "Option<String>")]
    pub(super) cnpj: Option<Spanned<String>>,
    /// Makes the tax ids, where they are not given.
    #[schemars(with = "Option<u64>")]
    pub(super) seed: Option<Spanned<u64>>,
    /// What is declared to come in each month; what recurs monthly where it is missing.
    #[schemars(with = "Option<String>")]
    pub(super) income: Option<Spanned<String>>,
    /// Accounts and cards.
    #[serde(default)]
    pub(super) account: Vec<WithSpan<Account>>,
}

/// An account or a card.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Account {
    /// `institutionCode` of the bank.
    #[schemars(with = "String")]
    pub(super) bank: Spanned<String>,
    /// What it is.
    pub(super) kind: AccountKind,
    /// Branch; from the tax id where it is missing.
    pub(super) branch: Option<String>,
    /// Whether the bank tells no branch.
    #[serde(default)]
    pub(super) branch_missing: bool,
    /// Number without check digit, or the last digits of a card; from the tax id where it is missing.
    #[schemars(with = "Option<String>")]
    pub(super) number: Option<Spanned<String>>,
    /// Balance when it was opened, in reais.
    #[schemars(with = "Option<String>")]
    pub(super) opening_balance: Option<Spanned<String>>,
    /// Day of the opening balance; it has no entries before. 2024-01-01 where it is missing.
    #[schemars(with = "Option<String>")]
    pub(super) opened: Option<Spanned<Datetime>>,
    /// Day from which on it has no entries.
    #[schemars(with = "Option<String>")]
    pub(super) closed: Option<Spanned<Datetime>>,
    /// Limit of a card, in reais.
    #[schemars(with = "Option<String>")]
    pub(super) limit: Option<Spanned<String>>,
    /// Whether the checking account at the same bank pays the bills of a card. True where it is missing.
    pub(super) bills_paid: Option<bool>,
    /// Credit contracts of a checking account.
    #[serde(default)]
    pub(super) credit: Vec<Credit>,
    /// Entries that recur.
    #[serde(default)]
    pub(super) recurring: Vec<WithSpan<Recurring>>,
    /// Single entries.
    #[serde(default)]
    pub(super) entry: Vec<Entry>,
}

/// A table together with where it is.
#[derive(Debug, Deserialize)]
#[serde(transparent, bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct WithSpan<T>(pub(super) Spanned<T>);

impl<T: JsonSchema> JsonSchema for WithSpan<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

/// What an account is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AccountKind {
    Checking,
    Savings,
    Card,
}

/// A credit contract, of which the instalments are on the checking account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Credit {
    Loan,
    Financing,
    InvoiceFinancing,
    Overdraft,
}

/// An entry that recurs.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Recurring {
    /// Text of the statement.
    pub(super) text: String,
    /// In reais, without a sign: `"120.50"`.
    #[schemars(with = "String")]
    pub(super) amount: Spanned<String>,
    /// Whether money comes in or goes out.
    pub(super) direction: Direction,
    /// What it is for.
    #[serde(default)]
    pub(super) kind: EntryKind,
    /// How often.
    pub(super) every: Option<Period>,
    /// Day of the month, 1 to 31, for `month`; the last one where a month has fewer days. 1 where it is missing.
    #[schemars(with = "Option<i64>")]
    pub(super) day: Option<Spanned<i64>>,
    /// First day.
    #[schemars(with = "Option<String>")]
    pub(super) from: Option<Spanned<Datetime>>,
    /// Last day: a salary ends here when the job is lost.
    #[schemars(with = "Option<String>")]
    pub(super) until: Option<Spanned<Datetime>>,
    /// By how many percent the amount varies, 0 to 90.
    #[schemars(with = "Option<i64>")]
    pub(super) varies: Option<Spanned<i64>>,
}

/// A single entry.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Entry {
    /// Day.
    #[schemars(with = "String")]
    pub(super) day: Spanned<Datetime>,
    /// Text of the statement.
    pub(super) text: String,
    /// In reais, without a sign: `"120.50"`.
    #[schemars(with = "String")]
    pub(super) amount: Spanned<String>,
    /// Whether money comes in or goes out.
    pub(super) direction: Direction,
    /// What it is for.
    #[serde(default)]
    pub(super) kind: EntryKind,
}

/// Whether money comes in or goes out; on a card `out` is a purchase and `in` a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Direction {
    In,
    Out,
}

/// How often an entry recurs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Period {
    Day,
    Week,
    TwoWeeks,
    Month,
    Year,
}

/// What an entry is for: its type in the words of Open Finance, and its categories.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EntryKind {
    #[default]
    Pix,
    Ted,
    Boleto,
    CardPurchase,
    Salary,
    Sales,
    Rent,
    Utilities,
    Groceries,
    Restaurant,
    Transport,
    Health,
    Leisure,
    Shopping,
    Supplier,
    Wages,
    Taxes,
    Fee,
    Interest,
    Withdrawal,
    Deposit,
    Betting,
}

/// What happens at a time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Event {
    /// What happens.
    pub(super) kind: EventKind,
    /// When, with its offset: `2026-04-01T12:00:00Z`.
    #[schemars(with = "String")]
    pub(super) at: Spanned<Datetime>,
    /// When it ends, for `out-of-service`; never where it is missing.
    #[schemars(with = "Option<String>")]
    pub(super) until: Option<Spanned<Datetime>>,
    /// `institutionCode`; needed for `out-of-service`. `consent-revoked` without it is about all banks.
    #[schemars(with = "Option<String>")]
    pub(super) bank: Option<Spanned<String>>,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(super) enum EventKind {
    ConsentRevoked,
    OutOfService,
}

/// What fails: a product with a code, or a bank that answers in part.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Failure {
    /// A product, `pf_loans`.
    #[schemars(with = "Option<String>")]
    pub(super) product: Option<Spanned<String>>,
    /// `code` in the head of its reports, 300 to 599. 500 where it is missing.
    #[schemars(with = "Option<i64>")]
    pub(super) code: Option<Spanned<i64>>,
    /// A bank whose reports are partial (code 204).
    #[schemars(with = "Option<String>")]
    pub(super) bank: Option<Spanned<String>>,
}
