use klavi_types::DeliveryKind;
use klavi_types::api::ReportAccepted;
use klavi_types::kaas::UserData;

use super::Instance;
use crate::analytics;
use crate::refusal::Refusal;
use crate::rules;
use provider_mock::deliveries::{Body, Delivery};
use provider_mock::fresh;

impl Instance {
    /// Whether these are the credentials of KaaS.
    pub(crate) fn check_partner(&self, code: &str, token: &str) -> Result<(), Refusal> {
        if code == self.settings.partner_code && token == self.settings.partner_token {
            Ok(())
        } else {
            Err(Refusal::by(&rules::PARTNER, "Invalid partner_code or partner_token"))
        }
    }

    /// Takes a person's data and queues the reports computed from them, for the console's webhook.
    pub(crate) fn analyse(&self, data: &UserData) -> ReportAccepted {
        let request_id = fresh::id();
        let computed = analytics::compute(data, &request_id, self.clock.now());
        let reports = computed.into_iter().map(|report| {
            let (name, body) = (report.product.to_string(), Body::Kept(report.body.into()));
            let kind = DeliveryKind::Report.as_str();
            Delivery::new(kind, name, report.report_id, self.console_webhook(), body).of_request(&*request_id)
        });
        self.send(reports.collect());
        let mut answer = ReportAccepted::default();
        answer.request_id = Some(request_id.into());
        answer.message = Some("ok".into());
        answer
    }
}
