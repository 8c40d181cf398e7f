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
//! # Speed
//!
//! `cargo bench -p klavi-types --bench decode`, one thread of a shared machine of two cores, mimalloc. A ratio is the
//! speed of typed decoding, dates and decimals parsed and everything dropped again, relative to that way of reading the
//! same bytes in the same run:
//!
//! | report | entries | typed | untyped SIMD tree (sonic-rs) | `serde_json::Value` | structs of `String` | Node `JSON.parse` | scan by `serde_json`, nothing built |
//! |---|---|---|---|---|---|---|---|
//! | 16 KB | 23 | 11 µs | 0.78 | 4.4 | 2.3 | 3.7 | 0.84 |
//! | 1 MB | 1,475 | 0.64 ms | 0.81 | 5.3 | 2.5 | 3.9 | 0.90 |
//! | 12 MB | 17,620 | 8.3 ms | 0.84 | 7.4 | 2.5 | 4.0 | 0.85 |
//! | 12 MB, members in reverse order | 17,620 | 12.8 ms | 0.59 | 5.7 | 2.3 | 3.3 | 0.54 |
//! | 50 MB | 73,271 | 34.8 ms | 0.87 | 7.8 | 2.6 | 6.1 | 0.83 |
//!
//! Decoding takes less than 1.5 times the body in memory beside it, a stream of entries less than 1 MB at any length
//! (`tests/memory.rs` counts both).
//!
//! What was tried on the way, for the 12 MB report and with the SIMD tree as 1: types read through serde and
//! `serde_json`, decimals out of raw values, 0.26 to 0.37; visitors in place of raw values, no gain; a reader of our own
//! for JSON text, 0.45; entries built in their place in a list whose length is reckoned from the first ones, 0.5;
//! scanning inlined, escapes and blanks out of the way, 0.64; the next documented member expected before its name is
//! searched, 0.84. sonic-rs as the parser of the types was left aside: with structs of `String` it took 14.8 ms where
//! `serde_json` took 18.8, and it goes over its stack on a million open brackets. jiter needed 14.7 ms to go through the
//! document alone, our reader 5.
//!
//! What limits it now: finding the ends of texts takes more than half of the time; the rest is writing entries of about
//! 600 bytes into fresh memory.

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
pub use card_limit::{CardLimit, CreditLineLimitType, CreditLineName, LimitAmount, LimitConsolidation};
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
