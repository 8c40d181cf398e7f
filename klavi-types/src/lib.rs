//! The vocabulary of Klavi's Open Finance API: ids, tax ids, money, dates, products, requests and answers of the
//! API, events and reports. No input or output.
//!
//! - [`api`]: what a partner asks and what Klavi answers;
//! - [`events`]: what is pushed about links, consents and report requests;
//! - [`reports`]: what is pushed as data;
//! - [`legacy`]: what the first generation pushes;
//! - [`kaas`]: what a partner sends for Klavi to analyse;
//! - [`statements`]: the crate with the one view of the entries of any statement, and the ledger;
//! - [`DeliveryKind`]: which of the two a pushed body is.
//!
//! What is *received* is never refused: fields may be absent, unknown members and words survive, a leaf that cannot
//! be read is set aside. What is *sent* is checked when it is built.
//!
//! Reports, statements and KaaS user data are behind the feature `reports`, on by default: a client that only calls
//! builds faster without. With the feature `json-schema`, `reports::report_schema`, `events::events_schema`, `legacy::legacy_report_schema`
//! and, for any other type, `json_schema` tell the shapes to other languages.
//!
//! ```
//! use klavi_types::reports::{AnyReport, decode_report};
//!
//! let body = br#"{"code":200,"productName":"pf_balance","productVersion":"V1","accounts":[
//!     {"compeCode":"001","balances":{"availableAmount":{"amount":"1000.0400","currency":"BRL"}}}]}"#;
//! let report = decode_report(body)?.value;
//!
//! let AnyReport::Balance(report) = report else { unreachable!("the product name says balance") };
//! let balances = report.content.accounts[0].head.balances.as_ref().unwrap();
//! let available = balances.available_amount.as_ref().unwrap();
//! assert_eq!(available.amount.unwrap().to_string(), "1000.0400");
//! # Ok::<(), klavi_types::DecodeError>(())
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

mod amount_number;
pub mod api;
mod callback_url;
mod credit_debit_type;
#[cfg(feature = "reports")]
mod delivery;
pub mod events;
mod ids;
pub mod kaas;
#[cfg(feature = "reports")]
pub mod legacy;
#[cfg(feature = "reports")]
mod peek;
mod phone;
mod product;
#[cfg(feature = "reports")]
pub mod reports;
#[cfg(feature = "json-schema")]
mod schema;
mod tax_id;
mod url_rule;

pub use amount_number::AmountNumber;
pub use callback_url::{InvalidCallbackUrl, ProductsCallbackUrl, SpecificCallbackUrls};
pub use credit_debit_type::CreditDebitType;
#[cfg(feature = "reports")]
pub use delivery::{DeliveryKind, Outline};
pub use ids::{
    AccountId, ConsentId, EventId, ExternalTrackId, InstitutionCode, LinkId, PartnerAppId, ProductReportId,
    RequestId, TaskId, TransactionId,
};
pub use phone::{InvalidPhone, Phone};
pub use product::{Level, PersonType, Product, ProductName};
/// The crate of tolerant JSON: [`provider_wire::Value`] bounds [`decode`], and a type of your own can be one.
pub use provider_wire;
#[cfg(feature = "json-schema")]
pub use provider_wire::json_schema;
pub use provider_wire::{
    Amount, Date, DateTime, Decimal, DecodeError, Decoded, Extra, Flag, Inspection, Integer, Json, List,
    Malformed, Map, Money, OneOrMany, Path, Secret, StreamError, Text, UnknownValue, UnknownWord, decode,
    inspect,
};
#[cfg(feature = "reports")]
pub use statements;
pub use tax_id::{Cnpj, Cpf, InvalidTaxId, TaxId};
