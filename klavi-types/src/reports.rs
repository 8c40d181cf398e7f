//! Product reports: what Klavi pushes as data, one POST for each product.
//!
//! A report is a [`Head`], the same for all, and a content that the product name chooses. [`decode_report`] reads the
//! head, looks at the name and reads the content as its type; a product without a type here keeps its content as it
//! came ([`Untyped`]).
//!
//! | content | products | level | schema known from |
//! |---|---|---|---|
//! | [`CategorizedCheckingL3`] | `pf_`, `pj_categorized_checking_l3` | institution | table and example (docs.klavi.ai/link/zJgr-v1), complete |
//! | [`BalanceReport`] | `pf_`, `pj_balance` | institution | examples of V1 and V1.1 (docs.klavi.ai/link/2fsP-v1), complete |
//! | [`IdentityReport`] | `pf_identity` (`pj_` not seen) | not stated | example of V1.1 (docs.klavi.ai/link/wrq5-v11) up to `phone.type`; the rest from Open Finance Brasil |

mod account;
mod account_entry;
mod any;
mod balance;
mod categorized_checking_l3;
mod head;
mod identity;
mod outcome;
mod report;

pub use account::{AccountHead, AccountSubtype, AccountType, Balances};
pub use account_entry::{
    AccountEntry, AccountStatement, CreditDebitType, EntryState, EntryType, PartyPersonType,
};
pub use any::{AnyReport, decode_report, inspect_report};
pub use balance::{BalanceAccount, BalanceReport};
pub use categorized_checking_l3::CategorizedCheckingL3;
pub use head::{ConsentUsed, Head, LinkUsed, PermissionUsed};
pub use identity::{
    Filiation, FiliationType, Identity, IdentityAccount, IdentityReport, IncomeFrequency, InformedIncome,
    InformedPatrimony, MaritalStatus, Nationality, OtherDocument, OtherDocumentType, Passport, PersonPhone,
    PhoneType, Sex, YearOrDate,
};
pub use outcome::{Outcome, ReportCode};
pub use report::{Content, Report, Untyped};
