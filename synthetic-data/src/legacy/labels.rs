//! The labels of `k_label` whose names are known: 117 of 540. Those whose meaning the name does not settle are "not
//! available".

use klavi_types::Amount;
use klavi_types::legacy::Label;

use super::Holdings;
use super::cards::statement;
use super::streams::{entries, is_within};
use crate::bill::Bill;
use crate::credit_risk;
use crate::day;
use crate::money::Centavos;

const STATISTICS: [&str; 6] = ["max", "min", "avg", "med", "std", "cv"];
const NOT_AVAILABLE: &str = "-999999";

/// Numbers in hundredths, whatever their unit.
type Hundredths = i64;

pub(super) fn of(holdings: &Holdings<'_>) -> Vec<Label> {
    let mut labels = ages(holdings);
    labels.extend(counts(holdings));
    labels.extend(bills(holdings));
    labels.extend(liabilities(holdings));
    labels
}

/// Of accounts and their entries, in days.
fn ages(holdings: &Holdings<'_>) -> Vec<Label> {
    let account = credit_risk::age(&holdings.checking) * 100;
    let today = day::of(holdings.now);
    let entry_ages: Vec<_> = entries(holdings)
        .iter()
        .map(|booked| today.duration_since(booked.day()).as_hours() / 24 * 100)
        .collect();
    let known = [
        (1, "transaction_age_of_checking_account", Some(entry_ages)),
        (7, "account_age_of_checking_account", Some(vec![account])),
        (13, "transaction_age_of_creditcard", None),
        (19, "account_age_of_creditcard", None),
    ];
    let labels = known.into_iter().flat_map(|(first, measure, series)| {
        series_labels(first, measure, "full_record_period", series.as_deref())
    });
    labels.collect()
}

fn counts(holdings: &Holdings<'_>) -> Vec<Label> {
    let whole = |code, measure: &str, statistic: &str, value: &str| {
        label(code, &format!("transactions.{measure}.{statistic}.full_record_period"), value)
    };
    vec![
        whole(25, "is_premium_bank", "pct", "0"),
        whole(26, "count_of_checking_account", "tot", "1"),
        whole(27, "count_of_creditcard", "tot", "1"),
        whole(28, "creditcard_ranking", "max", NOT_AVAILABLE),
        whole(29, "creditcard_limit", "max", &holdings.card.limit.to_string()),
    ]
}

/// Of the last closed bills.
fn bills(holdings: &Holdings<'_>) -> Vec<Label> {
    let statement = statement(holdings);
    let closed: Vec<Bill> = statement.closed().collect();
    let totals = closed.iter().map(|bill| statement.total(*bill).0).collect();
    let count = |bill: &Bill| i64::try_from(statement.entries(*bill).count()).unwrap_or_default() * 100;
    let highest =
        |bill: &Bill| statement.entries(*bill).map(|entry| entry.amount.0).max().unwrap_or_default();
    let measures: [(i64, &str, usize, Vec<Hundredths>); 3] = [
        (30, "bill_amount_of_creditcard", 3, totals),
        (48, "transaction_count_of_creditcard", 3, closed.iter().map(count).collect()),
        (66, "highest_amount_transaction_of_creditcard", 2, closed.iter().map(highest).collect()),
    ];
    let mut labels = Vec::new();
    for (first, measure, windows, series) in measures {
        for (place, months) in (0..).zip(1..=windows) {
            let window = format!("last_{months}_bill_month");
            let last = &series[..months.min(series.len())];
            labels.extend(series_labels(first + 6 * place, measure, &window, Some(last)));
        }
    }
    labels
}

