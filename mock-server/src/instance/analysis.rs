use klavi_types::events::{Event, EventName, EventPayload, EventType};

use super::Instance;
use crate::store::Analysis;
use provider_mock::fresh;
use provider_mock::later;
use synthetic_data::seeded;

/// How long a result can be fetched, in seconds. Source: docs.klavi.ai/analysis.
const RESULT_SECONDS: i64 = 24 * 60 * 60;

impl Instance {
    /// The event of the newest batch. Batches are Klavi's business with the partner; here one is through whenever
    /// somebody asks and the last one's result can no longer be fetched.
    pub(crate) fn analysis_event(&self) -> Event {
        let now = self.clock.now();
        let mut store = self.store();
        let known = store.analysis.clone().filter(|known| later(known.finished_at, RESULT_SECONDS) > now);
        let analysis = known.unwrap_or_else(|| Analysis {
            event_id: fresh::event_id(now),
            batch_id: seeded::digits(&mut seeded::rng(self.settings.seed, &["batch", &now.to_string()]), 11),
            finished_at: now,
        });
        let mut payload = EventPayload::default();
        payload.batch_id = Some(analysis.batch_id.as_str().into());
        payload.presigned_url =
            Some(format!("{}/analysis-results/{}.json", self.base_url(), analysis.batch_id).into());
        let mut event = Event::default();
        event.partner_app_id = Some(self.settings.partner_app_id.as_str().into());
        event.event_id = Some(analysis.event_id.as_str().into());
        event.event_type = Some(EventType::Analysis);
        event.event_name = Some(EventName::AnalysisFinished);
        event.event_time = Some(analysis.finished_at.into());
        event.payload = Some(payload);
        store.analysis = Some(analysis);
        event
    }

    /// Whether the result of that batch can be fetched.
    pub(crate) fn has_result(&self, batch_id: &str) -> bool {
        let (now, store) = (self.clock.now(), self.store());
        let known = store.analysis.as_ref();
        known
            .is_some_and(|known| known.batch_id == batch_id && later(known.finished_at, RESULT_SECONDS) > now)
    }
}
