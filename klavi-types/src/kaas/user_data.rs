use provider_wire::{DecodeError, Decoded, Inspection, List, Money, Text, decode, inspect, record};

use super::PersonalCustomerIdentification;
use crate::AccountId;
use crate::reports::{
    AccountEntry, AccountHead, AccountType, CardEntry, CardLimit, CardNetwork, CardProductType,
    CardStatement, PaymentMethod,
};

/// A person's Open Finance data as KaaS takes it, `userdata.json`: to send and to read.
///
/// Klavi wants the very shape agreed in the proof of concept; this is that of its demonstration, which shows each
/// field once and says nothing of what may be absent. Companies, credit operations and investments are not in it.
/// Accounts, entries and bills have the types of the reports, which know more fields than the demonstration
/// shows; what is absent is not written. Source: docs.klavi.ai/klaas/open-finance-analytics, with the casing of
/// Open Finance where it was not certain.
///
/// ```
/// use klavi_types::kaas::{UserAccount, UserData, decode_user_data};
///
/// let mut account = UserAccount::default();
/// account.head.compe_code = Some("001".into());
/// let mut data = UserData::default();
/// data.accounts = vec![account].into();
///
/// let body = serde_json::to_string(&data).unwrap();
/// assert_eq!(body, r#"{"accounts":[{"compeCode":"001"}]}"#);
/// assert_eq!(decode_user_data(body.as_bytes())?.value, data);
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct UserData {
    /// Accounts with entries.
    pub accounts: List<UserAccount>,
    /// Cards with bills and entries.
    pub credit_cards_accounts: List<CreditCardsAccount>,
    /// Who the person is.
    pub personal_customer_identification: List<PersonalCustomerIdentification>,
}

/// An account with its entries.
#[record(rename_all = "camelCase")]
pub struct UserAccount {
    #[wire(flatten)]
    pub head: AccountHead,
    /// Its id at the bank.
    pub account_id: Option<AccountId>,
    /// Kind of account.
    #[wire("type")]
    pub account_type: Option<AccountType>,
    /// Overdraft. Which sign stands between the words is not certain; written as Open Finance has it.
    #[wire("overdraft-limits", or = "overdraft_limits", or = "overdraft limits", or = "overdraftLimits")]
    pub overdraft_limits: Option<OverdraftLimits>,
    /// Entries; the demonstration has `transactionDate` alone.
    pub transactions: List<AccountEntry>,
}

/// Overdraft of an account (Open Finance accounts).
#[record(rename_all = "camelCase")]
pub struct OverdraftLimits {
    /// Agreed limit.
    pub overdraft_contracted_limit: Option<Money>,
    /// Used of it.
    pub overdraft_used_limit: Option<Money>,
    /// Used beyond it.
    pub unarranged_overdraft_amount: Option<Money>,
}

/// A card with its limits, bills and entries.
#[record(rename_all = "camelCase")]
pub struct CreditCardsAccount {
    /// Its id at the bank.
    pub credit_card_account_id: Option<AccountId>,
    /// Brand, as the bank reports it.
    pub brand_name: Option<Text>,
    /// CNPJ of the bank, 14 characters.
    pub company_cnpj: Option<Text>,
    /// Name of the card product.
    pub name: Option<Text>,
    /// Category of the card.
    pub product_type: Option<CardProductType>,
    /// Explanation where the category is `OUTROS`.
    pub product_additional_info: Option<Text>,
    /// Network.
    pub credit_card_network: Option<CardNetwork>,
    /// Explanation where the network is `OUTRAS`.
    pub network_additional_info: Option<Text>,
    /// The cards of the account. Singular here, plural in the reports.
    #[wire("paymentMethod", or = "paymentMethods")]
    pub payment_methods: List<PaymentMethod>,
    /// Limits.
    pub limits: List<CardLimit>,
    /// Bills, without entries.
    pub bills: List<CardStatement>,
    /// Entries; `billId` names the bill.
    pub transactions: List<CardEntry>,
}

/// Reads a person's data.
///
/// # Errors
/// Where the body is no JSON object.
pub fn decode_user_data(body: &[u8]) -> Result<Decoded<UserData>, DecodeError> {
    decode(body)
}

/// Reads a person's data the thorough way and says what was not understood: a check before they are sent.
///
/// # Errors
/// As [`decode_user_data`].
pub fn inspect_user_data(body: &[u8]) -> Result<Inspection<UserData>, DecodeError> {
    inspect(body)
}
