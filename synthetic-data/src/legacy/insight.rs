//! The sums of `financial_insight`.

use klavi_types::List;
use klavi_types::legacy::{
    CardSpending, CashFlowAnalysis, CreditAnalysis, FinancialProfile, InsightAccount, YesNo,
};

use super::Holdings;
use super::cards::statement;
use super::streams::{DAYS, entries, is_within};
use crate::credit_risk::daily_balances;
use crate::money::Centavos;
use crate::statement::Booked;

pub(super) fn account(holdings: &Holdings<'_>) -> InsightAccount {
    let booked = entries(holdings);
    let mut account = InsightAccount::default();
    account.account = holdings.account(&holdings.checking);
    account.account_holder = Some(holdings.customer.civil_name().into());
    account.days_covered = Some(DAYS.into());
    account.cash_flow = List::from(vec![cash_flow(holdings, &booked)]);
    let mut credit = CreditAnalysis::default();
    // The world's accounts have neither.
    credit.overdraft_limit = Some(Centavos::default().available());
    credit.preapproved_loan = Some(Centavos::default().available());
    account.credit = List::from(vec![credit]);
    account.card_spending = List::from(vec![card_spending(holdings)]);
    account.profile = List::from(vec![profile(&booked)]);
    account
}

fn cash_flow(holdings: &Holdings<'_>, booked: &[Booked]) -> CashFlowAnalysis {
    let mut flow = CashFlowAnalysis::default();
    flow.checking_account_balance = Some(holdings.checking.balance(holdings.now).available());
    flow.saving_account_balance = Some(holdings.savings.balance(holdings.now).available());

    let daily = daily_balances(holdings.now, std::slice::from_ref(&holdings.checking));
    let average = |days: usize| {
        let sum: Centavos = daily.iter().take(days).copied().sum();
        Some(Centavos(sum.0 / i64::try_from(days).unwrap_or(i64::MAX)).available())
    };
    flow.avg_daily_balance_last_30_days = average(30);
    flow.avg_daily_balance_last_60_days = average(60);
    flow.avg_daily_balance_last_90_days = average(90);
    flow.avg_daily_balance_last_180_days = average(180);

    let sum = |days, coming: bool| {
        let within = booked.iter().filter(|booked| is_within(booked, holdings, days));
        let amounts = within.map(|booked| booked.draft.amount).filter(|amount| (amount.0 > 0) == coming);
        Some(amounts.map(Centavos::abs).sum::<Centavos>().available())
    };
    flow.inflow_last_30_days = sum(30, true);
    flow.inflow_last_60_days = sum(60, true);
    flow.inflow_last_90_days = sum(90, true);
    flow.inflow_last_180_days = sum(DAYS, true);
    flow.outflow_last_30_days = sum(30, false);
    flow.outflow_last_60_days = sum(60, false);
    flow.outflow_last_90_days = sum(90, false);
    flow.outflow_last_180_days = sum(DAYS, false);
    flow
}

/// Bills are negative.
fn card_spending(holdings: &Holdings<'_>) -> CardSpending {
    let statement = statement(holdings);
    let closed: Vec<_> = statement.closed().map(|bill| statement.total(bill)).collect();
    let owed = |amount: Centavos| Some((-amount).available());
    let count = i64::try_from(closed.len()).unwrap_or(i64::MAX);
    let mut spending = CardSpending::default();
    spending.card_holder = Some(holdings.customer.civil_name().into());
    spending.last_four_digits = Some(holdings.card.digits.as_str().into());
    spending.card_type = holdings.card.account().name;
    spending.credit_limit = Some(holdings.card.limit.available());
    spending.closed_bills_covered = Some(count.into());
    spending.open_bill_balance = owed(statement.total(statement.open()));
    spending.last_closed_bill = closed.first().and_then(|bill| owed(*bill));
    spending.avg_last_3_closed_bills = owed(Centavos(closed.iter().copied().sum::<Centavos>().0 / count));
    spending.days_covered = Some(DAYS.into());
    spending.has_late_payment = Some(YesNo::No);
    spending.pay_bills_in_installment = Some(YesNo::No);
    spending
}

fn profile(booked: &[Booked]) -> FinancialProfile {
    let withdrawn = booked.iter().filter(|booked| booked.draft.categories[0] == "Saques");
    let mut profile = FinancialProfile::default();
    profile.additional_overdraft_interest = Some(Centavos::default().available());
    profile.overdraft_interest = Some(Centavos::default().available());
    profile.iof = Some(Centavos::default().available());
    profile.atm_withdrawal =
        Some(withdrawn.map(|booked| booked.draft.amount.abs()).sum::<Centavos>().available());
    profile.has_inss = Some(YesNo::No);
    profile.has_iptu_payment = Some(YesNo::No);
    profile.has_ipva_payment = Some(YesNo::No);
    profile.has_returned_cheque = Some(YesNo::No);
    profile.has_severance = Some(YesNo::No);
    profile
}
