//! Reports of the first generation, from the same customer as all others: one person at one institution.

mod accounts;
mod cards;
mod identity;
mod insight;
mod labels;
mod streams;

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use klavi_types::api::OpenDataCode;
use klavi_types::legacy::{
    AccountInfo, Balance, Bank, BankAccount, CategoryChecking, CategoryCreditcard, DataHead,
    FinancialInsight, Identity, Income, KLabel, LegacyHead, LegacyReport, LegacyReportType, Liabilities,
    RiskLabel, ScoreDetail, ScoreInfo, ScoreK1, UntypedData, YesNo,
};
use klavi_types::{Amount, Json};
use serde::Serialize;

use super::account::Account;
use super::card::Card;
use super::customer::Customer;
use crate::Subject;
use crate::institutions::Institution;

/// What was collected, and what every report says of it.
#[derive(Clone, Copy)]
pub struct Collected<'a> {
    /// Another seed gives the same CPF another life.
    pub seed: u64,
    /// When the reports are made.
    pub now: Timestamp,
    /// The person.
    pub cpf: &'a str,
    /// Where the data are from.
    pub institution: &'static Institution,
    /// `code` in the head: how the collection went.
    pub code: OpenDataCode,
    /// Text to the code.
    pub message: &'static str,
    /// `connectionKey` of the data.
    pub connection_key: &'a str,
    /// `connectionId` of the data.
    pub connection_id: &'a str,
    /// Whether the user agreed to later collections.
    pub allow_autoupdate: bool,
    /// `queryParam` in the head.
    pub query_param: Option<&'a Json>,
}

/// The CPF stays out of it.
impl fmt::Debug for Collected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collected")
            .field("seed", &self.seed)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// What a person has at an institution.
struct Holdings<'a> {
    customer: &'a Customer,
    checking: Account<'a>,
    savings: Account<'a>,
    card: Card<'a>,
    now: Timestamp,
}

impl Collected<'_> {
    /// The body of a report. One without data has the same frame and `null` in place of the product.
    pub fn report(&self, report_type: &LegacyReportType, report_id: &str) -> Vec<u8> {
        let customer = Customer::new(self.seed, &Subject::Person { cpf: self.cpf.to_owned() });
        let holdings = Holdings {
            customer: &customer,
            checking: Account::checking(&customer, self.institution),
            savings: Account::savings(&customer, self.institution),
            card: Card::new(&customer, self.institution),
            now: self.now,
        };
        let mut head = self.head();
        if matches!(
            report_type,
            LegacyReportType::CategoryChecking
                | LegacyReportType::CategoryCreditcard
                | LegacyReportType::Liabilities
                | LegacyReportType::FinancialInsight
        ) {
            head.action = Some("save".into());
        }
        let data_head = self.data_head(report_type, report_id);
        if !self.code.has_data() {
            let mut data = UntypedData::default();
            data.head = data_head;
            return json(&WithoutData { report: LegacyReport::new(head, data), key: key(report_type) });
        }
        match report_type {
            LegacyReportType::CategoryChecking => {
                let mut data = CategoryChecking::default();
                data.head = data_head;
                data.accounts = vec![accounts::checking(&holdings)].into();
                json(&LegacyReport::new(head, data))
            }
            LegacyReportType::CategoryCreditcard => {
                let mut data = CategoryCreditcard::default();
                data.head = data_head;
                data.cards = vec![cards::card(&holdings)].into();
                json(&LegacyReport::new(head, data))
            }
            LegacyReportType::Income => {
                let mut data = Income::default();
                data.head = data_head;
                data.accounts = vec![streams::income(&holdings)].into();
                json(&LegacyReport::new(head, data))
            }
            LegacyReportType::Liabilities => {
                let mut data = Liabilities::default();
                data.head = data_head;
                data.accounts = vec![streams::liabilities(&holdings)].into();
                json(&LegacyReport::new(head, data))
            }
            LegacyReportType::FinancialInsight => {
                let mut data = FinancialInsight::default();
                data.head = data_head;
                data.accounts = vec![insight::account(&holdings)].into();
                json(&LegacyReport::new(head, data))
            }
            LegacyReportType::ScoreK1 => {
                let mut data = ScoreK1::default();
                data.head = data_head;
                let mut info = ScoreInfo::default();
                info.account_info = Some(holdings.account_info());
                info.score_detail = Some(score(&holdings));
                data.score_info = Some(info);
                json(&LegacyReport::new(head, data))
            }
            LegacyReportType::Identity => {
                let mut data = Identity::default();
                data.head = data_head;
                data.person = Some(identity::person(&holdings));
                json(&LegacyReport::new(head, data))
            }
            LegacyReportType::Balance => {
                let mut data = Balance::default();
                data.head = data_head;
                data.accounts = accounts::balances(&holdings).into();
                json(&LegacyReport::new(head, data))
            }
            _ => {
                let mut data = KLabel::default();
                data.head = data_head;
                let mut labels = RiskLabel::default();
                labels.account_info = Some(holdings.account_info());
                labels.labels = labels::of(&holdings).into();
                data.risk_label = Some(labels);
                json(&LegacyReport::new(head, data))
            }
        }
    }

    fn head(&self) -> LegacyHead {
        let mut head = LegacyHead::default();
        head.code = Some(self.code);
        head.msg = Some(if self.code.get() == 200 { "ok" } else { self.message }.into());
        let now = TimeZone::UTC.to_datetime(self.now);
        // With a blank in the middle, unlike the reports of today.
        head.report_time = now.strftime("%Y-%m-%d %H:%M:%S").to_string().parse().ok();
        head.query_param = self.query_param.cloned();
        head
    }

    fn data_head(&self, report_type: &LegacyReportType, report_id: &str) -> DataHead {
        let mut head = DataHead::default();
        // 203 says that the report names no CPF.
        head.enquiry_cpf = (self.code.get() != 203).then(|| self.cpf.into());
        head.user_consent = Some(YesNo::Yes);
        head.allow_autoupdate = Some(if self.allow_autoupdate { YesNo::Yes } else { YesNo::No });
        head.connection_key = Some(self.connection_key.into());
        head.connection_id = Some(self.connection_id.into());
        head.institution_id = Some(self.institution.code.into());
        head.report_type = Some(report_type.clone());
        head.report_id = Some(report_id.into());
        head.report_version = Some(version(report_type).into());
        head
    }
}

