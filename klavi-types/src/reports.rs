//! Product reports: what Klavi pushes as data, one POST for each product.
//!
//! A report is a [`Head`], the same for all, and a content that the product name chooses. [`decode_report`] reads the
//! head, looks at the name and reads the content as its type; a product without a type here keeps its content as it
//! came ([`Untyped`]).
//!
//! | content | products | level | schema known from |
//! |---|---|---|---|
//! | [`CheckingAccountReport`] | `pf_`, `pj_checking_account` | institution | inferred from the categorised products, which only add fields |
//! | [`SavingsAccountReport`] | `pf_`, `pj_savings_account` | institution | example of V1.1 (docs.klavi.ai/connect/Qdzm-v11), complete |
//! | [`CategorizedCheckingL2`] | `pf_`, `pj_categorized_checking_l2` | institution | examples of V1 (docs.klavi.ai/connect/FaED-v1) and V1.1 (/link/FMH8-v11), complete |
//! | [`CategorizedCheckingL3`] | `pf_`, `pj_categorized_checking_l3` | institution | table and example (docs.klavi.ai/link/zJgr-v1), complete |
//! | [`CategorizedSavingsL2`] | `pf_`, `pj_categorized_savings_l2` | institution | example of V1 (docs.klavi.ai/link/rQgD-v1), complete |
//! | [`CategorizedSavingsL3`] | `pf_`, `pj_categorized_savings_l3` | institution | example of V1.1 (docs.klavi.ai/connect/1u9e-v11), complete |
//! | [`CreditCardReport`] | `pf_`, `pj_credit_card` | institution | example of V1.1 (docs.klavi.ai/connect/zTO9-v11) up to the total of a closed bill; the rest from Open Finance Brasil |
//! | [`CategorizedCreditcardL2`] | `pf_`, `pj_categorized_creditcard_l2` | institution | example of V1.1 (docs.klavi.ai/link/3DhW-v11) into the entries; the rest inferred |
//! | [`CategorizedCreditcardL3`] | `pf_`, `pj_categorized_creditcard_l3` | institution | example of V1.1 (docs.klavi.ai/connect/5_m--v11) up to the closed bills; those inferred |
//! | [`BalanceReport`] | `pf_`, `pj_balance` | institution | examples of V1 and V1.1 (docs.klavi.ai/link/2fsP-v1), complete |
//! | [`IdentityReport`] | `pf_identity` (`pj_` not seen) | not stated | example of V1.1 (docs.klavi.ai/link/wrq5-v11) up to `phone.type`; the rest from Open Finance Brasil |
//! | [`BankFixedIncomesReport`] | `pf_`, `pj_bank_fixed_incomes` | institution | example of V1.1 (docs.klavi.ai/link/N-SJ-v11) up to the balances; movements from Open Finance Brasil |
//! | [`CreditFixedIncomesReport`] | `pf_`, `pj_credit_fixed_incomes` | institution | example of V1.1 (docs.klavi.ai/link/v11) up to the start of the balances; the rest from Open Finance Brasil |
//! | [`VariableIncomesReport`] | `pf_`, `pj_variable_incomes` | institution | example of V1.1 (docs.klavi.ai/link/n6ar-v11), nearly complete |
//! | [`TreasureTitlesReport`] | `pf_`, `pj_treasure_titles` | institution | Open Finance Brasil; the shape is inferred |
//! | [`FundsReport`] | `pf_`, `pj_funds` | institution | Open Finance Brasil; the shape is inferred |
//! | [`InvestmentsReport`] | `pf_investments` (`pj_` not seen) | not stated | example of V1.1 (docs.klavi.ai/link/e7r_-v11) up to the balances of bank fixed incomes; each kind as in its own report |
//! | [`LoansReport`] | `pf_`, `pj_loans` | institution | example of V1 (docs.klavi.ai/link/Zpma-v1) up to the interest rates; the rest from Open Finance Brasil |
//! | [`FinancingReport`] | `pf_`, `pj_financing` | institution | Open Finance Brasil; the shape is inferred |
//! | [`InvoiceFinancingReport`] | `pf_`, `pj_invoice_financing` | institution | example of V1 (docs.klavi.ai/link/k-zL-v1) up to the interest rates; the rest from Open Finance Brasil |
//! | [`UnarrangedAccountOverdraftReport`] | `pf_`, `pj_unarranged_account_overdraft` | institution | Open Finance Brasil; the shape is inferred |
//! | [`CreditOperationsReport`] | `pf_credit_operations` (`pj_` not seen) | not stated | example of V1.1 (docs.klavi.ai/link/C1QD-v11) up to the interest rates of loans; the other kinds as in their own reports |
//! | [`CreditRiskReport`] | `pf_credit_risk` (`pj_` not seen) | not stated | example of V1.1 (docs.klavi.ai/link/KGqy-v11), complete but for the catalogue of variables |
//!
//! # Reading
//!
//! - [`decode_report`] reads a body as the type that its product name chooses; what cannot be read of it is set aside;
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
mod as_it_came;
mod balance;
mod bank_fixed_incomes;
mod broker_note;
mod card_account;
mod card_entry;
mod card_limit;
mod card_statement;
mod categorized_card;
mod categorized_checking_l2;
mod categorized_checking_l3;
mod categorized_creditcard_l2;
mod categorized_creditcard_l3;
mod categorized_savings_l2;
mod categorized_savings_l3;
mod category_labels;
mod checking_account;
mod contract_payments;
mod contracted_charges;
mod credit;
mod credit_card;
mod credit_contract;
mod credit_fixed_incomes;
mod credit_operations;
mod credit_risk;
mod entry_stream;
mod financing;
mod fixed_income;
mod funds;
mod head;
mod identity;
mod identity_check;
mod interest_rate;
mod investment_movement;
mod investments;
mod invoice_financing;
mod loans;
mod outcome;
mod remuneration;
mod report;
mod savings_account;
mod scheduled_instalments;
mod statements;
mod treasure_titles;
mod unarranged_account_overdraft;
mod variable_incomes;
mod warranty;

