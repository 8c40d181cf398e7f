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
mod checking_account;
mod contract_payments;
mod contracted_charges;
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
mod interest_rate;
mod investment_movement;
mod investments;
mod invoice_financing;
mod limit_amount;
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
pub use card_limit::{CardLimit, CreditLineLimitType, CreditLineName, LimitConsolidation};
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
pub use checking_account::CheckingAccountReport;
pub use contract_payments::{ContractPayments, OverParcel, OverParcelCharge, OverParcelFee, Release};
pub use contracted_charges::{
    ContractChargeType, ContractedFee, ContractedFinanceCharge, FeeCharge, FeeChargeType,
};
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
pub use interest_rate::{
    InterestCalculation, InterestRate, InterestRateType, ReferentialRateIndexerSubType,
    ReferentialRateIndexerType, TaxPeriodicity, TaxType,
};
pub use investment_movement::{
    InvestmentMovement, InvestmentMovementType, InvestmentTransactionType, TaxedValue,
};
pub use investments::{Investments, InvestmentsReport};
pub use invoice_financing::InvoiceFinancingReport;
pub use limit_amount::LimitAmount;
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
