//! KaaS: the partner has the data, Klavi analyses them.
//!
//! - [`CategorizationRequest`]: entries to be categorised, answered at once ([`decode_categorization`]);
//! - `UserData` (feature `reports`): a person's Open Finance data, `userdata.json`; the reports come by webhook in their usual form.
//!
//! Names and types are those of `reports` wherever a field is the same.
//! Sources: docs.klavi.ai/klaas/transactions-categorization, docs.klavi.ai/klaas/open-finance-analytics.

mod categorization;
#[cfg(feature = "reports")]
mod customer;
#[cfg(feature = "reports")]
mod user_data;

pub use categorization::{
    CATEGORIZATION_PATH, Categorization, CategorizationRequest, CategorizedEntry, TransactionSource,
    decode_categorization,
};
#[cfg(feature = "reports")]
pub use customer::{
    CustomerContacts, CustomerDocuments, CustomerFiliation, CustomerNationality, CustomerOtherDocument,
    CustomerPhone, NationalityDocument, PersonalCustomerIdentification,
};
#[cfg(feature = "reports")]
pub use user_data::{
    CreditCardsAccount, OverdraftLimits, UserAccount, UserData, decode_user_data, inspect_user_data,
};
