use provider_wire::{List, record};

use super::{BalanceAccount, Content, CreditContract, Loan};
use crate::ProductName;

/// Content of the reports on credit, of one kind or of all four: accounts and contracts.
///
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
///
/// # Products
/// For persons (`pf_`) and companies (`pj_`), at institution level; of `credit_operations` the level is not stated, and
/// `pj_` was not seen. What a contract holds is said at [`CreditContract`].
///
/// | product | fills | fields known from |
/// |---|---|---|
/// | `loans` | [`loans`](CreditOperations::loans) | example of V1 (docs.klavi.ai/link/Zpma-v1) up to the interest rates; the rest from Open Finance Brasil, loans 2.5; the page of V1.1 was not seen |
/// | `financing` | [`financings`](CreditOperations::financings) | its page was not seen; inferred from the example of loans and from Open Finance Brasil, financings 2.4 |
/// | `invoice_financing` | [`invoice_financings`](CreditOperations::invoice_financings) | example of V1 (docs.klavi.ai/link/k-zL-v1) up to the interest rates; the rest from Open Finance Brasil, invoice financings 2.4; the page of V1.1 was not seen |
/// | `unarranged_account_overdraft` | [`unarranged_accounts_overdraft`](CreditOperations::unarranged_accounts_overdraft) | its page was not seen; inferred from the example of loans and from Open Finance Brasil, unarranged accounts overdraft 2.5 |
/// | `credit_operations` | every list | example of V1.1 (docs.klavi.ai/link/C1QD-v11) up to the interest rates of a loan; the names of the other three lists are inferred |
#[record(rename_all = "camelCase")]
pub struct CreditOperationsReport {
    /// The accounts and contracts.
    pub credit_operations: Option<CreditOperations>,
}

impl Content for CreditOperationsReport {
    const PRODUCTS: &'static [ProductName] = &[
        ProductName::Loans,
        ProductName::Financing,
        ProductName::InvoiceFinancing,
        ProductName::UnarrangedAccountOverdraft,
        ProductName::CreditOperations,
    ];

    fn entry_count(&self) -> usize {
        let contracts = self.credit_operations.iter().flat_map(CreditOperations::contracts);
        contracts.map(|contract| contract.payments.releases.len()).sum()
    }
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
