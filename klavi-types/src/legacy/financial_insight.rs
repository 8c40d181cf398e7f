use provider_wire::{Integer, List, Text, record};

use super::{AmountUnless, BankAccount, DataHead, YesNo};

/// `data` of report type `financial_insight`: cash flow, credit, card spending and habits by account, in reais.
///
/// -1 stands for "not available" in all figures. Schema complete (observed, V1.1).
///
/// ```
/// use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report};
///
/// # let body = br#"{"code":200,"msg":"ok","data":{"report_type":"financial_insight","financial_insight":[
/// #     {"cashflowAnalysis":[{"inflow_last_30_days":-1}],"creditcardSpending":null}]}}"#;
/// let AnyLegacyReport::FinancialInsight(report) = decode_legacy_report(body)?.value else { return Ok(()) };
/// let data = report.data.unwrap();
/// let inflow = data.accounts[0].cash_flow[0].inflow_last_30_days.unwrap();
/// assert_eq!(inflow.available(), None);
/// # Ok::<(), klavi_types::DecodeError>(())
/// ```
#[record]
pub struct FinancialInsight {
    #[wire(flatten)]
    pub head: DataHead,
    /// The accounts. In lower case on the wire, unlike most products.
    #[wire("financial_insight", or = "Financial_insight")]
    pub accounts: List<InsightAccount>,
}

/// The figures of an account.
#[record]
pub struct InsightAccount {
    #[wire(flatten)]
    pub account: BankAccount,
    /// Name of the holder.
    pub account_holder: Option<Text>,
    /// Days that were looked at.
    pub days_covered: Option<Integer>,
    /// Balances and flows; a list of one.
    #[wire("cashflowAnalysis")]
    pub cash_flow: List<CashFlowAnalysis>,
    /// Credit on offer; a list of one.
    #[wire("creditAnalysis")]
    pub credit: List<CreditAnalysis>,
    /// Cards; `null` on the wire where there is none.
    #[wire("creditcardSpending")]
    pub card_spending: List<CardSpending>,
    /// Habits; a list of one.
    #[wire("financialProfile")]
    pub profile: List<FinancialProfile>,
}

/// Balances and flows in reais.
#[record]
pub struct CashFlowAnalysis {
    /// Balance of the checking account.
    pub checking_account_balance: Option<AmountUnless<-1>>,
    /// Balance of the savings account.
    pub saving_account_balance: Option<AmountUnless<-1>>,
    /// Mean of the daily balances.
    pub avg_daily_balance_last_30_days: Option<AmountUnless<-1>>,
    /// Mean of the daily balances.
    pub avg_daily_balance_last_60_days: Option<AmountUnless<-1>>,
    /// Mean of the daily balances.
    pub avg_daily_balance_last_90_days: Option<AmountUnless<-1>>,
    /// Mean of the daily balances.
    pub avg_daily_balance_last_180_days: Option<AmountUnless<-1>>,
    /// Money in.
    pub inflow_last_30_days: Option<AmountUnless<-1>>,
    /// Money in.
    pub inflow_last_60_days: Option<AmountUnless<-1>>,
    /// Money in.
    pub inflow_last_90_days: Option<AmountUnless<-1>>,
    /// Money in.
    pub inflow_last_180_days: Option<AmountUnless<-1>>,
    /// Money out.
    pub outflow_last_30_days: Option<AmountUnless<-1>>,
    /// Money out.
    pub outflow_last_60_days: Option<AmountUnless<-1>>,
    /// Money out.
    pub outflow_last_90_days: Option<AmountUnless<-1>>,
    /// Money out.
    pub outflow_last_180_days: Option<AmountUnless<-1>>,
}

/// Credit on offer, in reais.
#[record]
pub struct CreditAnalysis {
    /// Limit of the overdraft.
    pub overdraft_limit: Option<AmountUnless<-1>>,
    /// Loan that the bank has approved beforehand.
    pub preapproved_loan: Option<AmountUnless<-1>>,
}

/// Spending on a card, in reais. Bills are negative.
#[record]
pub struct CardSpending {
    /// Name of the holder.
    pub card_holder: Option<Text>,
    /// Last four digits. Spelt in three ways over the products; all are read.
    #[wire("card_last_4_digit", or = "card_last4num", or = "card_last_4_num")]
    pub last_four_digits: Option<Text>,
    /// Name of the card's product.
    pub card_type: Option<Text>,
    /// Limit.
    pub credit_limit: Option<AmountUnless<-1>>,
    /// Number of closed bills that were looked at.
    pub closed_bills_covered: Option<Integer>,
    /// Open bill.
    pub open_bill_balance: Option<AmountUnless<-1>>,
    /// Last closed bill.
    pub last_closed_bill: Option<AmountUnless<-1>>,
    /// Mean of the last three closed bills.
    pub avg_last_3_closed_bills: Option<AmountUnless<-1>>,
    /// Days that were looked at.
    pub days_covered: Option<Integer>,
    /// Whether a bill was paid late.
    pub has_late_payment: Option<YesNo>,
    /// Whether bills are paid in instalments.
    pub pay_bills_in_installment: Option<YesNo>,
}

/// Habits. Sums in reais.
#[record]
pub struct FinancialProfile {
    /// Interest on advances beyond the overdraft.
    pub additional_overdraft_interest: Option<AmountUnless<-1>>,
    /// Interest on the overdraft.
    pub overdraft_interest: Option<AmountUnless<-1>>,
    /// Tax on financial operations.
    pub iof: Option<AmountUnless<-1>>,
    /// Withdrawals at machines.
    pub atm_withdrawal: Option<AmountUnless<-1>>,
    /// Whether a public pension comes in.
    pub has_inss: Option<YesNo>,
    /// Whether property tax is paid.
    pub has_iptu_payment: Option<YesNo>,
    /// Whether vehicle tax is paid.
    pub has_ipva_payment: Option<YesNo>,
    /// Whether a cheque came back.
    pub has_returned_cheque: Option<YesNo>,
    /// Whether a severance payment came in.
    pub has_severance: Option<YesNo>,
}
