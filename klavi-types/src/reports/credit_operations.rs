use provider_wire::{List, record};

use super::{BalanceAccount, Content, CreditContract, Loan};
use crate::ProductName;

/// Content of `pf_credit_operations` (level not stated; `pj_` not seen): the four kinds of credit in one report.
///
/// From the example of V1.1, docs.klavi.ai/link/C1QD-v11, which was seen up to the interest rates of a loan. The
/// names of the other three lists are inferred, what a contract holds is said at [`CreditContract`].
/// Amounts in the currency of the contract, rates as fractions.
///
/// ```
/// use klavi_types::Amount;
/// use klavi_types::reports::{AnyReport, decode_report};
///
/// # let body = br#"{"productName":"pf_credit_operations","creditOperations":{
/// #     "loans":[{"contractOutstandingBalance":"1000.0400"}],"financings":[{"contractOutstandingBalance":"9.96"}]}}"#;
/// let AnyReport::CreditOperations(report) = decode_report(body)?.value else { return Ok(()) };
/// let operations = report.content.credit_operations.unwrap();
/// let owed = operations.contracts().filter_map(|contract| contract.payments.contract_outstanding_balance);
/// assert_eq!(Amount::sum(owed).unwrap().to_string(), "1010.0000");
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record(rename_all = "camelCase")]
pub struct CreditOperationsReport {
    /// All kinds of credit.
    pub credit_operations: Option<CreditOperations>,
}

impl Content for CreditOperationsReport {
    const PRODUCTS: &'static [ProductName] = &[ProductName::CreditOperations];
}

/// Accounts and credit contracts: the object around every credit report. A report of one kind fills the list of
/// that kind.
///
/// Where a name is inferred, other forms of it are read as well.
#[record(rename_all = "camelCase")]
pub struct CreditOperations {
    /// The accounts, without balances.
    pub accounts: List<BalanceAccount>,
    /// Loans.
    pub loans: List<Loan>,
    /// Financings (name inferred).
    #[wire(or = "financing")]
    pub financings: List<CreditContract>,
    /// Discounted receivables.
    #[wire(or = "invoiceFinancing")]
    pub invoice_financings: List<CreditContract>,
    /// Advances to depositors (name inferred).
    #[wire(
        or = "unarrangedAccountOverdraft",
        or = "unarrangedAccountOverdrafts",
        or = "unarrangedAccountsOverdrafts"
    )]
    pub unarranged_accounts_overdraft: List<CreditContract>,
}

impl CreditOperations {
    /// The contracts of every kind, loans first.
    pub fn contracts(&self) -> impl Iterator<Item = &CreditContract> {
        let others = [&self.financings, &self.invoice_financings, &self.unarranged_accounts_overdraft];
        self.loans.iter().map(|loan| &loan.contract).chain(others.into_iter().flatten())
    }
}