pub use account::{AccountHead, AccountSubtype, AccountType, Balances};
pub use account_entry::{AccountEntry, AccountStatement, EntryState, EntryType, PartyPersonType};
#[cfg(feature = "json-schema")]
pub use any::report_schema;
pub use any::{AnyReport, decode_report, inspect_report};
pub use balance::{BalanceAccount, BalanceReport};
pub use bank_fixed_incomes::{BankFixedIncome, BankFixedIncomesReport};
pub use broker_note::BrokerNote;
pub use card_account::{CardAccount, CardNetwork, CardProductType, PaymentMethod};
pub use card_entry::{
    CardCreditType, CardEntry, CardEntryType, CardFeeType, CardPaymentType, ChargeIdentificator,
};
pub use card_limit::{CardLimit, CreditLineLimitType, CreditLineName, LimitAmount, LimitConsolidation};
pub use card_statement::{
    BillPayment, BillPaymentMode, BillPaymentType, CardStatement, FinanceCharge, FinanceChargeType,
};
pub use categorized_card::CategorizedCard;
pub use categorized_checking_l2::CategorizedCheckingL2;
pub use categorized_checking_l3::CategorizedCheckingL3;
pub use categorized_creditcard_l2::CategorizedCreditcardL2;
pub use categorized_creditcard_l3::CategorizedCreditcardL3;
pub use categorized_savings_l2::CategorizedSavingsL2;
pub use categorized_savings_l3::CategorizedSavingsL3;
pub use category_labels::category_labels;
pub use checking_account::CheckingAccountReport;
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
    CreditFixedIncome, CreditFixedIncomeBalance, CreditFixedIncomeIdentification, CreditFixedIncomesReport,
};
pub use credit_operations::{CreditOperations, CreditOperationsReport};
pub use credit_risk::{CreditRisk, CreditRiskPerson, CreditRiskReport, LabelDetail};
pub use entry_stream::{EntryStream, ReportEntry, StreamedEntry};
pub use financing::FinancingReport;
pub use fixed_income::{
    FixedIncomeBalance, FixedIncomeIdentification, FixedIncomeTransaction, FixedIncomeType, VoucherPayment,
    VoucherPaymentPeriodicity, YesNo,
};
pub use funds::{AnbimaCategory, Fund, FundBalance, FundIdentification, FundTransaction, FundsReport};
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
pub use invoice_financing::InvoiceFinancingReport;
pub use loans::{Loan, LoanSubTypeCategory, LoansReport};
pub use outcome::{Outcome, ReportCode};
pub use remuneration::{
    FixedIncomeRates, Remuneration, RemunerationCalculation, RemunerationIndexer,
    RemunerationRatePeriodicity, RemunerationRateType,
};
pub use report::{Content, Report, Untyped};
pub use savings_account::SavingsAccountReport;
pub use scheduled_instalments::{
    BalloonPayment, ContractRemainingType, NumberOfInstalmentsType, ScheduledInstalments,
};
pub use statements::statements_of;
pub use treasure_titles::{TreasureTitle, TreasureTitleIdentification, TreasureTitlesReport};
pub use unarranged_account_overdraft::UnarrangedAccountOverdraftReport;
pub use variable_incomes::{
    VariableIncome, VariableIncomeBalance, VariableIncomeIdentification, VariableIncomeTransaction,
    VariableIncomesReport,
};
pub use warranty::{Warranty, WarrantySubType, WarrantyType};

#[doc(no_inline)]
pub use crate::CreditDebitType;
