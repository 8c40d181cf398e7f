use std::fmt;

use provider_wire::open_enum;

/// What a webhook is about. Fiscal and employment data have words of their own, which survive as unknown ones.
#[open_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WebhookType {
    /// Owners of accounts.
    Owners,
    /// Accounts.
    Accounts,
    /// Transactions.
    Transactions,
    /// Bills of credit cards.
    Bills,
    /// Investments.
    Investments,
    /// Movements of investments.
    InvestmentTransactions,
    /// The link itself. The sandbox sends none of these.
    Link,
    /// The consent behind a recurrent link.
    Consent,
}

/// What happened.
#[open_enum(rename_all = "snake_case")]
pub enum WebhookCode {
    /// The first retrieval, or a refresh, has ended: its data can be fetched.
    HistoricalUpdate,
    /// New owners.
    NewOwnersAvailable,
    /// New accounts.
    NewAccountsAvailable,
    /// New transactions.
    NewTransactionsAvailable,
    /// Transactions that were fetched before have changed.
    TransactionsUpdated,
    /// Transactions that were fetched before are gone.
    TransactionsDeleted,
    /// New bills.
    NewBillsAvailable,
    /// New investments.
    NewInvestmentsAvailable,
    /// New movements of investments.
    NewInvestmentTransactionsAvailable,
    /// The bank takes the credentials no longer.
    InvalidCredentials,
    /// The bank asks for a second factor again.
    TokenRequired,
    /// A link that was deleted in the background is gone.
    LinkDeleted,
    /// The consent ends soon: within seven days of a refresh. Sent on request.
    #[wire("openfinance_consent_about_to_expire")]
    ConsentAboutToExpire,
    /// The consent has ended. Some pages write it without the prefix.
    #[wire("openfinance_consent_expired", or = "consent_expired")]
    ConsentExpired,
    /// The end of the consent is another one now.
    #[wire("openfinance_consent_expiration_changed")]
    ConsentExpirationChanged,
    /// Some of what was consented to cannot be had and will not be.
    #[wire("openfinance_consent_with_unrecoverable_resources")]
    ConsentWithUnrecoverableResources,
    /// Some of what was consented to cannot be had for now.
    #[wire("openfinance_consent_with_temporarily_unavailable_resources")]
    ConsentWithTemporarilyUnavailableResources,
}

/// Why it was sent; not in older webhooks.
#[open_enum(rename_all = "snake_case")]
pub enum ProcessType {
    /// The first retrieval of a link, or a refresh of it.
    HistoricalUpdate,
    /// The regular update of a recurrent link.
    RecurrentUpdate,
}

impl WebhookCode {
    /// Whether there is something to fetch now.
    pub fn announces_data(&self) -> bool {
        matches!(
            self,
            Self::HistoricalUpdate
                | Self::NewOwnersAvailable
                | Self::NewAccountsAvailable
                | Self::NewTransactionsAvailable
                | Self::TransactionsUpdated
                | Self::TransactionsDeleted
                | Self::NewBillsAvailable
                | Self::NewInvestmentsAvailable
                | Self::NewInvestmentTransactionsAvailable
        )
    }

    /// Whether the link goes on only with its user: by new credentials, a second factor or a new consent.
    pub fn needs_user(&self) -> bool {
        matches!(
            self,
            Self::InvalidCredentials
                | Self::TokenRequired
                | Self::ConsentAboutToExpire
                | Self::ConsentExpired
        )
    }
}

/// What a webhook of a link is called: type and code, `TRANSACTIONS.historical_update`. Codes alone say little, since
/// `historical_update` comes for every type.
///
/// ```
/// use belvo_types::webhooks::{WebhookCode, WebhookName, WebhookType};
///
/// let name = WebhookName::from("BILLS.new_bills_available");
/// assert_eq!(name, WebhookName::new(WebhookType::Bills, WebhookCode::NewBillsAvailable));
/// assert!(name.is_documented());
/// assert!(!WebhookName::from("BILLS.token_required").is_documented());
/// ```
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub struct WebhookName {
    /// What it is about.
    pub webhook_type: WebhookType,
    /// What happened.
    pub webhook_code: WebhookCode,
}

impl WebhookName {
    /// Every documented combination.
    pub const ALL: &'static [Self] = &[
        Self::new(WebhookType::Owners, WebhookCode::HistoricalUpdate),
        Self::new(WebhookType::Owners, WebhookCode::NewOwnersAvailable),
        Self::new(WebhookType::Accounts, WebhookCode::HistoricalUpdate),
        Self::new(WebhookType::Accounts, WebhookCode::NewAccountsAvailable),
        Self::new(WebhookType::Transactions, WebhookCode::HistoricalUpdate),
        Self::new(WebhookType::Transactions, WebhookCode::NewTransactionsAvailable),
        Self::new(WebhookType::Transactions, WebhookCode::TransactionsUpdated),
        Self::new(WebhookType::Transactions, WebhookCode::TransactionsDeleted),
        Self::new(WebhookType::Bills, WebhookCode::HistoricalUpdate),
        Self::new(WebhookType::Bills, WebhookCode::NewBillsAvailable),
        Self::new(WebhookType::Investments, WebhookCode::HistoricalUpdate),
        Self::new(WebhookType::Investments, WebhookCode::NewInvestmentsAvailable),
        Self::new(WebhookType::InvestmentTransactions, WebhookCode::HistoricalUpdate),
        Self::new(WebhookType::InvestmentTransactions, WebhookCode::NewInvestmentTransactionsAvailable),
        Self::new(WebhookType::Link, WebhookCode::InvalidCredentials),
        Self::new(WebhookType::Link, WebhookCode::TokenRequired),
        Self::new(WebhookType::Link, WebhookCode::LinkDeleted),
        Self::new(WebhookType::Consent, WebhookCode::ConsentAboutToExpire),
        Self::new(WebhookType::Consent, WebhookCode::ConsentExpired),
        Self::new(WebhookType::Consent, WebhookCode::ConsentExpirationChanged),
        Self::new(WebhookType::Consent, WebhookCode::ConsentWithUnrecoverableResources),
        Self::new(WebhookType::Consent, WebhookCode::ConsentWithTemporarilyUnavailableResources),
    ];

    /// The name of these two.
    pub const fn new(webhook_type: WebhookType, webhook_code: WebhookCode) -> Self {
        Self { webhook_type, webhook_code }
    }

    /// Whether the documentation knows this type with this code.
    pub fn is_documented(&self) -> bool {
        Self::ALL.contains(self)
    }
}

impl From<&str> for WebhookName {
    fn from(name: &str) -> Self {
        let (webhook_type, webhook_code) = name.split_once('.').unwrap_or((name, ""));
        Self::new(webhook_type.into(), webhook_code.into())
    }
}

impl fmt::Display for WebhookName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.webhook_type, self.webhook_code)
    }
}

impl fmt::Debug for WebhookName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}.{:?}", self.webhook_type, self.webhook_code)
    }
}
