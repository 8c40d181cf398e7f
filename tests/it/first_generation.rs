//! Open Data from the user's login to the partner's inbox: reports of the first generation.

use klavi_types::LinkId;
use klavi_types::legacy::{AnyLegacyReport, LegacyReportType, decode_legacy_report};
use klavi_webhook::{EntryKind, EntryState};

use crate::desk::Desk;

#[tokio::test]
async fn reports_of_a_login_arrive_signed_and_typed() {
    let desk = Desk::new().await;
    let session = desk.session().await;
    let link: &LinkId = session.link_id().unwrap();
    let task = desk.mock.start_task(link.as_str(), "5001", "12345678909", "123203").await.unwrap();
    assert!(!task.is_empty());
    desk.mock.settled().await;

    let entries = desk.entries().await;
    let reports: Vec<_> = entries.iter().filter(|entry| entry.kind == EntryKind::LegacyReport).collect();
    assert_eq!(reports.len(), 2, "identity and balance");
    for entry in reports {
        assert_eq!(entry.state, EntryState::Pending);
        let report = decode_legacy_report(&entry.body).unwrap().value;
        assert!(!matches!(report, AnyLegacyReport::Untyped(_)));
        assert_eq!(report.head().code.unwrap().get(), 203);
        assert_eq!(entry.name.as_deref(), report.report_type().map(LegacyReportType::as_str));
        // 203 says that the report names no CPF: the connection tells whose it is.
        assert!(report.data_head().unwrap().enquiry_cpf.is_none());
        assert!(report.data_head().unwrap().connection_key.is_some());
    }
}