/// Sums and counts of what recurs, by what it is for.
fn liabilities(holdings: &Holdings<'_>) -> Vec<Label> {
    const NONE: &[&str] = &[];
    let kinds: [(i64, &str, Option<&[&str]>); 5] = [
        (501, "mortgage_liabilities", Some(NONE)),
        (509, "student_loan_liabilities", Some(NONE)),
        (517, "bank_loan_liabilities", Some(&["Parcela"])),
        (525, "other_recurrent_liabilities", None),
        (533, "utilities&rental_liabilities", Some(&["Aluguel", "Energia", "Água", "Internet"])),
    ];
    let all = entries(holdings);
    let mut labels = Vec::new();
    for (first, measure, categories) in kinds {
        for (place, days) in (0..).zip([30, 60, 90]) {
            let found: Option<Vec<Centavos>> = categories.map(|categories| {
                let of_kind = all.iter().filter(|booked| {
                    categories.contains(&booked.draft.categories[2]) && is_within(booked, holdings, days)
                });
                of_kind.map(|booked| booked.draft.amount.abs()).collect()
            });
            let sum = found.as_ref().map(|amounts| amounts.iter().copied().sum::<Centavos>().to_string());
            let count = found.as_ref().map(|amounts| amounts.len().to_string());
            let value = |value: &Option<String>| value.clone().unwrap_or_else(|| NOT_AVAILABLE.to_owned());
            let named = |suffix: &str| format!("transactions.{measure}{suffix}.tot.last_{days}_days");
            labels.push(label(first + place, &named(""), &value(&sum)));
            labels.push(label(first + 3 + place, &named("_transaction_count"), &value(&count)));
        }
        let with = format!("transactions.period_with_{measure}.tot.last_90_days");
        labels.push(label(first + 6, &with, NOT_AVAILABLE));
        labels.push(label(first + 7, &format!("avg_period_{measure}.avg.last_90_days"), NOT_AVAILABLE));
    }
    labels.sort_by(|one, two| {
        one.code.as_ref().map(AsRef::as_ref).cmp(&two.code.as_ref().map(AsRef::<str>::as_ref))
    });
    labels
}

/// The six statistics of a series.
fn series_labels(
    first: i64,
    measure: &str,
    window: &str,
    series: Option<&[Hundredths]>,
) -> impl Iterator<Item = Label> + use<> {
    let values = series.and_then(statistics);
    let (measure, window) = (measure.to_owned(), window.to_owned());
    (0..).zip(STATISTICS).enumerate().map(move |(place, (offset, statistic))| {
        let value = values.map_or_else(|| NOT_AVAILABLE.to_owned(), |all| Centavos(all[place]).to_string());
        label(first + offset, &format!("transactions.{measure}.{statistic}.{window}"), &value)
    })
}

/// Greatest, least, mean, median, standard deviation, and the last by the mean; `None` of nothing.
fn statistics(series: &[Hundredths]) -> Option<[Hundredths; 6]> {
    let mut sorted = series.to_vec();
    sorted.sort_unstable();
    let (least, greatest) = (*sorted.first()?, *sorted.last()?);
    let count = i64::try_from(sorted.len()).ok()?;
    let mean = sorted.iter().sum::<i64>() / count;
    let median = i64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
    let squares: i128 = sorted.iter().map(|value| i128::from(value - mean).pow(2)).sum();
    let deviation = i64::try_from((squares / i128::from(count)).isqrt()).ok()?;
    let variation = if mean == 0 { 0 } else { deviation * 100 / mean };
    Some([greatest, least, mean, median, deviation, variation])
}

fn label(code: i64, name: &str, value: &str) -> Label {
    let mut label = Label::default();
    label.code = Some(format!("K{code:05}").into());
    label.name = Some(format!("klavi.{name}").into());
    label.value = value.parse::<Amount>().ok().map(Into::into);
    label
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_of_known_series() {
        assert_eq!(
            statistics(&[200, 400, 400, 400, 500, 500, 700, 900]),
            Some([900, 200, 500, 450, 200, 40])
        );
        assert_eq!(statistics(&[300]), Some([300, 300, 300, 300, 0, 0]));
        assert_eq!(statistics(&[]), None);
    }
}
