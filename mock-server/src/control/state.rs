use std::sync::Arc;

use axum::Json;
use axum::extract;
use jiff::Timestamp;
use klavi_types::api;
use serde::Serialize;
use synthetic_data::Counts;
use url::Url;
use utoipa::ToSchema;

use super::institutions::{InstitutionList, InstitutionView};
use crate::api::schemas;
use crate::instance::Instance;
use crate::store::{AppLink, CallbackUrls, Consent, Link, ReportRequest, Task, TaskOrigin};
use crate::{Behaviour, Note};
use provider_mock::Delivery;
use provider_mock::UnknownFields;
use provider_mock::control::ForControl;
use provider_mock::control::{ClockView, DeliveryList, FaultList, RequestView};
use provider_mock::faults::FaultView;

/// How many received requests are shown here, the newest.
const REQUESTS: usize = 100;

/// All that the mock knows; received requests only the newest.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct State {
    now: Timestamp,
    clock: ClockView,
    base_url: String,
    basic_link_url: String,
    seed: u64,
    access_key: String,
    partner_app_id: String,
    /// For KaaS and the first generation.
    partner_code: String,
    /// As in `behaviour`.
    #[schema(required)]
    console_webhook: Option<Url>,
    behaviour: Behaviour,
    /// How often each kind of trouble was written into reports.
    #[schema(value_type = HashMap<String, u64>)]
    messy_data: Counts,
    institutions: Vec<InstitutionView>,
    links: Vec<LinkView>,
    #[schema(value_type = Vec<schemas::Consent>)]
    consents: Vec<api::Consent>,
    report_requests: Vec<ReportRequest>,
    tasks: Vec<TaskView>,
    deliveries: Vec<Delivery>,
    faults: Vec<FaultView>,
    requests: Vec<RequestView>,
    unknown_fields: Vec<UnknownFields>,
    /// Calls that were taken although the documentation requires more of them.
    notes: Vec<Note>,
}

/// A link without its tokens.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LinkView {
    link_id: String,
    #[schema(required)]
    personal_tax_id: Option<String>,
    #[schema(required)]
    business_tax_id: Option<String>,
    #[schema(required)]
    institution_code: Option<String>,
    #[serde(rename = "redirectURL")]
    #[schema(required)]
    redirect_url: Option<String>,
    #[schema(required)]
    app_link: Option<AppLink>,
    #[serde(rename = "productsCallbackURL")]
    #[schema(required)]
    callback_urls: Option<CallbackUrls>,
    #[schema(required, value_type = Option<Object>)]
    external_info: Option<klavi_types::Json>,
    created_at: Timestamp,
    expires_at: Timestamp,
}

/// A collection of Open Data, or of a visit to the first generation's Link page.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TaskView {
    task_id: String,
    /// `null` where it was begun in a visit.
    #[schema(required)]
    link_id: Option<String>,
    institution_code: String,
    connection_key: String,
    #[schema(required, value_type = Option<schemas::TaskStatus>)]
    status: Option<api::TaskStatus>,
    created_at: Timestamp,
}

/// All that the mock knows.
#[utoipa::path(
    get,
    path = "/_mock/state",
    operation_id = "getState",
    tag = "Control",
    responses(
        (status = 200, description = "All of it", body = State),
        ForControl,
    ),
)]
pub(super) async fn show(extract::State(mock): extract::State<Arc<Instance>>) -> Json<State> {
    Json(State::of(&mock))
}

impl State {
    pub(super) fn of(mock: &Instance) -> Self {
        let requests = mock.received.snapshot();
        let newest = &requests[requests.len().saturating_sub(REQUESTS)..];
        let InstitutionList { institutions } = InstitutionList::of(mock);
        // Before anything is read: time takes effect with it.
        let store = mock.store();
        let behaviour = mock.behaviour.get();
        Self {
            now: mock.clock.now(),
            clock: ClockView::of(mock),
            base_url: mock.base_url(),
            basic_link_url: mock.basic_link_url(),
            seed: mock.settings.seed,
            access_key: mock.settings.access_key.clone(),
            partner_app_id: mock.settings.partner_app_id.clone(),
            partner_code: mock.settings.partner_code.clone(),
            console_webhook: behaviour.console_webhook.clone(),
            behaviour,
            messy_data: mock.messy_counts(),
            institutions,
            links: store.links.iter().map(LinkView::from).collect(),
            consents: store.consents.iter().map(Consent::answer).collect(),
            report_requests: store.report_requests.clone(),
            tasks: store.tasks.iter().map(TaskView::from).collect(),
            deliveries: DeliveryList::of(mock).deliveries,
            faults: FaultList::of(mock).faults,
            requests: newest.iter().map(|call| RequestView::of(call, mock)).collect(),
            unknown_fields: store.unknown_fields.clone(),
            notes: store.notes.clone(),
        }
    }
}

impl From<&Link> for LinkView {
    fn from(link: &Link) -> Self {
        Self {
            link_id: link.id.clone(),
            personal_tax_id: link.personal_tax_id.clone(),
            business_tax_id: link.business_tax_id.clone(),
            institution_code: link.institution_code.clone(),
            redirect_url: link.redirect_url.clone(),
            app_link: link.app_link.clone(),
            callback_urls: link.callback_urls.clone(),
            external_info: link.external_info.clone(),
            created_at: link.created_at,
            expires_at: link.expires_at,
        }
    }
}

impl From<&Task> for TaskView {
    fn from(task: &Task) -> Self {
        let link_id = match &task.origin {
            TaskOrigin::Link(id) => Some(id.clone()),
            TaskOrigin::Visit(_) => None,
        };
        Self {
            task_id: task.id.clone(),
            link_id,
            institution_code: task.institution_code.clone(),
            connection_key: task.connection_key.clone(),
            status: task.answer_status().status,
            created_at: task.created_at,
        }
    }
}
