//! Product reports: what Klavi pushes as data, one POST for each product.
//!
//! A report is a [`Head`], the same for all, and a content that the product name chooses. [`decode_report`] reads the
//! head, looks at the name and reads the content as its type; a product without a type here keeps its content as
//! received ([`Untyped`]).
//!
//! [`AnyReport`] lists the contents. The documentation of each says which products hold it, for whom and at which level,
//! and from where its fields are known: from a page of Klavi's documentation, or inferred from Open Finance Brasil.
//!
//! # Reading
//!
//! - [`decode_report`] reads a body as the type that its product name chooses; malformed fields are skipped;
//! - [`AnyReport::statements`] and [`AnyReport::entries`] give one view of the entries of any statement, with signed
//!   amounts and keys ([`statements`](crate::statements));
//! - [`AnyReport::accounts`] gives the accounts that a report of any product names, with balances and card limits;
//! - [`AnyReport::credit_report`] and [`credit_report_of`] give the credit contracts of all five credit products;
//! - [`IdentityReport::check`] and [`AccountHead::check_holder`] say whether a report is of the person you expect;
//! - [`category_labels`] has categories in Portuguese and English;
//! - [`EntryStream`] gives entries one by one, for reports that should not stand in memory as a whole;
//! - [`inspect_report`] says what a body holds beyond its type.
//!
//! # Speed and memory
//!
//! `cargo bench -p klavi-types --bench decode` prints this table: one thread of a shared machine of two cores, mimalloc,
//! processor time, the least of many rounds. A ratio is the speed of typed decoding, dates and decimals parsed and
//! everything dropped again, relative to that way of reading the same bytes in the same run; two runs gave two numbers.
//!
//! | report | entries | typed | untyped SIMD tree (sonic-rs) | `serde_json::Value` | structs of `String` | Node `JSON.parse` |
//! |---|---|---|---|---|---|---|
//! | documented order, 16 KB | 23 | 13.4 µs | 0.60, 0.62 | 3.7, 3.8 | 1.9, 2.0 | 2.8, 3.0 |
//! | reverse order, 16 KB | 23 | 14.4 µs | 0.59 | 3.5, 3.6 | 1.8, 1.9 | 2.8 |
//! | a third missing, 16 KB | 32 | 13.6 µs | 0.58, 0.61 | 3.3, 3.5 | 1.9, 2.0 | 2.9, 3.1 |
//! | escapes, 16 KB | 22 | 16.6 µs | 0.65, 0.63 | 3.1 | 1.6, 1.7 | 2.4 |
//! | indented, 16 KB | 23 | 18.7 µs | 0.87, 0.90 | 2.6, 2.7 | 1.5, 1.6 | 2.2, 2.3 |
//! | an undocumented member, 16 KB | 22 | 16.1 µs | 0.54, 0.53 | 3.2 | 1.6 | 2.5 |
//! | documented order, 12 MB | 17,004 | 10.1 ms | 0.75, 0.73 | 6.6, 6.4 | 2.2 | 4.1, 3.9 |
//! | reverse order, 12 MB | 17,004 | 9.8 ms | 0.73 | 5.4, 5.5 | 2.2 | 4.0, 4.1 |
//! | a third missing, 12 MB | 24,072 | 10.5 ms | 0.66 | 5.1 | 2.2 | 4.2 |
//! | escapes, 12 MB | 16,449 | 12.5 ms | 0.74, 0.71 | 5.1 | 1.8 | 3.2 |
//! | indented, 12 MB | 17,004 | 13.9 ms | 0.97, 0.99 | 4.6 | 1.8 | 3.0 |
//! | an undocumented member, 12 MB | 16,294 | 12.1 ms | 0.73 | 4.8 | 1.8 | 3.3, 3.2 |
//!
//! Members in another order than the documented one cost nothing: the order of the record before is expected. Missing
//! members, escapes and an undocumented member cost 5 to 25 %.
//!
//! The aim is the speed of the SIMD tree at 12 MB and 0.85 of it with gaps, escapes and other orders, and five times
//! Node. It is not reached. What limits it is spread over the members, each of which takes about 22 ns: finding the
//! end of its text eight bytes at a time, copying the text into the entry, parsing dates and decimals. Tried without
//! gain: SIMD through safe wrappers, and dispatch by place.
//!
//! Decoding takes at most 1.5 times the body in memory beside it, a stream of entries less than 1 MB at any length
//! (`tests/memory.rs` counts both, over sixteen shapes). The bound holds for entries of about 470 bytes of text or more: an
//! [`AccountEntry`] is itself about 600 bytes, however few of its members are there.

mod account;
mod account_entry;
mod accounts;
mod any;
mod balance;
mod bank_fixed_incomes;
mod broker_note;
mod card_account;
mod card_entry;
mod card_limit;
mod card_statement;
mod categorized_credit_cards;
mod category_labels;
mod checking_accounts;
mod contacts;
mod contract_payments;
mod contracted_charges;
mod credit;
mod credit_card;
mod credit_contract;
mod credit_fixed_incomes;
mod credit_operations;
mod credit_risk;
mod entry_stream;
mod fixed_income;
mod funds;
mod head;
mod identity;
mod identity_check;
mod interest_rate;
mod investment_movement;
mod investments;
mod limit_amount;
mod loans;
mod outcome;
mod raw_json_newtype;
mod remuneration;
mod report;
mod savings_accounts;
mod scheduled_instalments;
mod statements;
mod treasure_titles;
mod variable_incomes;
mod warranty;

