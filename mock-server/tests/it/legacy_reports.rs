use klavi_mock::MockKlavi;
use klavi_types::legacy::{AnyLegacyReport, decode_legacy_report, inspect_legacy_report};
use klavi_types::reports::{AccountStatement, AnyReport, decode_report};
use klavi_types::{Amount, AmountNumber, DeliveryKind};
use serde_json::json;

use crate::partner::{CPF, Partner};

/// The reports of a login at the bank 341, in their order.
async fn legacy(partner: &Partner) -> Vec<AnyLegacyReport> {
    let path = format!("/link/{}", partner.mock.partner_code());
    let url = format!("{}{path}?uuid=u&cpf={CPF}&bank_id=341", partner.mock.base_url());
    let at = partner.open(&url).await.location.unwrap();
    let session = at.split_once("session=").unwrap().1.to_owned();
    let form =
        [("session", session.as_str()), ("agency", "1234"), ("account", "123456"), ("password", "senha")];
    assert_eq!(partner.submit(&format!("{path}/login"), &form).await.status, 303);
    let deliveries = partner.mock.deliveries().into_iter();
    deliveries
        .filter(|delivery| delivery.kind == DeliveryKind::LegacyReport.as_str())
        .map(|delivery| {
            let inspection = inspect_legacy_report(&delivery.body).unwrap();
            assert!(inspection.unmapped.is_empty(), "{} {:?}", delivery.name, inspection.unmapped);
            assert!(inspection.unknown_words.is_empty(), "{} {:?}", delivery.name, inspection.unknown_words);
            assert!(inspection.malformed.is_empty() && inspection.lost.is_empty(), "{}", delivery.name);
            let report = decode_legacy_report(&delivery.body).unwrap().value;
            assert_eq!(report.report_type().unwrap().as_str(), delivery.name);
            assert_eq!(report.report_id().unwrap().as_str(), delivery.key);
            report
        })
        .collect()
}

macro_rules! only {
    ($reports:expr, $kind:ident) => {
        $reports
            .iter()
            .find_map(|report| match report {
                AnyLegacyReport::$kind(report) => report.data.as_ref(),
                _ => None,
            })
            .expect(stringify!($kind))
    };
}

async fn of_today(partner: &Partner) -> Vec<AnyReport> {
    partner.authorised("341").await;
    let products = json!(["pf_categorized_checking_l3", "pf_credit_card", "pf_identity"]);
    let request = json!({"taxId": CPF, "institutionCode": "341", "products": products});
    partner.post("/data/v1/personal/institution-data", &request).await.ok();
    partner.mock.made().await;
    let deliveries = partner.mock.deliveries().into_iter();
    let reports = deliveries.filter(|delivery| delivery.kind == DeliveryKind::Report.as_str());
    reports.map(|delivery| decode_report(&delivery.body).unwrap().value).collect()
}

async fn partner() -> Partner {
    Partner::with(MockKlavi::builder().seed(11).start().await.unwrap()).await
}

fn sum(amounts: impl IntoIterator<Item = AmountNumber>) -> Amount {
    Amount::sum(amounts.into_iter().map(AmountNumber::get)).unwrap()
}

fn same(one: Amount, two: Amount) {
    assert_eq!(one.decimal().normalize(), two.decimal().normalize());
}

fn statement(reports: &[AnyReport]) -> &AccountStatement {
    let found = reports.iter().find_map(|report| match report {
        AnyReport::CheckingAccounts(report) => Some(&report.content.checking_accounts[0]),
        _ => None,
    });
    found.unwrap()
}

#[tokio::test]
async fn the_checking_account_is_that_of_todays_reports() {
    let partner = partner().await;
    let (legacy, today) = (legacy(&partner).await, of_today(&partner).await);
    let account = &only!(legacy, CategoryChecking).accounts[0];
    let today = statement(&today);
    let known = today.head.balances.as_ref().unwrap().available_amount.as_ref().unwrap().amount.unwrap();
    same(account.balance.unwrap().get(), known);
    assert!(
        account.account.as_ref().unwrap().as_str().starts_with(today.head.number.as_ref().unwrap().as_str())
    );
    assert_eq!(account.holder_name, today.head.civil_name);

    let mut before = None;
    for entry in &account.entries {
        if let Some(before) = before {
            let after = Amount::checked_add(before, entry.entry.amount.unwrap().get()).unwrap();
            same(after, entry.balance.unwrap().get());
        }
        before = entry.balance.map(AmountNumber::get);
    }
    same(before.unwrap(), known);
    // Half a year against three months: the newest entries are the same.
    assert!(account.entries.len() > today.entries.len());
    for (entry, newer) in account.entries.iter().rev().zip(today.entries.iter().rev()) {
        assert_eq!(entry.entry.description, newer.transaction_name);
        assert_eq!(entry.category, newer.category);
        same(entry.entry.amount.unwrap().get(), newer.signed_amount().unwrap());
    }
}

