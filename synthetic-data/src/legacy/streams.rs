//! Income and liabilities that recur.

use jiff::civil::Date;
use klavi_types::legacy::{IncomeAccount, IncomeDay, IncomeStream, LiabilitiesAccount, LiabilityStream};

use super::Holdings;
use super::accounts::{MONTHS, entry};
use crate::day;
use crate::money::Centavos;
use crate::statement::{Booked, Statement};

/// Days that are looked at.
pub(super) const DAYS: i64 = 180;

/// Income that recurs here, by its third category. The word is that of the example.
const SALARY: [(&str, &str); 1] = [("Regular salary", "Salário")];

/// Liabilities that recur here. `Credit card` is the word of the example, `Bank loan` that of the labels.
const LIABILITIES: [(&str, &str); 2] = [("Credit card", "Pagamento de fatura"), ("Bank loan", "Parcela")];

/// The entries of the checking account in the last 180 days.
pub(super) fn entries(holdings: &Holdings<'_>) -> Vec<Booked> {
    let statement = Statement::last_months(&holdings.checking, holdings.now, MONTHS);
    statement.entries().filter(|booked| is_within(booked, holdings, DAYS)).collect()
}

/// Whether an entry is of the last so many days, today being one of them.
pub(super) fn is_within(booked: &Booked, holdings: &Holdings<'_>, days: i64) -> bool {
    days_ago(booked.day(), holdings) < days
}

fn days_ago(day: Date, holdings: &Holdings<'_>) -> i64 {
    day::of(holdings.now).duration_since(day).as_hours() / 24
}

/// The streams of that kind: word and entries.
fn streams(all: &[Booked], kinds: &[(&'static str, &str)]) -> Vec<(&'static str, Vec<usize>)> {
    kinds
        .iter()
        .map(|(word, category)| {
            let places = all.iter().enumerate().filter(|(_, booked)| booked.draft.categories[2] == *category);
            (*word, places.map(|(place, _)| place).collect::<Vec<_>>())
        })
        .filter(|(_, places)| !places.is_empty())
        .collect()
}

/// The sums of streams over the last 30, 60, 90 and 180 days, positive.
fn totals(all: &[Booked], streams: &[(&'static str, Vec<usize>)], holdings: &Holdings<'_>) -> [Centavos; 4] {
    [30, 60, 90, DAYS].map(|days| {
        let places = streams.iter().flat_map(|(_, places)| places);
        let within = places.map(|place| &all[*place]).filter(|booked| is_within(booked, holdings, days));
        within.map(|booked| booked.draft.amount.abs()).sum()
    })
}

pub(super) fn income(holdings: &Holdings<'_>) -> IncomeAccount {
    let all = entries(holdings);
    let streams = streams(&all, &SALARY);
    let mut account = IncomeAccount::default();
    account.account = holdings.account(&holdings.checking);
    account.account_holder = Some(holdings.customer.civil_name().into());
    account.days_covered = Some(DAYS.into());
    account.number_of_streams = Some((streams.len() as i64).into());
    let [thirty, sixty, ninety, all_days] = totals(&all, &streams, holdings).map(Centavos::number);
    account.total_last_30_days = Some(thirty);
    account.total_last_60_days = Some(sixty);
    account.total_last_90_days = Some(ninety);
    account.total_last_180_days = Some(all_days);
    account.streams = streams
        .iter()
        .map(|(word, places)| {
            let mut stream = IncomeStream::default();
            stream.stream_type = Some((*word).into());
            let mut days = IncomeDay::default();
            days.first = places.first().map(|place| all[*place].day().day().to_string().into());
            days.second = Some("".into());
            stream.income_day = Some(days);
            stream.entries = places.iter().map(|place| entry(&all[*place])).collect();
            stream
        })
        .collect();
    account
}

pub(super) fn liabilities(holdings: &Holdings<'_>) -> LiabilitiesAccount {
    let all = entries(holdings);
    let streams = streams(&all, &LIABILITIES);
    let mut account = LiabilitiesAccount::default();
    account.account = holdings.account(&holdings.checking);
    account.account_holder = Some(holdings.customer.civil_name().into());
    account.days_covered = Some(DAYS.into());
    account.number_of_streams = Some((streams.len() as i64).into());
    let [thirty, sixty, ninety, all_days] = totals(&all, &streams, holdings).map(Centavos::number);
    account.total_last_30_days = Some(thirty);
    account.total_last_60_days = Some(sixty);
    account.total_last_90_days = Some(ninety);
    account.total_last_180_days = Some(all_days);
    account.streams = streams
        .iter()
        .map(|(word, places)| {
            let mut stream = LiabilityStream::default();
            stream.stream_type = Some((*word).into());
            stream.entries = places.iter().map(|place| entry(&all[*place])).collect();
            stream
        })
        .collect();
    account
}
