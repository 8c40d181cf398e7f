use jiff::tz::TimeZone;
use klavi_types::reports::{ConsentUsed, Head, LinkUsed, PermissionUsed};
use klavi_types::{DateTime, Map, Product};

use super::account::Account;
use super::{Scope, Source};
use crate::store::Consent;

/// What stands at the head of every report, version V1: tax ids as digits.
pub(crate) fn head(scope: &Scope<'_>, product: &Product, report_id: &str, accounts: &[Account<'_>]) -> Head {
    let mut head = Head::default();
    // 204 is documented for partial data; which message goes with it is not.
    let (code, message) = if scope.partial { (204, "Partial data") } else { (200, "OK") };
    head.code = Some(code.into());
    head.message = Some(message.into());
    head.request_id = Some(scope.request_id.into());
    head.product_name = Some(product.clone());
    head.product_version = Some("V1".into());
    head.product_report_id = Some(report_id.into());
    head.product_report_time = Some(DateTime::from(TimeZone::UTC.to_datetime(scope.now)));
    head.enquiry_cpf = scope.subject.cpf().map(Into::into);
    head.links = scope.sources.iter().map(|source| link(source, accounts)).collect();
    head.external_info = scope.external_info.cloned();
    head
}

fn link(source: &Source, accounts: &[Account<'_>]) -> LinkUsed {
    let account = accounts.iter().find(|account| account.institution.code == source.institution.code);
    let mut link = LinkUsed::default();
    link.link_id = Some(source.link_id.as_str().into());
    link.institution_code = Some(source.institution.code.into());
    link.consents = source
        .consent_ids
        .iter()
        .map(|id| {
            let mut consent = ConsentUsed::default();
            consent.consent_id = Some(id.as_str().into());
            consent.permissions = Some(permissions(account));
            consent
        })
        .collect();
    link
}

fn permissions(account: Option<&Account<'_>>) -> Map<PermissionUsed> {
    Consent::PERMISSIONS
        .iter()
        .map(|group| {
            let mut used = PermissionUsed::default();
            used.permissions_granted = Some(true.into());
            let named = account.filter(|_| group.as_str() == "ACCOUNTS_ALL");
            used.account_ids = named.into_iter().map(|account| account.id().into()).collect();
            (group.as_str(), used)
        })
        .collect()
}
