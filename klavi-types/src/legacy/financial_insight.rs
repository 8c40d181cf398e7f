use provider_wire::{Integer, List, Text, record};

use super::{AmountUnless, BankAccount, DataHead, YesNo};

record! {
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
    pub struct FinancialInsight {
        ..head: DataHead,
        /// The accounts. In lower case on the wire, unlike most products.
        pub accounts: List<InsightAccount> => "financial_insight" | "Financial_insight",
    }
}

record! {
    /// The figures of an account.
    pub struct InsightAccount {
        ..account: BankAccount,
        /// Name of the holder.
        pub account_holder: Option<Text> => "account_holder",
        /// Days that were looked at.
        pub days_covered: Option<Integer> => "days_covered",
        /// Balances and flows; a list of one.
        pub cash_flow: List<CashFlowAnalysis> => "cashflowAnalysis",
        /// Credit on offer; a list of one.
        pub credit: List<CreditAnalysis> => "creditAnalysis",
        /// Cards; `null` on the wire where there is none.
        pub card_spending: List<CardSpending> => "creditcardSpending",
        /// Habits; a list of one.
        pub profile: List<FinancialProfile> => "financialProfile",
    }
}

record! {
    /// Balances and flows in reais.
    pub struct CashFlowAnalysis {
        /// Balance of the checking account.
        pub checking_account_balance: Option<AmountUnless<-1>> => "checking_account_balance",
        /// Balance of the savings account.
        pub saving_account_balance: Option<AmountUnless<-1>> => "saving_account_balance",
        /// Mean of the daily balances.
        pub avg_daily_balance_last_30_days: Option<AmountUnless<-1>> => "avg_daily_balance_last_30_days",
        /// Mean of the daily balances.
        pub avg_daily_balance_last_60_days: Option<AmountUnless<-1>> => "avg_daily_balance_last_60_days",
        /// Mean of the daily balances.
        pub avg_daily_balance_last_90_days: Option<AmountUnless<-1>> => "avg_daily_balance_last_90_days",
        /// Mean of the daily balances.
        pub avg_daily_balance_last_180_days: Option<AmountUnless<-1>> => "avg_daily_balance_last_180_days",
        /// Money in.
        pub inflow_last_30_days: Option<AmountUnless<-1>> => "inflow_last_30_days",
        /// Money in.
        pub inflow_last_60_days: Option<AmountUnless<-1>> => "inflow_last_60_days",
        /// Money in.
        pub inflow_last_90_days: Option<AmountUnless<-1>> => "inflow_last_90_days",
        /// Money in.
        pub inflow_last_180_days: Option<AmountUnless<-1>> => "inflow_last_180_days",
        /// Money out.
        pub outflow_last_30_days: Option<AmountUnless<-1>> => "outflow_last_30_days",
        /// Money out.
        pub outflow_last_60_days: Option<AmountUnless<-1>> => "outflow_last_60_days",
        /// Money out.
        pub outflow_last_90_days: Option<AmountUnless<-1>> => "outflow_last_90_days",
        /// Money out.
        pub outflow_last_180_days: Option<AmountUnless<-1>> => "outflow_last_180_days",
    }
}

record! {
    /// Credit on offer, in reais.
    pub struct CreditAnalysis {
        /// Limit of the overdraft.
        pub overdraft_limit: Option<AmountUnless<-1>> => "overdraft_limit",
        /// Loan that the bank has approved beforehand.
        pub preapproved_loan: Option<AmountUnless<-1>> => "preapproved_loan",
    }
}

record! {
    /// Spending on a card, in reais. Bills are negative.
    pub struct CardSpending {
        /// Name of the holder.
        pub card_holder: Option<Text> => "card_holder",
        /// Last four digits. Spelt in three ways over the products; all are read.
        pub last_four_digits: Option<Text> => "card_last_4_digit" | "card_last4num" | "card_last_4_num",
        /// Name of the card's product.
        pub card_type: Option<Text> => "card_type",
        /// Limit.
        pub credit_limit: Option<AmountUnless<-1>> => "credit_limit",
        /// Number of closed bills that were looked at.
        pub closed_bills_covered: Option<Integer> => "closed_bills_covered",
        /// Open bill.
        pub open_bill_balance: Option<AmountUnless<-1>> => "open_bill_balance",
        /// Last closed bill.
        pub last_closed_bill: Option<AmountUnless<-1>> => "last_closed_bill",
        /// Mean of the last three closed bills.
        pub avg_last_3_closed_bills: Option<AmountUnless<-1>> => "avg_last_3_closed_bills",
        /// Days that were looked at.
        pub days_covered: Option<Integer> => "days_covered",
        /// Whether a bill was paid late.
        pub has_late_payment: Option<YesNo> => "has_late_payment",
        /// Whether bills are paid in instalments.
        pub pay_bills_in_installment: Option<YesNo> => "pay_bills_in_installment",
    }
}

record! {
    /// Habits. Sums in reais.
    pub struct FinancialProfile {
        /// Interest on advances beyond the overdraft.
        pub additional_overdraft_interest: Option<AmountUnless<-1>> => "additional_overdraft_interest",
        /// Interest on the overdraft.
        pub overdraft_interest: Option<AmountUnless<-1>> => "overdraft_interest",
        /// Tax on financial operations.
        pub iof: Option<AmountUnless<-1>> => "iof",
        /// Withdrawals at machines.
        pub atm_withdrawal: Option<AmountUnless<-1>> => "atm_withdrawal",
        /// Whether a public pension comes in.
        pub has_inss: Option<YesNo> => "has_inss",
        /// Whether property tax is paid.
        pub has_iptu_payment: Option<YesNo> => "has_iptu_payment",
        /// Whether vehicle tax is paid.
        pub has_ipva_payment: Option<YesNo> => "has_ipva_payment",
        /// Whether a cheque came back.
        pub has_returned_cheque: Option<YesNo> => "has_returned_cheque",
        /// Whether a severance payment came in.
        pub has_severance: Option<YesNo> => "has_severance",
    }
}
