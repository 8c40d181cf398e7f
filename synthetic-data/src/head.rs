//! The head of every report. Must not know the product's content.

use jiff::tz::TimeZone;
use klavi_types::api::PermissionGroup;
use klavi_types::reports::{ConsentUsed, Head, LinkUsed, PermissionUsed};
use klavi_types::{DateTime, Map, Product};

use super::relations::Relations;
use super::scope::{Scope, Source};
use crate::PERMISSIONS;

/// The head of a report.
pub(crate) fn head(scope: &Scope<'_>, product: &Product, report_id: &str, relations: &Relations<'_>) -> Head {
    let mut head = Head::default();
    // 204 is documented for partial data; which message goes with it is not.
    let failure = scope.scenario.and_then(|scenario| scenario.failure(product));
    let (code, message) = if let Some(code) = failure {
        (i64::from(code), "Failed")
    } else if scope.partial {
        (204, "Partial data")
    } else {
        (200, "OK")
    };
    head.code = Some(code.into());
    head.message = Some(message.into());
    head.request_id = Some(scope.request_id.into());
    head.product_name = Some(product.clone());
    head.product_version = Some(scope.version.as_str().into());
    head.product_report_id = Some(report_id.into());
    head.product_report_time = Some(DateTime::from(TimeZone::UTC.to_datetime(scope.now)));
    head.enquiry_cpf = scope.shown_cpf().map(Into::into);
    head.links = scope.sources.iter().map(|source| link(source, relations)).collect();
    head.external_info = scope.external_info.cloned();
    head
}

fn link(source: &Source, relations: &Relations<'_>) -> LinkUsed {
    let mut link = LinkUsed::default();
    link.link_id = Some(source.link_id.as_str().into());
    link.institution_code = Some(source.institution.code.into());
    link.consents = source
        .consent_ids
        .iter()
        .map(|id| {
            let mut consent = ConsentUsed::default();
            consent.consent_id = Some(id.as_str().into());
            consent.permissions = Some(permissions(source, relations));
            consent
        })
        .collect();
    link
}

fn permissions(source: &Source, relations: &Relations<'_>) -> Map<PermissionUsed> {
    PERMISSIONS
        .iter()
        .map(|group| {
            let mut used = PermissionUsed::default();
            used.permissions_granted = Some(true.into());
            let ids = match group {
                PermissionGroup::AccountsAll => relations.account_ids(source.institution),
                PermissionGroup::CreditCardsAll => relations.card_ids(source.institution),
                _ => Vec::new(),
            };
            used.account_ids = ids.into_iter().map(Into::into).collect();
            (group.as_str(), used)
        })
        .collect()
}
