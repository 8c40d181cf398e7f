use klavi_types::api::ReportAccepted;
use klavi_types::kaas::UserData;

use super::Instance;
use crate::analytics;
use crate::deliveries::{Parcel, ParcelKind};
use crate::fresh;
use crate::refusal::Refusal;

impl Instance {
    /// Whether these are the credentials of KaaS.
    pub(crate) fn check_partner(&self, code: &str, token: &str) -> Result<(), Refusal> {
        if code == self.settings.partner_code && token == self.settings.partner_token {
            Ok(())
        } else {
            Err(Refusal::wrong_token("Invalid partner_code or partner_token"))
        }
    }

    /// Takes a person's data and queues the reports computed from them, for the console's webhook.
    pub(crate) fn analyse(&self, data: &UserData) -> ReportAccepted {
        let request_id = fresh::id();
        let computed = analytics::compute(data, &request_id, self.clock.now());
        let parcels = computed.into_iter().map(|report| Parcel {
            kind: ParcelKind::Report,
            name: report.product.to_string(),
            key: report.report_id,
            request_id: Some(request_id.clone()),
            url: self.console_webhook(),
            body: report.body.into(),
        });
        self.deliveries.queue(parcels.collect());
        let mut answer = ReportAccepted::default();
        answer.request_id = Some(request_id.into());
        answer.message = Some("ok".into());
        answer
    }
}
