//! The variables of `credit_risk` that the customer's accounts settle.

use jiff::{Timestamp, ToSpan};

use klavi_types::reports::{AccountHead, CreditRisk, CreditRiskPerson, CreditRiskReport, LabelDetail};
use klavi_types::{Amount, AmountNumber};

use super::account::Account;
use super::day;
use super::money::Centavos;
use super::scope::Scope;
use super::statement::Statement;

/// Since when the checking accounts are open, in days.
const AGES: std::ops::Range<i64> = 400..4_000;

/// Average daily balances: code and days. Source: docs.klavi.ai/link/KGqy-v11.
const AVERAGES: [(&str, i64); 6] =
    [("F000010", 30), ("F000011", 60), ("F000012", 90), ("F000013", 120), ("F000014", 180), ("F000015", 360)];

/// Variables that follow from the checking accounts: those whose meaning is documented.
pub(crate) fn report(scope: &Scope<'_>, accounts: &[Account<'_>]) -> CreditRiskReport {
    let mut person = CreditRiskPerson::default();
    person.accounts = accounts.iter().map(named).collect();
    person.civil_name = accounts.first().map(|account| account.customer.civil_name().into());

    let ages = accounts.iter().map(age);
    let available = accounts.iter().map(|account| account.balance(scope.now)).sum::<Centavos>();
    let days = daily_balances(scope.now, accounts);
    let mut labels = vec![
        label("F000007", "Longest checking account age", &ages.max().unwrap_or_default().to_string()),
        label("F000009", "Checking account balance", &available.to_string()),
    ];
    labels.extend(AVERAGES.map(|(code, period)| {
        let last = days.iter().take(usize::try_from(period).unwrap_or_default());
        let average = Centavos(last.map(|balance| balance.0).sum::<i64>() / period);
        let name = format!("Checking account daily average balance last {period} days");
        label(code, &name, &average.to_string())
    }));

    let mut risk = CreditRisk::default();
    risk.personal_info = Some(person);
    risk.label_details = labels.into();
    let mut report = CreditRiskReport::default();
    report.credit_risk = Some(risk);
    report
}

/// Since when an account is open, in days.
pub(crate) fn age(account: &Account<'_>) -> i64 {
    account.customer.rng(&["age", account.institution.code]).i64(AGES)
}

/// The balance of all accounts at the end of each of the last 360 days, yesterday first.
pub(crate) fn daily_balances(now: Timestamp, accounts: &[Account<'_>]) -> Vec<Centavos> {
    let today = day::of(now);
    let mut days = vec![Centavos::default(); 360];
    for account in accounts {
        let entries: Vec<_> = Statement::last_months(account, now, 13).entries().collect();
        let mut later = entries.iter().rev().peekable();
        let mut end = today;
        for day in &mut days {
            end = end.saturating_sub(1.day());
            while later.next_if(|booked| booked.day() > end).is_some() {}
            let last = later.peek();
            *day = *day + last.map_or_else(Centavos::default, |booked| booked.balance);
        }
    }
    days
}

fn named(account: &Account<'_>) -> AccountHead {
    let mut head = AccountHead::default();
    head.brand_name = Some(account.institution.name.into());
    head.bacen_name = Some(account.institution.legal_name.into());
    head.compe_code = Some(account.institution.code.into());
    head
}

fn label(code: &str, name: &str, value: &str) -> LabelDetail {
    let mut label = LabelDetail::default();
    label.label_code = Some(code.into());
    label.label_name = Some(name.into());
    label.label_value = value.parse::<Amount>().ok().map(AmountNumber::from);
    label
}