impl Holdings<'_> {
    fn bank(&self) -> Bank {
        let institution = self.checking.institution;
        let mut bank = Bank::default();
        bank.bank_name = Some(institution.name.into());
        bank.bacen_name = Some(institution.legal_name.into());
        bank.bacen_id = Some(institution.code.into());
        bank.cpf_verified = Some(self.customer.tax_id.as_str().into());
        bank
    }

    fn account(&self, account: &Account<'_>) -> BankAccount {
        let mut bank = BankAccount::default();
        bank.bank = self.bank();
        bank.agency_number = Some(account.branch.as_str().into());
        bank.account_number = Some(number(account).into());
        bank
    }

    fn account_info(&self) -> AccountInfo {
        let mut info = AccountInfo::default();
        info.account = self.account(&self.checking);
        info.holder_name = Some(self.customer.civil_name().into());
        info
    }
}

/// Number and check digit, `12345678-9`.
fn number(account: &Account<'_>) -> String {
    format!("{}-{}", account.number, account.check_digit)
}

/// A number of the customer's own; which range it has is not documented, here that of the one example's kind.
fn score(holdings: &Holdings<'_>) -> ScoreDetail {
    let score = holdings.customer.rng(&["score"]).i64(300..=950);
    let mut detail = ScoreDetail::default();
    detail.score_k1 = score.to_string().parse::<Amount>().ok().map(Into::into);
    detail.version = Some("v1.0".into());
    detail
}

/// The versions of the examples.
fn version(report_type: &LegacyReportType) -> &'static str {
    match report_type {
        LegacyReportType::Income | LegacyReportType::Liabilities | LegacyReportType::FinancialInsight => {
            "V1.1"
        }
        _ => "V1",
    }
}

/// Under which name a product stands in `data`.
fn key(report_type: &LegacyReportType) -> &'static str {
    match report_type {
        LegacyReportType::CategoryChecking => "Category_checking",
        LegacyReportType::CategoryCreditcard => "Category_creditcard",
        LegacyReportType::Income => "Income",
        LegacyReportType::Liabilities => "Liabilities",
        LegacyReportType::FinancialInsight => "financial_insight",
        LegacyReportType::ScoreK1 => "score_info",
        LegacyReportType::Identity => "identity",
        LegacyReportType::Balance => "accountBalance",
        _ => "Risk_label",
    }
}

fn json(report: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(report).expect("a report is JSON")
}

/// A report whose product is `null`.
struct WithoutData {
    report: LegacyReport<UntypedData>,
    key: &'static str,
}

impl Serialize for WithoutData {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut report = serde_json::to_value(&self.report).map_err(serde::ser::Error::custom)?;
        report["data"][self.key] = serde_json::Value::Null;
        report.serialize(serializer)
    }
}
