//! Credit contracts over every credit report: each contract once, what is owed, what is overdue, what is due next.
//!
//! [`Contracts`] takes the reports in any order, and [`Contracts::summary`] adds them up. What a bank does not state is
//! counted apart and is never zero.
//!
//! # Limits
//!
//! - Banks state how many instalments are overdue, and no amount of them. [`Totals::outstanding_overdue`] is what is owed
//!   in all on the contracts that have any.
//! - Credit at banks that are not connected is in no report.
//! - A field that a bank stops stating keeps its last value; see [`Contract::as_of`].
//! - A contract without an IPOC code, number and id is known by kind, day and amount: it is another one where these change.

mod contract;
mod contracts;
mod due;
mod summary;

pub use contract::{Balloon, ContractIdentity, ContractTerms, CreditKind, Frequency};
pub use contracts::{Contract, ContractSnapshot, Contracts, CreditReport, Disbursement};
pub use due::{DueBasis, NextDue};
pub use summary::{CreditSummary, Totals};
