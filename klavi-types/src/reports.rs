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
//! # Speed
//!
//! `cargo bench -p klavi-types --bench decode`, one thread of a shared machine of two cores, mimalloc. A ratio is the
//! speed of typed decoding, dates and decimals parsed, relative to that way of reading the same bytes:
//!
//! | report | entries | typed | untyped SIMD tree (sonic-rs) | `serde_json::Value` | structs of `String` | scan, nothing built |
//! |---|---|---|---|---|---|---|
//! | 1 MB | 1,308 | 1.8 ms | 0.34 | 1.62 | 0.71 | 0.30 |
//! | 12 MB | 15,634 | 24.7 ms | 0.37 | 2.06 | 0.70 | 0.28 |
//! | 50 MB | 65,009 | 104.7 ms | 0.38 | 2.08 | 0.73 | 0.32 |
//!
//! What limits it: the parser alone, building nothing, takes about a third of the time, as long as the SIMD parser takes
//! for its whole tree; then come moving entries of 608 bytes and fresh memory for them.

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
mod loans;
mod outcome;
mod remuneration;
mod report;
mod savings_account;
mod scheduled_instalments;
mod treasure_titles;
mod unarranged_account_overdraft;
mod variable_incomes;
mod warranty;

pub use account::{AccountHead, AccountSubtype, AccountType, Balances};
pub use account_entry::{
    AccountEntry, AccountStatement, CreditDebitType, EntryState, EntryType, PartyPersonType,
};
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
pub use treasure_titles::{TreasureTitle, TreasureTitleIdentification, TreasureTitlesReport};
pub use unarranged_account_overdraft::UnarrangedAccountOverdraftReport;
pub use variable_incomes::{
    VariableIncome, VariableIncomeBalance, VariableIncomeIdentification, VariableIncomeTransaction,
    VariableIncomesReport,
};
pub use warranty::{Warranty, WarrantySubType, WarrantyType};
