//! The rows that `klavi entries` prints. Scripts rely on their names: names are added, never changed.

use klavi_types::statements::{AccountKey, CashFlow, Entry, EntryKey, Status};
use klavi_types::{Amount, Text};
use serde::Serialize;

use super::table::Row;

/// One entry.
#[derive(Debug, Serialize)]
pub(super) struct EntryRow<'a> {
    account: &'a str,
    id: Option<&'a str>,
    key: Option<&'a str>,
    day: Option<String>,
    /// Text, so that no reader makes a binary fraction of it.
    amount: Option<String>,
    currency: Option<&'a str>,
    state: Option<&'static str>,
    description: Option<&'a str>,
    categories: Vec<&'a str>,
    source: Option<&'a str>,
}

impl<'a> EntryRow<'a> {
    pub(super) fn new(
        account: &'a AccountKey,
        key: Option<&'a EntryKey>,
        entry: &'a Entry,
        source: Option<&'a str>,
    ) -> Self {
        Self {
            account: account.as_str(),
            id: entry.id.as_ref().map(Text::as_str),
            key: key.map(EntryKey::as_str),
            day: entry.day.map(|day| day.to_string()),
            amount: entry.amount.map(|amount| amount.to_string()),
            currency: entry.currency.as_ref().map(Text::as_str),
            state: entry.status.map(Status::as_str),
            description: entry.description.as_ref().map(Text::as_str),
            categories: entry.categories.levels().map(Text::as_str).collect(),
            source,
        }
    }
}

impl Row for EntryRow<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "id",
        "key",
        "day",
        "amount",
        "currency",
        "state",
        "description",
        "categories",
        "source",
    ];

    fn cells(&self) -> Vec<String> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            self.account.to_owned(),
            text(self.id),
            text(self.key),
            text(self.day.as_deref()),
            text(self.amount.as_deref()),
            text(self.currency),
            text(self.state),
            text(self.description),
            self.categories.join(" > "),
            text(self.source),
        ]
    }
}

/// One account in one month.
#[derive(Debug, Serialize)]
pub(super) struct MonthRow<'a> {
    account: String,
    month: String,
    currency: String,
    #[serde(rename = "in")]
    money_in: Option<String>,
    #[serde(rename = "out")]
    money_out: Option<String>,
    own_transfers: Option<String>,
    bill_payments: Option<String>,
    count: usize,
    without_amount: usize,
    source: Option<&'a str>,
}

impl<'a> MonthRow<'a> {
    pub(super) fn new(flow: &CashFlow, source: Option<&'a str>) -> Self {
        let text = |sum: Option<Amount>| sum.map(|sum| sum.to_string());
        Self {
            account: flow.account.as_str().to_owned(),
            month: flow.month.strftime("%Y-%m").to_string(),
            currency: flow.currency.as_ref().map_or("BRL", |currency| currency.as_str()).to_owned(),
            money_in: text(flow.money_in),
            money_out: text(flow.money_out),
            own_transfers: text(flow.own_transfers),
            bill_payments: text(flow.bill_payments),
            count: flow.count,
            without_amount: flow.without_amount,
            source,
        }
    }
}

impl Row for MonthRow<'_> {
    const COLUMNS: &'static [&'static str] = &[
        "account",
        "month",
        "currency",
        "in",
        "out",
        "own_transfers",
        "bill_payments",
        "count",
        "without_amount",
        "source",
    ];

    fn cells(&self) -> Vec<String> {
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        vec![
            self.account.clone(),
            self.month.clone(),
            self.currency.clone(),
            text(self.money_in.as_deref()),
            text(self.money_out.as_deref()),
            text(self.own_transfers.as_deref()),
            text(self.bill_payments.as_deref()),
            self.count.to_string(),
            self.without_amount.to_string(),
            text(self.source),
        ]
    }
}
