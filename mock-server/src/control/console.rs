//! The parts of the console that are Klavi's alone.

mod acts;
mod connections;
mod settings;
mod trigger;

use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use html_kit::{Input, Lang};
use maud::Markup;
use provider_mock::ConsoleParts;
use provider_mock::console::quoted;

use crate::instance::Instance;

pub(super) fn routes() -> Router<Arc<Instance>> {
    Router::new()
        .route("/_mock/console/consents/{consent_id}", post(acts::consent))
        .route("/_mock/console/behaviour", post(acts::behaviour))
        .route("/_mock/console/institutions/{code}", post(acts::institution))
        .route("/_mock/console/trigger", post(acts::trigger))
}

impl ConsoleParts for Instance {
    fn credentials(&self, lang: Lang) -> Vec<(&'static str, String, String)> {
        let settings = &self.settings;
        let named = |id, name: &str, value: &str| (id, name.to_owned(), value.to_owned());
        vec![
            named("base-url", lang.say("URL base", "Base URL"), &self.base_url()),
            named("access-key", "accessKey", &settings.access_key),
            named("secret-key", "secretKey", &settings.secret_key),
            named("app-id", "partnerAppId", &settings.partner_app_id),
            named("partner-code", "partner_code", &settings.partner_code),
            named("partner-token", "partner_token", &settings.partner_token),
            named("basic-link", "Basic WhiteLabel", &self.basic_link_url()),
        ]
    }

    fn variables(&self) -> String {
        format!(
            "KLAVI_BASE_URL={} KLAVI_ACCESS_KEY={} KLAVI_SECRET_KEY={}",
            self.base_url(),
            quoted(&self.settings.access_key),
            quoted(&self.settings.secret_key)
        )
    }

    fn differences(&self, lang: Lang) -> Vec<String> {
        settings::differences(lang, &self.behaviour.get())
    }

    fn newest_connections(&self, lang: Lang) -> Option<Markup> {
        connections::newest(lang, self)
    }

    fn connections(&self, lang: Lang, input: &Input) -> Markup {
        connections::show(lang, self, input)
    }

    fn trigger(&self, lang: Lang) -> Markup {
        trigger::form(lang, self)
    }

    fn settings(&self, lang: Lang) -> Markup {
        settings::show(lang, self)
    }

    fn forgotten(&self, lang: Lang) -> Vec<(usize, &'static str)> {
        let store = self.store();
        vec![
            (store.links.len(), lang.say("links", "links")),
            (store.consents.len(), lang.say("consentimentos", "consents")),
            (store.report_requests.len(), lang.say("pedidos de relatórios", "report requests")),
            (store.tasks.len(), lang.say("tarefas", "tasks")),
        ]
    }

    fn example_path(&self) -> &'static str {
        "/data/v1/*"
    }
}
