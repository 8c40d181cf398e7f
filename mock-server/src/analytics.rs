//! The reports that KaaS computes from a person's Open Finance data, in the form of the reports of a consent. Which
//! products a partner gets is agreed with Klavi; here they are those that the data are enough for.

mod accounts;
mod cards;
mod person;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use klavi_types::kaas::UserData;
use klavi_types::reports::{AccountType, BalanceAccount, BalanceReport, Content, Head, Report};
use klavi_types::{DateTime, List, PersonType, Product, ProductName};

use provider_mock::fresh;

/// A report and its id.
pub(crate) struct Computed {
    pub(crate) product: Product,
    pub(crate) report_id: String,
    pub(crate) body: Vec<u8>,
}

/// Every report that the data are enough for.
pub(crate) fn compute(data: &UserData, request_id: &str, now: Timestamp) -> Vec<Computed> {
    let order = Order { request_id, now, cpf: cpf(data) };
    let is_savings = |account: &&_| account_type(account) == Some(&AccountType::ContaPoupanca);
    let (savings, checking): (Vec<_>, Vec<_>) = data.accounts.iter().partition(is_savings);
    let mut computed = Vec::new();
    if !checking.is_empty() {
        computed.push(order.report(ProductName::CategorizedCheckingL3, accounts::checking(&checking)));
    }
    if !savings.is_empty() {
        computed.push(order.report(ProductName::CategorizedSavingsL3, accounts::savings(&savings)));
    }
    if !data.credit_cards_accounts.is_empty() {
        computed.push(order.report(ProductName::CategorizedCreditcardL3, cards::report(data)));
    }
    if !data.accounts.is_empty() {
        computed.push(order.report(ProductName::Balance, balance(data)));
    }
    // One bank in each, as in the reports of a consent.
    for person in &data.personal_customer_identification {
        computed.push(order.report(ProductName::Identity, person::report(person)));
    }
    computed
}

/// What all reports of one call have in common.
struct Order<'a> {
    request_id: &'a str,
    now: Timestamp,
    cpf: Option<klavi_types::Text>,
}

impl Order<'_> {
    fn report<C: Content>(&self, name: ProductName, content: C) -> Computed {
        let product = Product::new(PersonType::Personal, name);
        let report_id = fresh::id();
        let mut head = Head::default();
        head.code = Some(200.into());
        head.message = Some("OK".into());
        head.request_id = Some(self.request_id.into());
        head.product_name = Some(product.clone());
        head.product_version = Some("V1".into());
        head.product_report_id = Some(report_id.as_str().into());
        head.product_report_time = Some(DateTime::from(TimeZone::UTC.to_datetime(self.now)));
        head.enquiry_cpf.clone_from(&self.cpf);
        // There is no link: the partner brought the data.
        head.links = List::from(Vec::new());
        let body = serde_json::to_vec(&Report::new(head, content)).expect("a report is JSON");
        Computed { product, report_id, body }
    }
}

fn cpf(data: &UserData) -> Option<klavi_types::Text> {
    let documents = |person: &klavi_types::kaas::PersonalCustomerIdentification| person.documents.clone();
    data.personal_customer_identification
        .iter()
        .filter_map(documents)
        .find_map(|documents| documents.cpf_number)
}

fn account_type(account: &klavi_types::kaas::UserAccount) -> Option<&AccountType> {
    account.account_type.as_ref()
}

fn balance(data: &UserData) -> BalanceReport {
    let accounts = data.accounts.iter().map(|account| {
        let mut shown = BalanceAccount::default();
        shown.head = account.head.clone();
        shown.account_type.clone_from(&account.account_type);
        shown
    });
    let mut report = BalanceReport::default();
    report.accounts = accounts.collect();
    report
}