pub use account::{AccountHead, AccountSubtype, AccountType, Balances};
pub use account_entry::{AccountEntry, AccountStatement, EntryState, EntryType, PartyPersonType};
#[cfg(feature = "json-schema")]
pub use any::report_schema;
pub use any::{decode_report, inspect_report};
pub use balance::{BalanceAccount, BalanceReport};
pub use bank_fixed_incomes::BankFixedIncome;
pub use broker_note::BrokerNote;
pub use card_account::{CardAccount, CardNetwork, CardProductType, PaymentMethod};
pub use card_entry::{
    CardCreditType, CardEntry, CardEntryType, CardFeeType, CardPaymentType, ChargeIdentificator,
};
pub use card_limit::{CardLimit, CreditLineLimitType, CreditLineName, LimitConsolidation};
pub use card_statement::{
    BillPayment, BillPaymentMode, BillPaymentType, CardStatement, FinanceCharge, FinanceChargeType,
};
pub use categorized_credit_cards::{CategorizedCard, CategorizedCreditCards};
pub use category_labels::category_labels;
pub use checking_accounts::CheckingAccounts;
pub use contacts::{EmailAddress, Emails, GeographicCoordinates, PostalAddress};
pub use contract_payments::{ContractPayments, OverParcel, OverParcelCharge, OverParcelFee, Release};
pub use contracted_charges::{
    ContractChargeType, ContractedFee, ContractedFinanceCharge, FeeCharge, FeeChargeType,
};
pub use credit::credit_report_of;
pub use credit_card::{CreditCard, CreditCardReport};
pub use credit_contract::{
    AmortizationScheduled, CreditContract, CreditProductSubType, CreditProductType, InstalmentPeriodicity,
};
pub use credit_fixed_incomes::{
    CreditFixedIncome, CreditFixedIncomeBalance, CreditFixedIncomeIdentification,
};
pub use credit_operations::{CreditOperations, CreditOperationsReport};
pub use credit_risk::{CreditRisk, CreditRiskPerson, CreditRiskReport, LabelDetail};
pub use entry_stream::{EntryStream, ReportEntry, StreamedEntry};
pub use fixed_income::{
    FixedIncomeBalance, FixedIncomeIdentification, FixedIncomeTransaction, FixedIncomeType, VoucherPayment,
    VoucherPaymentPeriodicity, YesNo,
};
pub use funds::{AnbimaCategory, Fund, FundBalance, FundIdentification, FundTransaction};
pub use head::{ConsentUsed, Head, LinkUsed, PermissionUsed};
pub use identity::{
    Filiation, FiliationType, Identity, IdentityAccount, IdentityReport, IncomeFrequency, InformedIncome,
    InformedPatrimony, MaritalStatus, Nationality, OtherDocument, OtherDocumentType, Passport, PersonPhone,
    PhoneType, Sex, YearOrDate,
};
pub use identity_check::{ExpectedIdentity, IdentityCheck};
pub use interest_rate::{
    InterestCalculation, InterestRate, InterestRateType, ReferentialRateIndexerSubType,
    ReferentialRateIndexerType, TaxPeriodicity, TaxType,
};
pub use investment_movement::{
    InvestmentMovement, InvestmentMovementType, InvestmentTransactionType, TaxedValue,
};
pub use investments::{Investments, InvestmentsReport};
pub use limit_amount::LimitAmount;
pub use loans::{Loan, LoanSubTypeCategory};
pub use outcome::{Outcome, ReportCode};
pub use remuneration::{
    FixedIncomeRates, Remuneration, RemunerationCalculation, RemunerationIndexer,
    RemunerationRatePeriodicity, RemunerationRateType,
};
pub use report::{Content, Report, Untyped};
pub use savings_accounts::SavingsAccounts;
pub use scheduled_instalments::{
    BalloonPayment, ContractRemainingType, NumberOfInstalmentsType, ScheduledInstalments,
};
pub use statements::statements_of;
pub use treasure_titles::{TreasureTitle, TreasureTitleIdentification};
pub use variable_incomes::{
    VariableIncome, VariableIncomeBalance, VariableIncomeIdentification, VariableIncomeTransaction,
};
pub use warranty::{Warranty, WarrantySubType, WarrantyType};

#[doc(no_inline)]
pub use crate::CreditDebitType;

any::any_report! {
    /// Checking accounts with entries, plain and categorised.
    CheckingAccounts(CheckingAccounts),
    /// Savings accounts with entries, plain and categorised.
    SavingsAccounts(SavingsAccounts),
    /// Cards with bills and entries.
    CreditCard(CreditCardReport),
    /// Cards with bills and categorised entries.
    CategorizedCreditCards(CategorizedCreditCards),
    /// Accounts with balances.
    Balance(BalanceReport),
    /// Registration data.
    Identity(IdentityReport),
    /// Investments of one kind or of all five.
    Investments(InvestmentsReport),
    /// Credit contracts of one kind or of all four.
    CreditOperations(CreditOperationsReport),
    /// Computed variables.
    CreditRisk(CreditRiskReport),
    /// A product without a type here; its data stays in [`Report::extra`].
    Untyped(Untyped),
}