#[tokio::test]
async fn the_card_is_that_of_todays_reports_and_its_bills_are_their_entries() {
    let partner = partner().await;
    let (legacy, today) = (legacy(&partner).await, of_today(&partner).await);
    let card = &only!(legacy, CategoryCreditcard).cards[0];
    let today = today.iter().find_map(|report| match report {
        AnyReport::CreditCard(report) => Some(&report.content.credit_cards[0]),
        _ => None,
    });
    let today = &today.unwrap().account;
    assert_eq!(card.last_four_digits, today.payment_methods[0].identification_number);
    assert_eq!(card.closed_statements.len(), today.closed_statements.len());
    for (bill, known) in card.closed_statements.iter().zip(&today.closed_statements) {
        same(bill.bill_amount.unwrap().get(), known.bill_total_amount.as_ref().unwrap().amount.unwrap());
        same(
            -sum(bill.entries.iter().map(|entry| entry.entry.amount.unwrap())),
            bill.bill_amount.unwrap().get(),
        );
        assert_eq!(bill.billing_date, known.billing_date);
    }
    let open = card.open_statement.as_ref().unwrap();
    same(-sum(open.entries.iter().map(|entry| entry.entry.amount.unwrap())), open.bill_amount.unwrap().get());
    let month = open.bill_month.as_ref().unwrap().as_str();
    assert!(month.len() == 6 && month.as_bytes()[3] == b'/', "{month}");
    assert_eq!((card.is_active(), card.is_vip()), (Some(true), Some(false)));
}

#[tokio::test]
async fn sums_are_those_of_the_entries() {
    let partner = partner().await;
    let legacy = legacy(&partner).await;
    let statement = &only!(legacy, CategoryChecking).accounts[0];
    let income = &only!(legacy, Income).accounts[0];
    assert_eq!(income.number_of_streams.unwrap().get(), 1);
    let stream = &income.streams[0];
    assert_eq!(stream.stream_type.as_ref().unwrap(), &"Regular salary");
    assert_eq!(stream.income_day.as_ref().unwrap().days().collect::<Vec<_>>(), [5]);
    same(
        sum(stream.entries.iter().map(|entry| entry.amount.unwrap())),
        income.total_last_180_days.unwrap().get(),
    );
    assert!(income.total_last_30_days <= income.total_last_60_days);
    for entry in &stream.entries {
        assert!(statement.entries.iter().any(|known| known.entry == *entry));
    }

    let liabilities = &only!(legacy, Liabilities).accounts[0];
    let words: Vec<_> =
        liabilities.streams.iter().map(|stream| stream.stream_type.as_ref().unwrap().as_str()).collect();
    assert_eq!(words, ["Credit card", "Bank loan"]);
    let entries = liabilities.streams.iter().flat_map(|stream| &stream.entries);
    let owed = -sum(entries.map(|entry| entry.amount.unwrap()));
    same(owed, liabilities.total_last_180_days.unwrap().get());

    let flow = &only!(legacy, FinancialInsight).accounts[0].cash_flow[0];
    let inflow = flow.inflow_last_180_days.unwrap().available().unwrap();
    let outflow = flow.outflow_last_180_days.unwrap().available().unwrap();
    let known = statement.entries.iter().map(|entry| entry.entry.amount.unwrap().get());
    let (coming, going): (Vec<_>, Vec<_>) = known.partition(|amount| *amount > Amount::ZERO);
    // The statement goes back some days further.
    assert!(inflow > Amount::ZERO && inflow <= Amount::sum(coming).unwrap());
    assert!(outflow > Amount::ZERO && outflow <= -Amount::sum(going).unwrap());
    let thirty = flow.inflow_last_30_days.unwrap().available().unwrap();
    assert!(thirty > Amount::ZERO && thirty < inflow);
    same(flow.checking_account_balance.unwrap().available().unwrap(), statement.balance.unwrap().get());
}

#[tokio::test]
async fn person_balances_score_and_labels_belong_to_the_same_customer() {
    let partner = partner().await;
    let (legacy, today) = (legacy(&partner).await, of_today(&partner).await);
    let identity = today.iter().find_map(|report| match report {
        AnyReport::Identity(report) => report.content.identity.as_ref(),
        _ => None,
    });
    let person = only!(legacy, Identity).person.as_ref().unwrap();
    assert_eq!(person.name, identity.unwrap().civil_name);
    let phone = &identity.unwrap().phone.as_ref().unwrap().as_slice()[0];
    assert!(person.cellphone.as_ref().unwrap().as_str().ends_with(phone.number.as_ref().unwrap().as_str()));
    assert!(person.email.as_ref().unwrap().as_str().ends_with("@cliente.example"));

    let balances = &only!(legacy, Balance).accounts;
    let kinds: Vec<_> = balances.iter().map(|one| one.account_type.as_ref().unwrap().as_str()).collect();
    assert_eq!(kinds, ["checking", "savings", "creditcard"]);
    let checking = &only!(legacy, CategoryChecking).accounts[0];
    same(balances[0].current_balance.unwrap().available().unwrap(), checking.balance.unwrap().get());
    assert_eq!(balances[0].total_limit.unwrap().available(), None);
    let card = &only!(legacy, CategoryCreditcard).cards[0];
    same(balances[2].available_limit.unwrap().available().unwrap(), card.available_limit.unwrap().get());

    let score = only!(legacy, ScoreK1).score_info.as_ref().unwrap();
    assert_eq!(score.account_info.as_ref().unwrap().holder_name, checking.holder_name);
    let labels = only!(legacy, KLabel).risk_label.as_ref().unwrap();
    assert_eq!(labels.labels.len(), 117);
    let mut codes: Vec<_> = labels.labels.iter().map(|label| label.code.as_ref().unwrap().as_str()).collect();
    assert!(codes.is_sorted());
    codes.dedup();
    assert_eq!(codes.len(), 117);
    assert!(labels.labels.iter().all(|label| label.name_parts().is_some()));
    same(labels.value("K00029").unwrap(), card.credit_limit.unwrap().get());
    let last = card.closed_statements[0].bill_amount.unwrap().get();
    same(labels.value("K00030").unwrap(), last);
    assert_eq!(labels.value("K00507"), None);
}
