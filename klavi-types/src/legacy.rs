//! The first generation: reports of Open Data, which collects with the user's login, and messages of its Link page.
//!
//! Not what new partners integrate; old connections still push it. A report is an object with `code`, `msg` and
//! `data`; `data` holds a head and the product that `report_type` names. All names are `snake_case` on the wire.
//! [`decode_legacy_report`] reads any of them; where only the name of a product is known, the product stays as it
//! came ([`UntypedData`]). All products are of one institution.
//!
//! Amounts are JSON numbers in reais with a sign: money out is negative. A number may say "not available"
//! ([`AmountUnless`]), booleans are `"Yes"` and `"No"` ([`YesNo`]) or 1 and 0, lists may be `null`.
//!
//! | data | report type | versions seen | schema known from |
//! |---|---|---|---|
//! | [`CategoryChecking`] | `category_checking` | V1 | table (docs.klavi.ai/produtos) and observed, complete |
//! | [`CategoryCreditcard`] | `category_creditcard` | V1 | observed, complete |
//! | [`Income`] | `income` | V1.1 | observed, complete |
//! | [`Liabilities`] | `liabilities` | V1.1 | observed, complete |
//! | [`FinancialInsight`] | `financial_insight` | V1.1 | observed, complete |
//! | [`ScoreK1`] | `score_k1` | V1 | observed, complete |
//! | [`Identity`] | `identity` | V1 | observed, complete |
//! | [`Balance`] | `balance` | V1 | observed, complete |
//! | [`KLabel`] | `k_label` | V1 | observed; structure complete, labels are data |
//! | [`UntypedData`] | `fgts`, `investment`, `corporate_checking`, `gig_economy`, `auth_account`, `auth_creditcard` | none | name only (docs.klavi.ai/produtos) |
//! | [`UntypedData`] | `bank_loan`, `summary` | none | name only (observed) |
//!
//! "Observed" means partners' test bodies of 2022 and 2023, which repeat the documentation's examples.
//!
//! ```
//! use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
//!
//! let body = br#"{"code":200,"msg":"ok","report_time":"2019-12-23 06:10:43","data":{"report_type":"balance",
//!     "accountBalance":[{"account_type":"checking","current_balance":100.50,"total_limit":-1}]}}"#;
//! let AnyLegacyReport::Balance(report) = decode_legacy_report(body)?.value else { unreachable!("it says balance") };
//!
//! assert!(report.head.code.unwrap().has_data());
//! let account = &report.data.as_ref().unwrap().accounts[0];
//! assert_eq!(account.current_balance.unwrap().available().unwrap().to_string(), "100.50");
//! assert_eq!(account.total_limit.unwrap().available(), None);
//! # Ok::<(), klavi_types::DecodeError>(())
//! ```

mod amount_unless;
mod any;
mod balance;
mod bank;
mod category_checking;
mod category_creditcard;
mod entry;
mod financial_insight;
mod identity;
mod income;
mod k_label;
mod liabilities;
mod link_message;
mod report;
mod score_k1;

pub use amount_unless::AmountUnless;
#[cfg(feature = "json-schema")]
pub use any::legacy_report_schema;
pub use any::{AnyLegacyReport, UntypedData, decode_legacy_report, inspect_legacy_report};
pub use balance::{Balance, BalanceOfAccount, BalanceOfAccountType};
pub use bank::{AccountInfo, Bank, BankAccount};
pub use category_checking::{CategoryChecking, CheckingAccount, CheckingEntry};
pub use category_creditcard::{CardEntry, CategoryCreditcard, ClosedStatement, CreditCard, OpenStatement};
pub use entry::Entry;
pub use financial_insight::{
    CardSpending, CashFlowAnalysis, CreditAnalysis, FinancialInsight, FinancialProfile, InsightAccount,
};
pub use identity::{Address, Identity, Person};
pub use income::{Income, IncomeAccount, IncomeDay, IncomeStream};
pub use k_label::{KLabel, Label, LabelName, RiskLabel};
pub use liabilities::{Liabilities, LiabilitiesAccount, LiabilityStream};
pub use link_message::{LinkMessage, LinkPage};
pub use report::{DataHead, LegacyData, LegacyHead, LegacyReport, LegacyReportType, YesNo};
pub use score_k1::{ScoreDetail, ScoreInfo, ScoreK1};
